// Certificates whose CAs go by responders, with the newest good answer for each: bounded, the longest unused forgotten first, and kept in a
// view, so that a restart does not begin at "unknown". The view may be emptied at any time: the responders are asked again.
import type { HeldAnswer } from '../identity/authenticate.ts'
import type { Views } from '../journal/journal.ts'

export interface KnownCertificate {
  /** DER, leaf first, without the anchor. */
  path: readonly Buffer[]
  /** When a responder is asked again. */
  dueAtMs: number
  failures: number
  lastError?: string
  /** The newest good answer and the fingerprint of the issuer it was given for. */
  held?: { issuer: string; answer: HeldAnswer }
}

const VIEW = 'responders'

interface Row extends Omit<HeldAnswer, 'der'> {
  issuer: string
  path: string[]
  der: string
}

export class KnownCertificates {
  readonly #views: Views
  readonly #known = new Map<string, KnownCertificate>()
  readonly #max: number
  #last: Promise<void> = Promise.resolve()
  /** Writes of the view, over all lives: so others see whether there is something new to read. */
  #writes = 0

  constructor(views: Views, max: number) {
    this.#views = views
    this.#max = max
  }

  /** Reads the view. What was held is asked for again at the first look, and relied on until then as long as it is fresh. */
  async load(): Promise<void> {
    this.#writes = await this.#views.cursor(VIEW)
    for (const { key, value } of await this.#views.range(VIEW, '', '~', this.#max)) {
      const { issuer, path, der, ...answer } = JSON.parse(value.toString()) as Row
      this.#known.set(key, {
        path: path.map((one) => Buffer.from(one, 'base64')),
        dueAtMs: 0,
        failures: 0,
        held: { issuer, answer: { ...answer, der: Buffer.from(der, 'base64') } },
      })
    }
  }

  /** Whether the view has been written since it was loaded, by another process. */
  async isOld(): Promise<boolean> {
    return (await this.#views.cursor(VIEW)) !== this.#writes
  }

  get(fingerprint: string): KnownCertificate | undefined {
    return this.#known.get(fingerprint)
  }

  /** The answer for a certificate; reading it makes it recent. */
  answer(fingerprint: string, issuer: string): HeldAnswer | undefined {
    const known = this.#known.get(fingerprint)
    if (known?.held?.issuer !== issuer) return undefined
    this.#known.delete(fingerprint)
    this.#known.set(fingerprint, known)
    return known.held.answer
  }

  entries(): [string, KnownCertificate][] {
    return [...this.#known]
  }

  /** Sets what is known; an answer is durable when the promise resolves. */
  set(fingerprint: string, known: KnownCertificate): Promise<void> {
    const before = this.#known.get(fingerprint)
    this.#known.delete(fingerprint)
    this.#known.set(fingerprint, known)
    const written =
      known.held && known.held !== before?.held ? this.#write(fingerprint, rowOf(known)) : Promise.resolve()
    if (this.#known.size <= this.#max) return written
    return Promise.all([written, this.delete(this.#known.keys().next().value!)]).then(() => {})
  }

  delete(fingerprint: string): Promise<void> {
    const known = this.#known.get(fingerprint)
    this.#known.delete(fingerprint)
    return known?.held ? this.#write(fingerprint, undefined) : Promise.resolve()
  }

  /** One write after the other, so that an older answer never overwrites a newer one. */
  #write(key: string, value: string | undefined): Promise<void> {
    const done = this.#last.then(() => this.#views.apply(VIEW, [{ key, value }], ++this.#writes))
    this.#last = done.catch(() => {})
    return done
  }
}

function rowOf({ path, held }: KnownCertificate): string {
  const { der, ...answer } = held!.answer
  const row: Row = {
    ...answer,
    issuer: held!.issuer,
    path: path.map((one) => one.toString('base64')),
    der: der.toString('base64'),
  }
  return JSON.stringify(row)
}
