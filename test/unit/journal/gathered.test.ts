// Questions asked together are carried together, and each gets its own answer.
import { describe, expect, it } from 'vitest'
import { gathered } from '../../../src/hub/journal/gathered.ts'

/** A storage that answers when it is told to. */
function slowStore() {
  const values = new Map<string, number>()
  const asked: { keys: readonly string[]; answer(): void; fail(error: Error): void }[] = []
  const load = (keys: readonly string[]): Promise<Map<string, number>> =>
    new Promise((resolve, reject) => {
      const answer = (): void =>
        resolve(new Map(keys.flatMap((key) => (values.has(key) ? [[key, values.get(key)!] as const] : []))))
      asked.push({ keys, answer, fail: reject })
    })
  return { values, asked, ask: gathered(load, (key: string) => key) }
}
const settle = async (): Promise<void> => {
  for (let n = 0; n < 4; n++) await new Promise(setImmediate)
}

describe('questions', () => {
  it('of one turn go together, and each gets what it asked for', async () => {
    const { values, asked, ask } = slowStore()
    values.set('a', 1).set('b', 2)
    const answers = [ask(['a', 'x']), ask(['b']), ask(['a', 'b'])]
    await settle()
    expect(asked.map(({ keys }) => [...keys].sort())).toEqual([['a', 'b', 'x']])
    asked[0]!.answer()
    expect((await Promise.all(answers)).map((one) => [...one])).toEqual([
      [['a', 1]],
      [['b', 2]],
      [
        ['a', 1],
        ['b', 2],
      ],
    ])
  })

  it('gather while two are under way, and see what was written before they were asked', async () => {
    const { values, asked, ask } = slowStore()
    const first = ask(['a'])
    await settle()
    const second = ask(['a'])
    await settle()
    values.set('a', 7)
    const rest = [ask(['a']), ask(['b']), ask(['a'])]
    await settle()
    expect(asked).toHaveLength(2)
    asked[0]!.answer()
    asked[1]!.answer()
    await Promise.all([first, second])
    await settle()
    expect(asked).toHaveLength(3)
    asked[2]!.answer()
    expect((await Promise.all(rest)).map((one) => one.get('a'))).toEqual([7, undefined, 7])
  })

  it('that fail fail for those who asked, and for nobody after them', async () => {
    const { values, asked, ask } = slowStore()
    const lost = [ask(['a']), ask(['b'])]
    await settle()
    asked[0]!.fail(new Error('gone'))
    for (const one of lost) await expect(one).rejects.toThrow('gone')
    values.set('a', 1)
    const next = ask(['a'])
    await settle()
    asked[1]!.answer()
    expect((await next).get('a')).toBe(1)
  })

  it('of nothing are answered at once', async () => {
    const { asked, ask } = slowStore()
    expect((await ask([])).size).toBe(0)
    expect(asked).toHaveLength(0)
  })

  it('of very many keys go by themselves', async () => {
    const { asked, ask } = slowStore()
    const many = ask(Array.from({ length: 1_000 }, (_, n) => String(n)))
    expect(asked).toHaveLength(1)
    asked[0]!.answer()
    await many
  })
})
