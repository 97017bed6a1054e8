// A map that forgets what was used longest ago: caches fed by strangers must have a bound.

/** Keeps at most `entriesMax` values; reading a value makes it recent. */
export class BoundedCache<Value> {
  private readonly entries = new Map<string, Value>()
  private readonly entriesMax: number

  constructor(entriesMax: number) {
    this.entriesMax = entriesMax
  }

  get(key: string): Value | undefined {
    const value = this.entries.get(key)
    if (value !== undefined) {
      this.entries.delete(key)
      this.entries.set(key, value)
    }
    return value
  }

  set(key: string, value: Value): void {
    this.entries.delete(key)
    this.entries.set(key, value)
    if (this.entries.size > this.entriesMax) this.entries.delete(this.entries.keys().next().value!)
  }

  get size(): number {
    return this.entries.size
  }
}
