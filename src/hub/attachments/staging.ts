// What parties have uploaded and not yet, or not only, used: each sees its own alone. Bounded per party; swept after a day.
import { createHmac } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError } from '../errors.ts'
import { type Announced, DATA, destroySealed, diskFull, fullDisk, HEAD, PART, writeSealed } from './files.ts'
import type { Uploaded } from './findings.ts'
import { destroyHead, readHead, syncFolder, writeHead } from './key-file.ts'

export interface StagingLimits {
  /** Of one upload. */
  bytesMax: number
  /** Staged and being staged, of one party. */
  partyBytesMax: number
  partyCountMax: number
  /** Uploads at once, of one party and of all. */
  partyAtOnceMax: number
  atOnceMax: number
  /** Left free on the disk, for the journal. */
  freeBytesMin: number
}

export const STAGING_LIMITS: StagingLimits = {
  bytesMax: 64 * 1024 * 1024,
  partyBytesMax: 512 * 1024 * 1024,
  partyCountMax: 64,
  partyAtOnceMax: 4,
  atOnceMax: 32,
  freeBytesMin: 256 * 1024 * 1024,
}

export interface AttachmentDeps {
  /** Folder of the sealed files. */
  folder: string
  /** 32 bytes each: wraps content keys; keys the names of staged files. */
  sealingKey: Buffer
  indexKey: Buffer
  clock: () => number
  randomness: (size: number) => Buffer
  limits?: Partial<StagingLimits>
  /** Bytes free on the disk of the folder. */
  freeBytes?: () => Promise<number>
}

interface Staged extends Announced {
  name: string
  atMs: number
}

export class Staging {
  readonly folder: string
  readonly limits: StagingLimits
  readonly #deps: AttachmentDeps
  readonly #staged = new Map<string, Staged>()
  /** Uploads that have begun: they count like those that are there. */
  readonly #begun = new Set<Announced>()

  constructor(deps: AttachmentDeps) {
    this.#deps = deps
    this.folder = join(deps.folder, 'staged')
    this.limits = { ...STAGING_LIMITS, ...deps.limits }
    mkdirSync(this.folder, { recursive: true, mode: 0o700 })
  }

