// Questions that are asked at the same time go to the storage together. Over a network a question costs what carrying it costs, however
// little it asks; with many messages under way the same few kinds of questions come again and again.

const ON_THE_WAY_MAX = 2
const KEYS_MAX = 1_000

interface Gathering<K, V> {
  keys: Map<string, K>
  answer: Promise<Map<string, V>>
}

/**
 * Asks `load` for the keys of many calls at once; each gets what it asked for, by the text of its keys. A question goes out after the call
 * that asks it, so that it sees all that was written before. While `ON_THE_WAY_MAX` are under way, the next gathers.
 */
export function gathered<K, V>(
  load: (keys: readonly K[]) => Promise<Map<string, V>>,
  textOf: (key: K) => string,
): (keys: readonly K[]) => Promise<Map<string, V>> {
  let next: Gathering<K, V> | undefined
  let onTheWay = 0
  let wake: (() => void) | undefined

  const gather = (): Gathering<K, V> => {
    const keys = new Map<string, K>()
    return { keys, answer: turn().then(() => ask(keys)) }
  }
  /** Resolves when it is the next one's turn: not before this turn of the loop has ended. */
  const turn = async (): Promise<void> => {
    await new Promise(setImmediate)
    // oxlint-disable-next-line no-unmodified-loop-condition -- answers that come meanwhile change it
    while (onTheWay >= ON_THE_WAY_MAX) await new Promise<void>((resolve) => (wake = resolve))
    onTheWay++
    next = undefined
  }
  const ask = async (keys: ReadonlyMap<string, K>): Promise<Map<string, V>> => {
    try {
      return await load([...keys.values()])
    } finally {
      onTheWay--
      wake?.()
      wake = undefined
    }
  }
  return async (keys) => {
    if (keys.length === 0) return new Map()
    if (keys.length >= KEYS_MAX) return load(keys)
    if (next && next.keys.size + keys.length > KEYS_MAX) return load(keys)
    const mine = (next ??= gather())
    const texts = keys.map(textOf)
    for (const [n, key] of keys.entries()) mine.keys.set(texts[n]!, key)
    const answer = await mine.answer
    return new Map(texts.flatMap((text) => (answer.has(text) ? [[text, answer.get(text)!] as const] : [])))
  }
}
