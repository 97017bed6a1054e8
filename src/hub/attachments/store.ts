// The attachments kept outside the journal: uploads that wait, and those that entries own. An entry takes its attachment from an upload by a
// link to the same sealed data and a head of its own, so taking costs no copy and erasing one entry leaves every other as it is.
import { mkdirSync } from 'node:fs'
import { link, readdir, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError } from '../errors.ts'
import { openChunks } from './chunks.ts'
import { DATA, destroySealed, fullDisk, HEAD } from './files.ts'
import type { Uploaded } from './findings.ts'
import { readHead, syncFolder, unlessGone, writeHead } from './key-file.ts'
import { type AttachmentDeps, Staging } from './staging.ts'

/** What the walk needs: the sender's uploads, and attachments of an entry to be. */
export interface Uploads {
  find(party: string, sha256: string): Uploaded | undefined
  /** Takes uploads of a party for an entry that is about to be appended; gives the names of what the entry will own, in the same order. */
  take(party: string, sha256s: readonly string[]): Promise<string[]>
  /** Destroys what was taken for an entry that did not come to be, or has been erased. Idempotent. */
  destroy(names: readonly string[]): Promise<void>
}

export class AttachmentStore implements Uploads {
  readonly staging: Staging
  readonly #deps: AttachmentDeps
  readonly #folder: string

  constructor(deps: AttachmentDeps) {
    this.#deps = deps
    this.staging = new Staging(deps)
    this.#folder = join(deps.folder, 'kept')
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
  }

  find(party: string, sha256: string): Uploaded | undefined {
    return this.staging.find(party, sha256)
  }

  async take(party: string, sha256s: readonly string[]): Promise<string[]> {
    const names: string[] = []
    try {
      for (const sha256 of sha256s) {
        const name = this.#deps.randomness(16).toString('hex')
        names.push(name)
        await this.#takeOne(name, party, sha256)
      }
      if (names.length > 0) await syncFolder(this.#folder)
      return names
    } catch (error) {
      await this.destroy(names)
      return fullDisk(error)
    }
  }

  async #takeOne(name: string, party: string, sha256: string): Promise<void> {
    const staged = this.staging.nameOf(party, sha256)
    const { sealingKey, randomness, clock } = this.#deps
    const head = await readHead(join(this.staging.folder, staged + HEAD), staged, sealingKey)
    const missing = (): HubError =>
      new HubError('ATTACHMENT_MISSING', `attachment ${sha256} is not uploaded any more; upload it again`)
    if (!head) throw missing()
    const path = join(this.#folder, name)
    // The head first: its time tells the sweep that this is new, whatever the age of the data.
    await writeHead(path + HEAD, name, { ...head, staged }, sealingKey, randomness(12))
    await utimes(path + HEAD, clock() / 1000, clock() / 1000)
    await link(join(this.staging.folder, staged + DATA), path + DATA).catch((error: unknown) => {
      unlessGone(error)
      throw missing()
    })
  }

  /** The bytes an entry owns by that name, to be read; undefined once destroyed. */
  async open(name: string): Promise<{ bytes: number; chunks: AsyncGenerator<Buffer> } | undefined> {
    const path = join(this.#folder, name)
    const head = await readHead(path + HEAD, name, this.#deps.sealingKey)
    if (!head || !(await stat(path + DATA).catch(unlessGone))) return undefined
    return { bytes: head.bytes, chunks: openChunks(path + DATA, Buffer.from(head.key, 'hex'), head.bytes) }
  }

  /** Erases what entries own, and the upload it was taken from: it has the same bytes. */
  async erase(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const head = await readHead(join(this.#folder, name + HEAD), name, this.#deps.sealingKey)
      // First the upload: after a crash in between the head still says where it is.
      if (head?.staged) await this.staging.destroy(head.staged)
    }
    await this.destroy(names)
  }

  async destroy(names: readonly string[]): Promise<void> {
    for (const name of names) await destroySealed(this.#folder, name)
    if (names.length > 0) await syncFolder(this.#folder)
  }

  /** Destroys what was taken before a time and no entry owns. `owned` is asked for each. */
  async sweep(beforeMs: number, owned: (name: string) => Promise<boolean>): Promise<number> {
    const names = new Set((await readdir(this.#folder)).map((file) => file.replace(/\.\w+$/, '')))
    let swept = 0
    for (const name of names) {
      if (await owned(name)) continue
      const head = await stat(join(this.#folder, name + HEAD)).catch(unlessGone)
      if (head && head.mtimeMs >= beforeMs) continue
      await this.destroy([name])
      swept++
    }
    return swept
  }
}