  /** Bytes that are staged or being uploaded. */
  get bytes(): number {
    return [...this.#staged.values(), ...this.#begun].reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** Finds again what was staged before the process ended, and removes what had not become so. */
  async open(): Promise<void> {
    const heads = new Set<string>()
    const files = await readdir(this.folder)
    for (const file of files.filter((one) => one.endsWith(HEAD))) {
      const name = file.slice(0, -HEAD.length)
      const head = await readHead(join(this.folder, file), name, this.#deps.sealingKey)
      if (!head) continue
      heads.add(name)
      const { mtimeMs } = await stat(join(this.folder, file))
      const { party, sha256, bytes, type } = head
      this.#staged.set(name, { party, sha256, bytes, type, name, atMs: mtimeMs })
    }
    for (const file of files) {
      if (heads.has(file.replace(/\.\w+$/, '')) && !file.endsWith(PART)) continue
      if (file.endsWith(HEAD)) await destroyHead(join(this.folder, file))
      else await rm(join(this.folder, file), { force: true })
    }
    await syncFolder(this.folder)
  }

  /** The name of a party's upload: keyed, so that it tells neither whose nor what it is. */
  nameOf(party: string, sha256: string): string {
    return createHmac('sha256', this.#deps.indexKey).update(`staged\n${party}\n${sha256}`).digest('hex')
  }

  find(party: string, sha256: string): Uploaded | undefined {
    return this.#staged.get(this.nameOf(party, sha256))
  }

  /**
   * Takes an upload in; durable when the promise resolves. 'known': this party has it here already.
   * Throws TOO_LARGE, ATTACHMENT_QUOTA, OVERLOADED, ATTACHMENT_DIGEST_MISMATCH, ATTACHMENT_TYPE_WRONG; nothing is left then.
   */
  async stage(said: Announced, body: AsyncIterable<Buffer>): Promise<'new' | 'known'> {
    const name = this.nameOf(said.party, said.sha256)
    const known = this.#staged.get(name)
    if (known?.type === said.type && known.bytes === said.bytes) {
      // An answer before the end of the bytes would leave the sender writing into a connection that is done with.
      let come = 0
      for await (const { length } of body) come += length
      if (come !== said.bytes)
        throw new HubError('ATTACHMENT_DIGEST_MISMATCH', `${come} bytes came, ${said.bytes} were announced`)
      return this.#touch(known)
    }
    this.#checkRoom(said)
    this.#begun.add(said)
    try {
      const freeBytes = await (this.#deps.freeBytes ?? this.#free)()
      if (freeBytes - said.bytes < this.limits.freeBytesMin) throw diskFull()
      return await this.#write(name, said, body)
    } finally {
      this.#begun.delete(said)
    }
  }

  readonly #free = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(this.folder)
    return bavail * bsize
  }

  #checkRoom({ party, bytes }: Announced): void {
    const { bytesMax, partyBytesMax, partyCountMax, partyAtOnceMax, atOnceMax } = this.limits
    if (bytes > bytesMax) throw new HubError('TOO_LARGE', `an upload has at most ${bytesMax} bytes`)
    const begun = [...this.#begun].filter((one) => one.party === party)
    if (this.#begun.size >= atOnceMax || begun.length >= partyAtOnceMax)
      throw new HubError('OVERLOADED', 'too many uploads at once; send this one again when another has ended')
    const held = [...begun, ...[...this.#staged.values()].filter((one) => one.party === party)]
    if (held.length >= partyCountMax)
      throw new HubError('ATTACHMENT_QUOTA', `a party has at most ${partyCountMax} uploads waiting`)
    if (held.reduce((sum, one) => sum + one.bytes, bytes) > partyBytesMax)
      throw new HubError('ATTACHMENT_QUOTA', `a party has at most ${partyBytesMax} bytes of uploads waiting`)
  }

  async #write(name: string, said: Announced, body: AsyncIterable<Buffer>): Promise<'new' | 'known'> {
    const { randomness, sealingKey } = this.#deps
    const key = randomness(32)
    const part = join(this.folder, randomness(16).toString('hex') + PART)
    await writeSealed(part, body, key, said)
    const staged = { ...said, name, atMs: this.#deps.clock() }
    return this.#inTurn(async () => {
      const before = this.#staged.get(name)
      if (before?.type !== said.type) return this.#put(staged, part, { key: key.toString('hex'), ...said }, sealingKey)
      // The same bytes have come by another request meanwhile.
      await rm(part, { force: true })
      return this.#touch(before)
    })
  }

  #turn: Promise<unknown> = Promise.resolve()

  /** Names change hands one after the other: one is destroyed and put in its place with nobody in between. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act)
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #put(staged: Staged, part: string, head: Announced & { key: string }, sealingKey: Buffer): Promise<'new'> {
    const path = join(this.folder, staged.name)
    this.#staged.delete(staged.name)
    try {
      await destroySealed(this.folder, staged.name)
      await rename(part, path + DATA)
      await writeHead(path + HEAD, staged.name, head, sealingKey, this.#deps.randomness(12))
      await this.#setTime(staged)
      await syncFolder(this.folder)
      this.#staged.set(staged.name, staged)
      return 'new'
    } catch (error) {
      await rm(part, { force: true })
      await destroySealed(this.folder, staged.name)
      return fullDisk(error)
    }
  }

  /** Its day begins again. */
  async #touch(staged: Staged): Promise<'known'> {
    staged.atMs = this.#deps.clock()
    await this.#setTime(staged)
    return 'known'
  }

  #setTime({ name, atMs }: Staged): Promise<void> {
    return utimes(join(this.folder, name + HEAD), atMs / 1000, atMs / 1000)
  }

  /** Destroys an upload by its name. Idempotent. */
  destroy(name: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#staged.delete(name)
      await destroySealed(this.folder, name)
      await syncFolder(this.folder)
    })
  }

  /** Destroys what was staged before a time. */
  async sweep(beforeMs: number): Promise<number> {
    const old = [...this.#staged.values()].filter(({ atMs }) => atMs < beforeMs)
    for (const { name } of old) await this.destroy(name)
    return old.length
  }
}
