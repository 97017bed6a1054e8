// What parties have uploaded and not yet, or not only, used: each sees its own alone. Bounded per party; swept after a day.
import { createHmac } from 'node:crypto'
import { HubError } from '../errors.ts'
import { type Announced, diskFull, sealedAsAnnounced } from './files.ts'
import type { Uploaded } from './findings.ts'
import { type SealedFilesDeps, SealedFiles } from './sealed-files.ts'
import type { SealedPlace } from './sealed-place.ts'

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

export interface AttachmentDeps extends Omit<SealedFilesDeps, 'folder'> {
  /** Where they are kept; absent: in files of `folder`. */
  place?: SealedPlace
  folder?: string
  /** 32 bytes; keys the names of staged uploads. */
  indexKey: Buffer
  clock: () => number
  limits?: Partial<StagingLimits>
  /** Bytes free where they are kept. */
  freeBytes?: () => Promise<number>
}

export function placeOf({ place, folder, ...deps }: AttachmentDeps): SealedPlace {
  if (place) return place
  if (folder === undefined) throw new Error('attachments are kept in a place or a folder')
  return new SealedFiles({ ...deps, folder })
}

export class Staging {
  readonly limits: StagingLimits
  readonly #deps: AttachmentDeps
  readonly #place: SealedPlace
  /** Uploads that have begun in this process. */
  readonly #begun = new Set<Announced>()

  constructor(deps: AttachmentDeps, place: SealedPlace) {
    this.#deps = deps
    this.#place = place
    this.limits = { ...STAGING_LIMITS, ...deps.limits }
  }

  /** Bytes that are staged or being uploaded, as last known. */
  get bytes(): number {
    return this.#place.stagedBytes()
  }

  /** Finds again what was staged before. */
  open(): Promise<void> {
    return this.#place.open()
  }

  /** The name of a party's upload: keyed, so that it tells neither whose nor what it is. */
  nameOf(party: string, sha256: string): string {
    return createHmac('sha256', this.#deps.indexKey).update(`staged\n${party}\n${sha256}`).digest('hex')
  }

  /** Those of the digests that the party has uploaded. */
  async find(party: string, sha256s: readonly string[]): Promise<Map<string, Uploaded>> {
    const names = new Map(sha256s.map((sha256) => [this.nameOf(party, sha256), sha256]))
    const waiting = await this.#place.waiting([...names.keys()])
    return new Map([...waiting].map(([name, upload]) => [names.get(name)!, upload]))
  }

  /**
   * Takes an upload in; durable when the promise resolves. 'known': this party has it here already.
   * Throws TOO_LARGE, ATTACHMENT_QUOTA, OVERLOADED, ATTACHMENT_DIGEST_MISMATCH, ATTACHMENT_TYPE_WRONG; nothing is left then.
   */
  async stage(said: Announced, body: AsyncIterable<Buffer>): Promise<'new' | 'known'> {
    const name = this.nameOf(said.party, said.sha256)
    const known = (await this.#place.waiting([name])).get(name)
    if (known?.type === said.type && known.bytes === said.bytes) return this.#again(name, said, body)
    this.#checkRoom(said)
    this.#begun.add(said)
    try {
      return await this.#take(name, said, body)
    } finally {
      this.#begun.delete(said)
    }
  }

  async #again(name: string, said: Announced, body: AsyncIterable<Buffer>): Promise<'known'> {
    // An answer before the end of the bytes would leave the sender writing into a connection that is done with.
    let come = 0
    for await (const { length } of body) come += length
    if (come !== said.bytes)
      throw new HubError('ATTACHMENT_DIGEST_MISMATCH', `${come} bytes came, ${said.bytes} were announced`)
    // Its day begins again.
    if (await this.#place.touch(name, this.#deps.clock())) return 'known'
    throw new HubError('OVERLOADED', 'the upload that was here has gone meanwhile; send it again')
  }

  #checkRoom({ party, bytes }: Announced): void {
    const { bytesMax, partyAtOnceMax, atOnceMax } = this.limits
    if (bytes > bytesMax) throw new HubError('TOO_LARGE', `an upload has at most ${bytesMax} bytes`)
    const begun = [...this.#begun].filter((one) => one.party === party)
    if (this.#begun.size >= atOnceMax || begun.length >= partyAtOnceMax)
      throw new HubError('OVERLOADED', 'too many uploads at once; send this one again when another has ended')
  }

  async #take(name: string, said: Announced, body: AsyncIterable<Buffer>): Promise<'new' | 'known'> {
    const place = this.#place
    const data = await place.begin(said, this.#deps.clock())
    try {
      await this.#checkHeld(said)
      const key = this.#deps.randomness(32)
      await place.write(data, sealedAsAnnounced(body, key, said))
      const shelved = await this.#shelve(name, data, { ...said, key: key.toString('hex') })
      if (shelved === 'known') await place.giveUp(data)
      return shelved
    } catch (error) {
      // Of the two faults the first is told; what is left is removed by the sweep.
      await place.giveUp(data).catch(() => {})
      throw error
    }
  }

  /** What has begun counts already, so that many at once, in whichever processes, are not more than the party may hold. */
  async #checkHeld({ party, bytes }: Announced): Promise<void> {
    const { partyBytesMax, partyCountMax, freeBytesMin } = this.limits
    const held = await this.#place.held(party)
    if (held.count > partyCountMax)
      throw new HubError('ATTACHMENT_QUOTA', `a party has at most ${partyCountMax} uploads waiting`)
    if (held.bytes > partyBytesMax)
      throw new HubError('ATTACHMENT_QUOTA', `a party has at most ${partyBytesMax} bytes of uploads waiting`)
    const freeBytes = await (this.#deps.freeBytes?.() ?? this.#place.freeBytes())
    if (freeBytes - bytes < freeBytesMin) throw diskFull()
  }

  async #shelve(name: string, data: string, head: Announced & { key: string }): Promise<'new' | 'known'> {
    const place = this.#place
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const atMs = this.#deps.clock()
      const before = (await place.waiting([name])).get(name)
      // The same bytes have come by another request meanwhile.
      if (before?.type === head.type && (await place.touch(name, atMs))) return 'known'
      if (before) await place.destroy('staged', name)
      if (await place.put(name, data, head, atMs)) return 'new'
    }
    throw new HubError('OVERLOADED', 'the same upload keeps coming as other types; send it again')
  }

  /** Destroys an upload by its name. Idempotent. */
  destroy(name: string): Promise<boolean> {
    return this.#place.destroy('staged', name)
  }

  /** Destroys what was staged before a time. */
  async sweep(beforeMs: number): Promise<number> {
    let swept = 0
    for await (const name of this.#place.older('staged', beforeMs))
      if (await this.#place.destroy('staged', name, beforeMs)) swept++
    return swept
  }
}

const TRIES_MAX = 5
