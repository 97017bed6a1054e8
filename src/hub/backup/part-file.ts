// A part of a backup: one file of frames (4 bytes length, then so many bytes), written and read as a stream. Its hash, size and count stand in
// the manifest, so that what is damaged is named by its part.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

/** What the manifest says of a part. */
export interface PartSeal {
  /** Frames in it. */
  count: number
  bytes: number
  /** Hex SHA-256 of the file. */
  sha256: string
}

/** No frame is larger: the body of a request with all its attachments is below it. */
export const FRAME_MAX_BYTES = 64 * 1024 * 1024
const BUFFER_BYTES = 1024 * 1024
const LENGTH_BYTES = 4

/** A part that cannot be what was written; the message names it. */
export class PartDamaged extends Error {
  readonly part: string
  constructor(part: string, what: string) {
    super(`part ${part} of the backup is damaged: ${what}`)
    this.name = 'PartDamaged'
    this.part = part
  }
}

export const pathOf = (folder: string, part: string): string => join(folder, `${part}.part`)

/** Writes one part; bytes are gathered so that small frames do not each cost a call. */
export class PartWriter {
  readonly #file: FileHandle
  readonly #hash = createHash('sha256')
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #count = 0
  #bytes = 0

  private constructor(file: FileHandle) {
    this.#file = file
  }

  static async create(folder: string, part: string): Promise<PartWriter> {
    return new PartWriter(await open(pathOf(folder, part), 'wx', 0o600))
  }

  async add(frame: Buffer): Promise<void> {
    if (frame.length > FRAME_MAX_BYTES) throw new Error(`a frame of ${frame.length} bytes is too large for a backup`)
    const length = Buffer.allocUnsafe(LENGTH_BYTES)
    length.writeUInt32BE(frame.length)
    this.#waiting.push(length, frame)
    this.#waitingBytes += LENGTH_BYTES + frame.length
    this.#count++
    if (this.#waitingBytes >= BUFFER_BYTES) await this.#flush()
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    this.#hash.update(bytes)
    this.#bytes += bytes.length
    await this.#file.writeFile(bytes)
  }

  /** Durable when the promise resolves. */
  async close(): Promise<PartSeal> {
    await this.#flush()
    await this.#file.sync()
    await this.#file.close()
    return { count: this.#count, bytes: this.#bytes, sha256: this.#hash.digest('hex') }
  }

  async abandon(): Promise<void> {
    await this.#file.close().catch(() => {})
  }
}

/**
 * The frames of a part, in order. Throws PartDamaged, at the latest after the last frame, if they are not those that were sealed: whoever
 * acts on frames before the end acts on what is not proved yet.
 */
export async function* readPart(folder: string, part: string, seal: PartSeal): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  const damaged = (what: string): PartDamaged => new PartDamaged(part, what)
  let held: Buffer = Buffer.alloc(0)
  let bytes = 0
  let count = 0
  try {
    for await (const chunk of createReadStream(pathOf(folder, part), { highWaterMark: BUFFER_BYTES })) {
      const piece = chunk as Buffer
      hash.update(piece)
      bytes += piece.length
      if (bytes > seal.bytes) throw damaged(`it is longer than the ${seal.bytes} bytes that were written`)
      held = held.length === 0 ? piece : Buffer.concat([held, piece])
      let at = 0
      for (;;) {
        if (held.length - at < LENGTH_BYTES) break
        const length = held.readUInt32BE(at)
        if (length > FRAME_MAX_BYTES) throw damaged(`frame ${count} claims ${length} bytes`)
        if (held.length - at - LENGTH_BYTES < length) break
        yield held.subarray(at + LENGTH_BYTES, (at += LENGTH_BYTES + length))
        count++
      }
      held = held.subarray(at)
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOENT'
      ? damaged('it is missing')
      : code === undefined
        ? error
        : damaged(`it cannot be read (${code})`)
  }
  if (held.length > 0 || bytes !== seal.bytes) throw damaged(`it ends after ${bytes} of ${seal.bytes} bytes`)
  if (count !== seal.count) throw damaged(`it holds ${count} frames, not ${seal.count}`)
  if (hash.digest('hex') !== seal.sha256) throw damaged('its SHA-256 is not the one that was written down')
}
