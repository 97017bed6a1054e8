// The attachments kept outside the journal: uploads that wait, and those that entries own. An entry takes its attachment from an upload by a
// head of its own over the same sealed data, so taking costs no copy and erasing one entry leaves every other as it is.
import { HubError } from '../errors.ts'
import { openChunks } from './chunks.ts'
import type { Uploaded } from './findings.ts'
import type { SealedPlace } from './sealed-place.ts'
import { type AttachmentDeps, placeOf, Staging } from './staging.ts'

/** What the walk needs: the sender's uploads, and attachments of an entry to be. */
export interface Uploads {
  /** Those of the digests that a party has uploaded, to whichever process. */
  find(party: string, sha256s: readonly string[]): Promise<ReadonlyMap<string, Uploaded>>
  /** Takes uploads of a party for an entry that is about to be appended; gives the names of what the entry will own, in the same order. */
  take(party: string, sha256s: readonly string[]): Promise<string[]>
  /** Destroys what was taken for an entry that did not come to be, or has been erased. Idempotent. */
  destroy(names: readonly string[]): Promise<void>
}

export class AttachmentStore implements Uploads {
  readonly staging: Staging
  readonly #deps: AttachmentDeps
  readonly #place: SealedPlace

  constructor(deps: AttachmentDeps) {
    this.#deps = deps
    this.#place = placeOf(deps)
    this.staging = new Staging(deps, this.#place)
  }

  find(party: string, sha256s: readonly string[]): Promise<ReadonlyMap<string, Uploaded>> {
    return this.staging.find(party, sha256s)
  }

  async take(party: string, sha256s: readonly string[]): Promise<string[]> {
    const names: string[] = []
    try {
      for (const sha256 of sha256s) {
        const name = this.#deps.randomness(16).toString('hex')
        names.push(name)
        await this.#takeOne(name, party, sha256)
      }
      return names
    } catch (error) {
      // Of the two faults the first is told; what is left is removed by the sweep.
      await this.destroy(names).catch(() => {})
      throw error
    }
  }

  async #takeOne(name: string, party: string, sha256: string): Promise<void> {
    const staged = this.staging.nameOf(party, sha256)
    const head = await this.#place.head('staged', staged)
    if (!head || !(await this.#place.keep(staged, name, { ...head, staged }, this.#deps.clock())))
      throw new HubError('ATTACHMENT_MISSING', `attachment ${sha256} is not uploaded any more; upload it again`)
  }

  /** The bytes an entry owns by that name, to be read; undefined once destroyed. */
  async open(name: string): Promise<{ bytes: number; chunks: AsyncGenerator<Buffer> } | undefined> {
    const kept = await this.#place.kept(name)
    if (!kept) return undefined
    const { bytes, key } = kept.head
    return { bytes, chunks: openChunks(kept.open, Buffer.from(key, 'hex'), bytes) }
  }

  /** Erases what entries own, and the upload it was taken from: it has the same bytes. */
  async erase(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const head = await this.#place.head('kept', name)
      // First the upload: after a crash in between the head still says where it is.
      if (head?.staged) await this.staging.destroy(head.staged)
    }
    await this.destroy(names)
  }

  async destroy(names: readonly string[]): Promise<void> {
    for (const name of names) await this.#place.destroy('kept', name)
  }

  /** Entries own them: the sweep need not ask for them again. */
  own(names: readonly string[]): Promise<void> {
    return this.#place.own(names)
  }

  /** Destroys what was taken before a time and no entry owns, and what was never finished. `owned` is asked for each. */
  async sweep(beforeMs: number, owned: (name: string) => Promise<boolean>): Promise<number> {
    let swept = 0
    for await (const name of this.#place.older('kept', beforeMs)) {
      if (await owned(name)) continue
      await this.#place.destroy('kept', name, beforeMs)
      swept++
    }
    await this.#place.removeHeadless(beforeMs)
    return swept
  }
}
