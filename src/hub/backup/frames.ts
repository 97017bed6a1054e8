// Frames of a part as records, with one of them in hand: parts are read side by side, in the order of the entries.
import type { Manifest, Part } from './manifest.ts'
import { PartDamaged, readPart } from './part-file.ts'

export class Frames<Row> {
  readonly part: Part
  readonly #rows: AsyncGenerator<Buffer>
  readonly #read: (frame: Buffer) => Row
  #next: Row | undefined
  #begun = false

  constructor(folder: string, part: Part, { parts }: Pick<Manifest, 'parts'>, read: (frame: Buffer) => Row) {
    this.part = part
    this.#rows = readPart(folder, part, parts[part])
    this.#read = read
  }

  /** The next record, which stays the next; undefined at the end, when the hash of the part has been found right. */
  async peek(): Promise<Row | undefined> {
    if (!this.#begun) await this.#step()
    return this.#next
  }

  /** The next record, which is gone then. */
  async take(): Promise<Row | undefined> {
    const row = await this.peek()
    if (row !== undefined) await this.#step()
    return row
  }

  async #step(): Promise<void> {
    this.#begun = true
    const { done, value } = await this.#rows.next()
    this.#next = done ? undefined : this.#parse(value)
  }

  #parse(frame: Buffer): Row {
    try {
      return this.#read(frame)
    } catch (error) {
      throw this.damaged((error as Error).message)
    }
  }

  damaged(what: string): PartDamaged {
    return new PartDamaged(this.part, what)
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    for (let row = await this.take(); row !== undefined; row = await this.take()) yield row
  }

  /** Throws if anything is left: nothing in the entries belongs to it. */
  async end(): Promise<void> {
    if ((await this.peek()) !== undefined) throw this.damaged('it holds more than the entries name')
  }

  async close(): Promise<void> {
    await this.#rows.return(undefined)
  }
}
