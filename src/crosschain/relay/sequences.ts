// Which sequences of a lane are finished, as stretches: a lane with one packet that is stuck costs no more than one without.

export interface Sequences {
  add(sequence: number): void
  has(sequence: number): boolean
  /** The highest up to which all are in it; 0 if the first is missing. */
  below(): number
  /** How many. */
  count(): number
  /** The first `limit` in from..to that are missing, ascending. */
  missing(from: number, to: number, limit: number): number[]
}

export function sequences(): Sequences {
  // Ascending, never touching one another.
  const stretches: [from: number, to: number][] = []
  let count = 0
  /** Position of the first stretch that ends at or after it. */
  const at = (sequence: number): number => {
    let low = 0
    let high = stretches.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (stretches[middle]![1] < sequence) low = middle + 1
      else high = middle
    }
    return low
  }
  const has = (sequence: number): boolean => (stretches[at(sequence)]?.[0] ?? Infinity) <= sequence
  return {
    has,
    count: () => count,
    below: () => (stretches[0]?.[0] === 1 ? stretches[0][1] : 0),
    add(sequence) {
      if (has(sequence)) return
      count++
      const place = at(sequence)
      const [before, after] = [stretches[place - 1], stretches[place]]
      const joinsBefore = before?.[1] === sequence - 1
      const joinsAfter = after?.[0] === sequence + 1
      if (joinsBefore && joinsAfter) {
        before[1] = after[1]
        stretches.splice(place, 1)
      } else if (joinsBefore) before[1] = sequence
      else if (joinsAfter) after[0] = sequence
      else stretches.splice(place, 0, [sequence, sequence])
    },
    missing(from, to, limit) {
      const found: number[] = []
      let next = from
      for (let place = at(from); found.length < limit && next <= to; place++) {
        const [start, end] = stretches[place] ?? [Infinity, Infinity]
        while (next < start && next <= to && found.length < limit) found.push(next++)
        if (next >= start) next = end + 1
      }
      return found
    },
  }
}
