// Where a hub is reached: it may be several processes, each at an address of its own, and any of them will do.

/** Addresses without a slash at the end, in the order of preference. Whoever gets no answer at one says so; what answers is kept. */
export class HubAddresses {
  readonly all: readonly string[]
  #at = 0

  constructor(urls: readonly string[]) {
    if (urls.length === 0) throw new Error('a hub needs an address')
    this.all = urls.map((url) => url.replace(/\/+$/, ''))
  }

  get current(): string {
    return this.all[this.#at]!
  }

  /** It does not answer there, or asks to come again. Many may say so at once: only the first of them moves on. */
  leave(address: string): void {
    if (address === this.current) this.#at = (this.#at + 1) % this.all.length
  }

  /** Whether a number of attempts, counted from 1, has been at each address as often: only then it is time to wait. */
  isRound(attempts: number): boolean {
    return attempts % this.all.length === 0
  }
}
