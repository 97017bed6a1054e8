// Asks responders (RFC 6960) about the certificates that sign here, off the walk. A good answer is held; a revocation becomes an entry with
// the answer as its proof; whatever else comes changes nothing, so a certificate is never "revoked" because somebody could not be reached.
import {
  type HeldAnswer,
  type Identities,
  proveCertificate,
  type ProvedSigner,
  type Responders,
} from '../identity/authenticate.ts'
import { type Certificate, readCertificate } from '../identity/certificate.ts'
import type { Courier } from '../courier/courier.ts'
import type { Fetch } from '../identity/fetch.ts'
import { checkOcspTimes, ocspRequest, ocspSubject, RESPONSE_MAX_BYTES, verifyOcsp } from '../identity/ocsp.ts'
import type { RegisteredCa } from '../identity/register.ts'
import { goesByResponder } from '../identity/status.ts'
import type { Views } from '../journal/journal.ts'
import { toBase64url, toTime } from '../values/encoding.ts'
import { type KnownCertificate, KnownCertificates } from './answers.ts'
import { appendRegisterEntry, type RegisterEntryDeps } from './register-entry.ts'
import { chanceOf, nextLookMs, retryMs } from './timing.ts'

export interface ResponderDeps extends RegisterEntryDeps {
  identities: Identities
  views: Views
  fetch: Fetch
  everyMs: number
  report(what: string, error: unknown): void
}

export interface ResponderState {
  source: 'ocsp'
  /** Certificates followed, and how many of them have a fresh answer, an old one, or none. */
  certificates: number
  good: number
  stale: number
  unknown: number
  /** Age of the oldest answer held. */
  ageMs?: number
  failing: number
  /** Of the certificate asked for last among those that failed. */
  lastError?: string
}

const CERTIFICATES_MAX = 10_000
/** Of a look, and with those who are waiting at the door: a look at many must not keep these from being asked for. */
const LOOKED_AT_ONCE = 8
export const ASKED_AT_ONCE = 32
const NONCE_BYTES = 16
/** Somebody is waiting at the door. */
const PRIORITIES = { seen: 0, looked: 1 }

export class ResponderDesk implements Responders {
  readonly #deps: ResponderDeps
  readonly #courier: Courier
  readonly #known: KnownCertificates
  readonly #asking = new Map<string, { over: Promise<void>; end(): void }>()
  #registerAt = -1
  #going = ''
  #examined = new WeakSet<readonly Buffer[]>()
  #closed = false

  constructor(deps: ResponderDeps, courier: Courier) {
    this.#deps = deps
    this.#courier = courier
    this.#known = new KnownCertificates(deps.views, CERTIFICATES_MAX)
  }

  load(): Promise<void> {
    return this.#known.load()
  }

  readonly answer = (certificate: Certificate, issuer: Certificate): HeldAnswer | undefined =>
    this.#known.answer(certificate.fingerprint, issuer.fingerprint)

