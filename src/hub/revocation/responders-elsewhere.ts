// What responders have said, in the processes that do not ask them: read from the view that the asking process keeps, and whoever signs
// here is named to that process.
import type { Wake } from '../cluster/wake.ts'
import type { HeldAnswer, ProvedSigner, Responders } from '../identity/authenticate.ts'
import { type Certificate, readCertificate } from '../identity/certificate.ts'
import type { Views } from '../journal/journal.ts'
import { KnownCertificates } from './answers.ts'

type Signer = Pick<ProvedSigner, 'path' | 'chain'>

const TOPIC = 'responders'
const CERTIFICATES_MAX = 10_000
/** A good answer that has been given since is known here after this long at most. */
const READ_EVERY_MS = 1_000
const NAMED_AGAIN_MS = 5_000
const PATH_MAX = 8
const CERTIFICATE_CHARS_MAX = 16_384

export interface RespondersElsewhereDeps {
  views: Views
  wake: Wake
  /** The desk, while it is in this process. */
  here(): Responders | undefined
  /** The hub has other processes, in which the desk may be. */
  elsewhere: boolean
  onFault(error: unknown): void
}

export class RespondersElsewhere implements Responders {
  readonly #deps: RespondersElsewhereDeps
  readonly #named = new Map<string, number>()
  #known: KnownCertificates
  #wanted = false
  #reading: Promise<void> | undefined
  readonly #timer: NodeJS.Timeout
  readonly #stop: () => void

  /** Where the desk may be elsewhere, knows at once what was known before this process began. */
  static async open(deps: RespondersElsewhereDeps): Promise<RespondersElsewhere> {
    const elsewhere = new RespondersElsewhere(deps)
    if (!deps.elsewhere) return elsewhere
    await elsewhere.#read()
    elsewhere.#wanted = elsewhere.#known.entries().length > 0
    return elsewhere
  }

  private constructor(deps: RespondersElsewhereDeps) {
    const { wake, views, here } = deps
    this.#deps = deps
    this.#known = new KnownCertificates(views, CERTIFICATES_MAX)
    // Only where somebody signs whose CA goes by responders.
    this.#timer = setInterval(() => void (this.#wanted && !here() && this.#read()), READ_EVERY_MS).unref()
    this.#stop = wake.on(TOPIC, (text) => {
      const signer = here() && readSigner(text)
      if (signer) here()?.seen(signer)
    })
  }

  readonly answer = (certificate: Certificate, issuer: Certificate): HeldAnswer | undefined =>
    this.#deps.here()?.answer(certificate, issuer) ?? this.#known.answer(certificate.fingerprint, issuer.fingerprint)

  seen(signer: Signer): void {
    const here = this.#deps.here()
    if (here) return here.seen(signer)
    if (!this.#wanted) void this.#read()
    this.#wanted = true
    const { fingerprint } = signer.chain[0]!
    const nowMs = performance.now()
    if (nowMs - (this.#named.get(fingerprint) ?? -Infinity) < NAMED_AGAIN_MS) return
    if (this.#named.size >= CERTIFICATES_MAX) this.#named.clear()
    this.#named.set(fingerprint, nowMs)
    this.#deps.wake.tell(TOPIC, JSON.stringify(signer.path.map((der) => der.toString('base64'))))
  }

  close(): void {
    clearInterval(this.#timer)
    this.#stop()
  }

  #read(): Promise<void> {
    const { views, onFault } = this.#deps
    const read = async (): Promise<void> => {
      if (!(await this.#known.isOld())) return
      const known = new KnownCertificates(views, CERTIFICATES_MAX)
      await known.load()
      this.#known = known
    }
    this.#reading ??= read()
      .catch(onFault)
      .finally(() => (this.#reading = undefined))
    return this.#reading
  }
}

/** Undefined for anything that is not a path of certificates: the desk proves it before it asks anybody. */
function readSigner(text: string): Signer | undefined {
  try {
    const texts = JSON.parse(text) as unknown
    if (!Array.isArray(texts) || texts.length === 0 || texts.length > PATH_MAX) return undefined
    if (!texts.every((one): one is string => typeof one === 'string' && one.length <= CERTIFICATE_CHARS_MAX))
      return undefined
    const path = texts.map((one) => Buffer.from(one, 'base64'))
    return { path, chain: path.map((der) => readCertificate(der)) }
  } catch {
    return undefined
  }
}
