// What a story prints: a timeline with milliseconds, and a mark for every check. It remembers what did not hold.

export class Timeline {
  readonly #print: (line: string) => void
  readonly #clock: () => number
  readonly #startMs: number
  readonly #failed: string[] = []
  #checks = 0

  /** `clock` gives milliseconds and never goes back. */
  constructor(print: (line: string) => void, clock: () => number) {
    this.#print = print
    this.#clock = clock
    this.#startMs = clock()
  }

  get failed(): readonly string[] {
    return this.#failed
  }

  get checks(): number {
    return this.#checks
  }

  title(text: string): void {
    this.#print(`\n${text}`)
  }

  /** Something happened. */
  tell(text: string): void {
    this.#line('·', text)
  }

  /** Something that must hold. Gives whether it does. */
  check(text: string, holds: boolean, why = ''): boolean {
    this.#checks++
    this.#line(holds ? '✓' : '✗', holds || why === '' ? text : `${text}: ${why}`)
    if (!holds) this.#failed.push(why === '' ? text : `${text}: ${why}`)
    return holds
  }

  /** Does something and gives its result and how long it took. */
  async timed<T>(act: () => Promise<T>): Promise<[T, number]> {
    const from = this.#clock()
    const result = await act()
    return [result, this.#clock() - from]
  }

  #line(mark: string, text: string): void {
    const at = (this.#clock() - this.#startMs).toFixed(0).padStart(7)
    this.#print(`${at} ms  ${mark} ${text}`)
  }
}

export const milliseconds = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`