  seen({ path, chain }: Pick<ProvedSigner, 'path' | 'chain'>): void {
    const { fingerprint } = chain[0]!
    const known = this.#known.get(fingerprint)
    if (!known) void this.#known.set(fingerprint, { path, dueAtMs: 0, failures: 0 }).catch(this.#failed(fingerprint))
    if ((known?.dueAtMs ?? 0) <= this.#deps.clock()) this.#ask(fingerprint, PRIORITIES.seen)
  }

  /** Asks what is due, of the certificates registered and seen. Never rejects. */
  async look(): Promise<void> {
    this.#addRegistered()
    for (const [fingerprint, { dueAtMs }] of this.#known.entries()) {
      if (this.#closed) return
      if (dueAtMs > this.#deps.clock()) continue
      while (this.#asking.size >= LOOKED_AT_ONCE) await Promise.race(this.#underWay())
      this.#ask(fingerprint, PRIORITIES.looked)
    }
    await Promise.all(this.#underWay())
  }

  state(): ResponderState {
    const now = this.#deps.clock()
    const known = this.#known.entries().map(([, one]) => one)
    const held = known.flatMap((one) => (one.held ? [one.held.answer] : []))
    const good = held.filter(({ untilMs }) => now <= untilMs).length
    const lastError = known.findLast((one) => one.lastError !== undefined)?.lastError
    return {
      source: 'ocsp',
      certificates: known.length,
      good,
      stale: held.length - good,
      unknown: known.length - held.length,
      ...(held.length > 0 && { ageMs: Math.max(0, now - Math.min(...held.map(({ thisUpdateMs }) => thisUpdateMs))) }),
      failing: known.filter(({ failures }) => failures > 0).length,
      ...(lastError !== undefined && { lastError }),
    }
  }

  /** What is being asked is waited for by closing the courier. */
  close(): void {
    this.#closed = true
    for (const { end } of this.#asking.values()) end()
  }

  #underWay(): Promise<void>[] {
    return [...this.#asking.values()].map(({ over }) => over)
  }

  /** Certificates in the register are asked for before their first message, once after each change of it. */
  #addRegistered(): void {
    const { register } = this.#deps
    if (this.#registerAt === register.at) return
    this.#registerAt = register.at
    const countries = register.countries().filter(({ anchors }) => anchors.some(({ status }) => status === 'ocsp'))
    if (countries.length === 0) return
    const codes = new Set(countries.map(({ country }) => country))
    // The register changes often and its certificates seldom: each is looked at once, and again when other countries go by responders.
    const going = [...codes].sort().join(' ')
    if (going !== this.#going) this.#examined = new WeakSet()
    this.#going = going
    for (const path of register.paths()) {
      if (this.#examined.has(path)) continue
      this.#examined.add(path)
      const { fingerprint, party } = readCertificate(path[0]!)
      if (!codes.has(party?.split(':')[2]?.toUpperCase() ?? '') || this.#known.get(fingerprint)) continue
      void this.#known.set(fingerprint, { path, dueAtMs: 0, failures: 0 }).catch(this.#failed(fingerprint))
    }
  }

  #failed(fingerprint: string): (error: unknown) => void {
    return (error) => this.#deps.report(`what is known of certificate ${fingerprint}`, error)
  }

  /** Has it asked, once at a time for a certificate. When too many are being asked for, it waits for the next look. */
  #ask(fingerprint: string, priority: number): void {
    const known = this.#known.get(fingerprint)
    if (!known || this.#closed || this.#asking.has(fingerprint) || this.#asking.size >= ASKED_AT_ONCE) return
    let finish = (): void => {}
    const over = new Promise<void>((resolve) => (finish = resolve))
    const end = (): void => {
      this.#asking.delete(fingerprint)
      finish()
    }
    const run = async (): Promise<void> => {
      // A failure is kept with the certificate, and it is due again at its own time.
      if (!this.#closed) await this.#askFor(fingerprint, known).catch(this.#failed(fingerprint))
      end()
    }
    this.#asking.set(fingerprint, { over, end })
    if (!this.#courier.offer({ id: `${fingerprint}/ocsp`, queue: 'responders', priority, run })) end()
  }

  async #askFor(fingerprint: string, known: KnownCertificate): Promise<void> {
    const { register, identities, clock, everyMs, randomness } = this.#deps
    const signer = await proveCertificate(known.path, identities, clock()).catch(() => undefined)
    const find = (one: string): RegisteredCa | undefined =>
      signer && register.country(signer.country)?.anchors.find(({ certificate }) => certificate.fingerprint === one)
    const ca = signer && goesByResponder(signer.chain, find)
    // No longer valid here, or revoked, or its CA goes by something else now: there is nothing to ask.
    if (!ca?.ocspUrls || register.revoked(signer!.country, fingerprint)) return this.#known.delete(fingerprint)
    const errors: string[] = []
    for (const url of ca.ocspUrls) {
      try {
        return await this.#askAt(url, signer!, ca)
      } catch (error) {
        errors.push(`${url}: ${error instanceof Error ? error.message : String(error)}`)
        this.#deps.report(`the responder ${url} of ${ca.certificate.subject}`, error)
      }
    }
    const failures = known.failures + 1
    const dueAtMs = retryMs(clock(), failures, everyMs, chanceOf(randomness))
    await this.#known.set(fingerprint, { ...known, dueAtMs, failures, lastError: errors.join('; ') })
  }

  /** Throws with the reason unless the responder says good or revoked. */
  async #askAt(url: string, signer: ProvedSigner, ca: RegisteredCa): Promise<void> {
    const { fetch, clock, everyMs, randomness, register } = this.#deps
    const subject = ocspSubject(signer.chain.slice(0, -1), ca)
    const nonce = randomness(NONCE_BYTES)
    const body = { type: 'application/ocsp-request', bytes: ocspRequest(subject, nonce) }
    const der = await fetch({ url, accept: 'application/ocsp-response', body, bytesMax: RESPONSE_MAX_BYTES })
    const now = clock()
    const refused = ({ fingerprint, serialHex }: Certificate): boolean =>
      register.revoked(signer.country, fingerprint) !== undefined || ca.crl?.serials.has(serialHex) === true
    const answer = await verifyOcsp(der, subject, now, { nonce, refused })
    checkOcspTimes(answer, now)
    const { fingerprint } = subject.certificate
    // An old answer sent again must not bring back what it said, be it good or bad.
    if (answer.thisUpdateMs < (this.#known.get(fingerprint)?.held?.answer.thisUpdateMs ?? 0))
      throw new Error(`the answer is of ${toTime(answer.thisUpdateMs)}, older than the one held`)
    if (answer.status === 'unknown') throw new Error(`the responder does not know ${subject.certificate.subject}`)
    if (answer.status === 'revoked') return this.#enterRevoked(der, url, signer, ca)
    const dueAtMs = nextLookMs(now, answer.untilMs, everyMs, chanceOf(randomness))
    const held = { issuer: subject.issuer.fingerprint, answer: { ...answer, der } }
    await this.#known.set(fingerprint, { path: signer.path, dueAtMs, failures: 0, held })
  }

  /** The answer itself is the proof: the register reads and verifies it again when it takes the entry in. */
  async #enterRevoked(der: Buffer, source: string, signer: ProvedSigner, ca: RegisteredCa): Promise<void> {
    const { register, clock } = this.#deps
    const { country, path, party } = signer
    const subject = ocspSubject(signer.chain.slice(0, -1), ca)
    const fetchedAtMs = clock()
    const { sha256, revokedAtMs, reason } = await verifyOcsp(der, subject, fetchedAtMs)
    const { fingerprint } = subject.certificate
    const body = {
      country,
      ca: ca.certificate.fingerprint,
      path: path.map(toBase64url),
      response: toBase64url(der),
      source,
      fetchedAt: toTime(fetchedAtMs),
      revokedAt: toTime(revokedAtMs!),
      reason,
    }
    await appendRegisterEntry(() => {
      const stands = register.country(country)?.anchors.some(({ certificate }) => certificate.fingerprint === body.ca)
      if (!stands || register.revoked(country, fingerprint)) return undefined
      return { kind: 'hub.revocation-answer', country, sha256, body, told: register.party(party) ? [party] : [] }
    }, this.#deps)
    await this.#known.delete(fingerprint)
  }
}
