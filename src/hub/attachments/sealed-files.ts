// Sealed attachments in files of this machine: `<name>.data`, sealed in chunks under a key of its own, and `<name>.key`, the head. Two names
// that have the same data are two links to it, so giving it to an entry costs no copy. For one process alone.
import { mkdirSync } from 'node:fs'
import { link, open, readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { type Announced, DATA, destroySealed, fullDisk, HEAD, PART } from './files.ts'
import { type AttachmentHead, destroyHead, readHead, syncFolder, unlessGone, writeHead } from './key-file.ts'
import type { SealedData, SealedPlace, Shelf, Waiting } from './sealed-place.ts'

export interface SealedFilesDeps {
  folder: string
  /** 32 bytes. */
  sealingKey: Buffer
  randomness: (size: number) => Buffer
}

interface Staged extends Waiting {
  party: string
}

export class SealedFiles implements SealedPlace {
  readonly #deps: SealedFilesDeps
  readonly #staged = new Map<string, Staged>()
  readonly #begun = new Map<string, Announced>()

  constructor(deps: SealedFilesDeps) {
    this.#deps = deps
    for (const shelf of ['staged', 'kept'] as const) mkdirSync(this.#folder(shelf), { recursive: true, mode: 0o700 })
  }

  /** Finds again what was staged before the process ended, and removes what had not become so. */
  async open(): Promise<void> {
    const folder = this.#folder('staged')
    const files = await readdir(folder)
    for (const file of files.filter((one) => one.endsWith(HEAD))) {
      const name = file.slice(0, -HEAD.length)
      const head = await this.head('staged', name)
      if (!head) continue
      const { mtimeMs } = await stat(join(folder, file))
      this.#staged.set(name, { party: head.party, bytes: head.bytes, type: head.type, atMs: mtimeMs })
    }
    for (const file of files) {
      if (this.#staged.has(file.replace(/\.\w+$/, '')) && !file.endsWith(PART)) continue
      if (file.endsWith(HEAD)) await destroyHead(join(folder, file))
      else await rm(join(folder, file), { force: true })
    }
    await syncFolder(folder)
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#deps.folder)
    return bavail * bsize
  }

  async begin(said: Announced): Promise<string> {
    const data = this.#deps.randomness(16).toString('hex')
    this.#begun.set(data, said)
    return data
  }

  async write(data: string, chunks: AsyncIterable<Buffer>): Promise<void> {
    const file = await open(this.#part(data), 'wx', 0o600).catch(fullDisk)
    try {
      for await (const chunk of chunks) await file.writeFile(chunk).catch(fullDisk)
      await file.sync().catch(fullDisk)
    } finally {
      await file.close()
    }
  }

  async giveUp(data: string): Promise<void> {
    this.#begun.delete(data)
    await rm(this.#part(data), { force: true })
  }

  async held(party: string): Promise<{ count: number; bytes: number }> {
    const held = [...this.#all()].filter((one) => one.party === party)
    return { count: held.length, bytes: held.reduce((sum, { bytes }) => sum + bytes, 0) }
  }

  stagedBytes(): number {
    return [...this.#all()].reduce((sum, { bytes }) => sum + bytes, 0)
  }

  *#all(): Generator<{ party: string; bytes: number }> {
    yield* this.#staged.values()
    yield* this.#begun.values()
  }

  async waiting(names: readonly string[]): Promise<Map<string, Waiting>> {
    return new Map(
      names.flatMap((name) => {
        const staged = this.#staged.get(name)
        return staged ? [[name, staged]] : []
      }),
    )
  }

  #turn: Promise<unknown> = Promise.resolve()

  /** Names of uploads change hands one after the other. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act)
    this.#turn = turn.catch(() => {})
    return turn
  }

  put(name: string, data: string, head: AttachmentHead, atMs: number): Promise<boolean> {
    return this.#inTurn(() => this.#put(name, data, head, atMs))
  }

  async #put(name: string, data: string, head: AttachmentHead, atMs: number): Promise<boolean> {
    if (this.#staged.has(name)) return false
    const { sealingKey, randomness } = this.#deps
    const path = this.#path('staged', name)
    try {
      // Of one that was being destroyed there may be something left.
      await destroySealed(this.#folder('staged'), name)
      await rename(this.#part(data), path + DATA)
      await writeHead(path + HEAD, name, head, sealingKey, randomness(12))
      await this.#setTime('staged', name, atMs)
      await syncFolder(this.#folder('staged'))
      const { party, bytes, type } = head
      this.#staged.set(name, { party, bytes, type, atMs })
      this.#begun.delete(data)
      return true
    } catch (error) {
      await destroySealed(this.#folder('staged'), name)
      return fullDisk(error)
    }
  }

  async touch(name: string, atMs: number): Promise<boolean> {
    const staged = this.#staged.get(name)
    if (!staged) return false
    staged.atMs = atMs
    await this.#setTime('staged', name, atMs)
    return true
  }

  head(shelf: Shelf, name: string): Promise<AttachmentHead | undefined> {
    return readHead(this.#path(shelf, name) + HEAD, name, this.#deps.sealingKey)
  }

  async keep(staged: string, name: string, head: AttachmentHead, atMs: number): Promise<boolean> {
    const { sealingKey, randomness } = this.#deps
    const path = this.#path('kept', name)
    try {
      // The head first: its time tells the sweep that this is new, whatever the age of the data.
      await writeHead(path + HEAD, name, head, sealingKey, randomness(12))
      await this.#setTime('kept', name, atMs)
      const gone = (error: unknown): false => unlessGone(error) ?? false
      const linked = await link(this.#path('staged', staged) + DATA, path + DATA).then(() => true, gone)
      await syncFolder(this.#folder('kept'))
      return linked
    } catch (error) {
      return fullDisk(error)
    }
  }

  async kept(name: string): Promise<{ head: AttachmentHead; open(): Promise<SealedData> } | undefined> {
    const head = await this.head('kept', name)
    const data = this.#path('kept', name) + DATA
    if (!head || !(await stat(data).catch(unlessGone))) return undefined
    return { head, open: () => openData(data) }
  }

  destroy(shelf: Shelf, name: string, beforeMs = Infinity): Promise<boolean> {
    return this.#inTurn(() => this.#destroy(shelf, name, beforeMs))
  }

  async #destroy(shelf: Shelf, name: string, beforeMs: number): Promise<boolean> {
    const atMs = await this.#atMs(shelf, name)
    if (atMs !== undefined && atMs >= beforeMs) return false
    if (shelf === 'staged') this.#staged.delete(name)
    await destroySealed(this.#folder(shelf), name)
    await syncFolder(this.#folder(shelf))
    return atMs !== undefined
  }

  /** To look at them all again costs little here. */
  async own(): Promise<void> {}

  async *older(shelf: Shelf, beforeMs: number): AsyncGenerator<string> {
    const names = new Set((await readdir(this.#folder(shelf))).map((file) => file.replace(/\.\w+$/, '')))
    for (const name of names) {
      const atMs = await this.#atMs(shelf, name)
      if ((atMs ?? 0) < beforeMs && !this.#begun.has(name)) yield name
    }
  }

  /** Done when the place was opened: it has no other process. */
  async removeHeadless(): Promise<void> {}

  async #atMs(shelf: Shelf, name: string): Promise<number | undefined> {
    if (shelf === 'staged') return this.#staged.get(name)?.atMs
    return (await stat(this.#path(shelf, name) + HEAD).catch(unlessGone))?.mtimeMs
  }

  #setTime(shelf: Shelf, name: string, atMs: number): Promise<void> {
    return utimes(this.#path(shelf, name) + HEAD, atMs / 1000, atMs / 1000)
  }

  #folder(shelf: Shelf): string {
    return join(this.#deps.folder, shelf)
  }

  #path(shelf: Shelf, name: string): string {
    return join(this.#folder(shelf), name)
  }

  #part(data: string): string {
    return this.#path('staged', data + PART)
  }
}

/** A sealed file to be read. */
export async function openData(path: string): Promise<SealedData> {
  const file = await open(path, 'r')
  return {
    async read(at, bytes) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, at)
      return buffer.subarray(0, bytesRead)
    },
    close: () => file.close(),
  }
}
