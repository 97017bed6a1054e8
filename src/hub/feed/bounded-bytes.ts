// Rendered items kept by key within a budget of bytes, the longest unused going first. One rendering serves everyone who waits for it.

export class BoundedBytes {
  readonly #maxBytes: number
  readonly #rendered = new Map<string, Promise<Buffer>>()
  /** What is made already. */
  readonly #made = new Map<string, Buffer>()
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** The bytes of `key` if they are there at once. */
  ready(key: string): Buffer | undefined {
    return this.#made.get(key)
  }

  /** The bytes of `key`, made once by `make`; a failed making is not kept. */
  get(key: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.#rendered.get(key)
    if (known) {
      this.#rendered.delete(key)
      this.#rendered.set(key, known)
      return known
    }
    const made = make()
    this.#rendered.set(key, made)
    made.then(
      (bytes) => this.#count(key, made, bytes),
      () => this.#rendered.get(key) === made && this.delete(key),
    )
    return made
  }

  deleteAll(which: (key: string) => boolean): void {
    for (const key of this.#rendered.keys()) if (which(key)) this.delete(key)
  }

  delete(key: string): void {
    this.#rendered.delete(key)
    this.#bytes -= this.#made.get(key)?.length ?? 0
    this.#made.delete(key)
  }

  #count(key: string, made: Promise<Buffer>, bytes: Buffer): void {
    if (this.#rendered.get(key) !== made) return
    this.#made.set(key, bytes)
    this.#bytes += bytes.length
    for (const oldest of this.#rendered.keys()) {
      if (this.#bytes <= this.#maxBytes) return
      if (this.#made.has(oldest)) this.delete(oldest)
    }
  }
}
