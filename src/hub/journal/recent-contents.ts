// The contents of the newest entries, as they were sealed: those who are told read them a moment later, and opening them again would cost
// more than sealing did.
import type { SealedContent } from './journal.ts'

const BYTES_MAX = 8 * 1024 * 1024

/** Keeps contents by index up to a number of bytes, the newest. What is erased has to be forgotten here too. */
export class RecentContents {
  readonly #contents = new Map<number, SealedContent>()
  #bytes = 0

  keep(index: number, content: SealedContent): void {
    this.#contents.set(index, content)
    this.#bytes += sizeOf(content)
    for (const oldest of this.#contents.keys()) {
      if (this.#bytes <= BYTES_MAX) return
      this.forget(oldest)
    }
  }

  get(index: number): SealedContent | undefined {
    return this.#contents.get(index)
  }

  forget(index: number): void {
    const content = this.#contents.get(index)
    if (content && this.#contents.delete(index)) this.#bytes -= sizeOf(content)
  }
}

const sizeOf = ({ envelope, body, attachments }: SealedContent): number =>
  attachments.reduce((sum, { bytes }) => sum + bytes.length, envelope.length + body.length)
