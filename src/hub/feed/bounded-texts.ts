// Rendered texts kept by key within a budget of characters, the longest unused going first. One rendering serves everyone who waits for it.

export class BoundedTexts {
  readonly #maxChars: number
  readonly #texts = new Map<string, Promise<string>>()
  readonly #lengths = new Map<string, number>()
  #chars = 0

  constructor(maxChars: number) {
    this.#maxChars = maxChars
  }

  get chars(): number {
    return this.#chars
  }

  /** The text of `key`, made once by `make`; a failed making is not kept. */
  get(key: string, make: () => Promise<string>): Promise<string> {
    const known = this.#texts.get(key)
    if (known) {
      this.#texts.delete(key)
      this.#texts.set(key, known)
      return known
    }
    const made = make()
    this.#texts.set(key, made)
    made.then(
      (text) => this.#count(key, made, text.length),
      () => this.#texts.get(key) === made && this.delete(key),
    )
    return made
  }

  deleteAll(which: (key: string) => boolean): void {
    for (const key of this.#texts.keys()) if (which(key)) this.delete(key)
  }

  delete(key: string): void {
    this.#texts.delete(key)
    this.#chars -= this.#lengths.get(key) ?? 0
    this.#lengths.delete(key)
  }

  #count(key: string, made: Promise<string>, length: number): void {
    if (this.#texts.get(key) !== made) return
    this.#lengths.set(key, length)
    this.#chars += length
    for (const oldest of this.#texts.keys()) {
      if (this.#chars <= this.#maxChars) return
      if (this.#lengths.has(oldest)) this.delete(oldest)
    }
  }
}
