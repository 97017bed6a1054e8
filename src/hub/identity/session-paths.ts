// Certificate paths that came with a session and are in no register entry, where every process finds them: a session is judged by its
// path wherever it is used.
import type { Cursors } from '../journal/journal.ts'
import { fromBase64url, toBase64url } from '../values/encoding.ts'
import { BoundedCache } from './bounded-cache.ts'
import { SWEEPS } from './session-challenge.ts'

const PATHS = 'session-paths'
const DAY_MS = 86_400_000
const KEPT_MAX = 20_000

const dayOf = (ms: number): number => Math.floor(ms / DAY_MS)
const keyOf = (day: number, fingerprint: string): string => `${String(day).padStart(8, '0')}/${fingerprint}`

export class SessionPaths {
  readonly #cursors: Cursors
  /** Keys that are there already. */
  readonly #kept = new BoundedCache<true>(KEPT_MAX)
  #sweptTo = 0

  constructor(cursors: Cursors) {
    this.#cursors = cursors
  }

  /** Keeps a path (DER, leaf first) for at least a day. */
  async keep(fingerprint: string, path: readonly Buffer[], now: number): Promise<void> {
    const key = keyOf(dayOf(now), fingerprint)
    if (this.#kept.get(key)) return
    await this.#cursors.putNew(PATHS, key, path.map(toBase64url))
    this.#kept.set(key, true)
    this.#sweepBefore(dayOf(now) - 1)
  }

  /** The path of a certificate that opened a session today or yesterday. */
  async get(fingerprint: string, now: number): Promise<readonly Buffer[] | undefined> {
    for (const day of [dayOf(now), dayOf(now) - 1]) {
      const path = (await this.#cursors.get(PATHS, keyOf(day, fingerprint))) as string[] | undefined
      if (path) return path.map((der) => fromBase64url(der, 'certificate'))
    }
    return undefined
  }

  #sweepBefore(day: number): void {
    const before = this.#sweptTo
    if (day <= before) return
    this.#sweptTo = day
    this.#sweep(day).catch(() => (this.#sweptTo = before))
  }

  async #sweep(day: number): Promise<void> {
    const swept = (await this.#cursors.get(SWEEPS, PATHS)) as number | undefined
    if ((swept ?? 0) >= day || !(await this.#cursors.swap(SWEEPS, PATHS, swept, day))) return
    for (const { key } of await this.#cursors.list(PATHS, ''))
      if (key < keyOf(day, '')) await this.#cursors.put(PATHS, key, undefined)
  }
}
