// Fetches the revocation lists of registered CAs, off the walk: from the places their authorities have entered and from nowhere else.
// A newer list, signed by the CA, becomes an entry; anything else is reported and nothing comes of it.
import type { Courier } from '../courier/courier.ts'
import { toBase64url, toTime } from '../values/encoding.ts'
import type { Fetch } from '../identity/fetch.ts'
import { SKEW_MS } from '../identity/ocsp.ts'
import type { CountryEntry, RegisteredCa } from '../identity/register.ts'
import { readCrl } from '../identity/revocation-list.ts'
import { appendRegisterEntry, type RegisterEntryDeps } from './register-entry.ts'
import { chanceOf, nextLookMs, retryMs } from './timing.ts'

export interface ListDeps extends RegisterEntryDeps {
  fetch: Fetch
  /** How often sources are looked at. */
  everyMs: number
  report(what: string, error: unknown): void
}

export interface ListState {
  source: 'crl'
  country: string
  /** Fingerprint and name of the CA. */
  ca: string
  subject: string
  /** Age of the list the register has; absent: none. */
  ageMs?: number
  nextUpdate?: string
  failures: number
  lastError?: string
}

/** As much as an entry carries (schemas/hub/revocation-list.v1.json). */
const LIST_MAX_BYTES = 3_000_000

interface Look {
  dueAtMs: number
  failures: number
  lastError?: string
}

export class RevocationLists {
  readonly #deps: ListDeps
  readonly #courier: Courier
  readonly #looks = new Map<string, Look>()

  constructor(deps: ListDeps, courier: Courier) {
    this.#deps = deps
    this.#courier = courier
  }

  /** Has fetched what is due and not being fetched. Never rejects; what fails is due again at its own time. */
  async look(): Promise<void> {
    const now = this.#deps.clock()
    for (const { country, ca, name } of this.#sources()) {
      if ((this.#looks.get(name)?.dueAtMs ?? 0) > now) continue
      const run = (): Promise<void> => this.#lookAt(country, ca, name)
      this.#courier.offer({ id: `${name}/list`, queue: 'lists', priority: 0, run })
    }
  }

  state(): ListState[] {
    const now = this.#deps.clock()
    return this.#sources().map(({ country, ca, name }) => ({
      source: 'crl',
      country: country.country,
      ca: ca.certificate.fingerprint,
      subject: ca.certificate.subject,
      ...(ca.crl && { ageMs: Math.max(0, now - ca.crl.thisUpdateMs), nextUpdate: toTime(ca.crl.nextUpdateMs) }),
      failures: this.#looks.get(name)?.failures ?? 0,
      ...(this.#looks.get(name)?.lastError !== undefined && { lastError: this.#looks.get(name)!.lastError! }),
    }))
  }

  #sources(): { country: CountryEntry; ca: RegisteredCa; name: string }[] {
    return this.#deps.register.countries().flatMap((country) =>
      country.anchors
        .filter(({ crlUrls }) => crlUrls)
        // With other places entered, it is looked at again at once.
        .map((ca) => ({
          country,
          ca,
          name: [country.country, ca.certificate.fingerprint, ...ca.crlUrls!].join(' '),
        })),
    )
  }

  async #lookAt({ country }: CountryEntry, ca: RegisteredCa, name: string): Promise<void> {
    const { clock, everyMs, randomness, report } = this.#deps
    const failures: string[] = []
    for (const url of ca.crlUrls!) {
      try {
        const nextUpdateMs = await this.#take(country, ca, url)
        const dueAtMs = nextLookMs(clock(), nextUpdateMs, everyMs, chanceOf(randomness))
        this.#looks.set(name, { dueAtMs, failures: 0 })
        return
      } catch (error) {
        failures.push(`${url}: ${error instanceof Error ? error.message : String(error)}`)
        report(`the list of ${ca.certificate.subject} at ${url}`, error)
      }
    }
    const count = (this.#looks.get(name)?.failures ?? 0) + 1
    const dueAtMs = retryMs(clock(), count, everyMs, chanceOf(randomness))
    this.#looks.set(name, { dueAtMs, failures: count, lastError: failures.join('; ') })
  }

  /** Fetches and enters one list. Gives when the next one comes. Throws with the reason why it is not taken. */
  async #take(country: string, { certificate, userId }: RegisteredCa, url: string): Promise<number> {
    const { fetch, register, clock } = this.#deps
    const der = await fetch({ url, accept: 'application/pkix-crl', bytesMax: LIST_MAX_BYTES })
    const list = await readCrl(der, certificate, userId)
    const fetchedAtMs = clock()
    if (list.thisUpdateMs > fetchedAtMs + SKEW_MS)
      throw new Error(`the list is of ${toTime(list.thisUpdateMs)}, yet to come`)
    const ca = certificate.fingerprint
    await appendRegisterEntry(() => {
      const known = register.country(country)?.anchors.find((one) => one.certificate.fingerprint === ca)
      if (!known?.crlUrls?.includes(url)) return undefined
      const knownMs = known.crl?.thisUpdateMs ?? 0
      if (list.thisUpdateMs < knownMs)
        throw new Error(`the list is of ${toTime(list.thisUpdateMs)}, older than the one known`)
      if (list.thisUpdateMs === knownMs) return undefined
      const body = { country, ca, crl: toBase64url(der), source: url, fetchedAt: toTime(fetchedAtMs) }
      return { kind: 'hub.revocation-list', country, sha256: list.sha256, body, told: [] }
    }, this.#deps)
    return list.nextUpdateMs
  }
}
