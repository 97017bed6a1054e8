// What the hub makes of a database that does not answer.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MongoNetworkError } from 'mongodb'
import { answering } from '../../../src/hub/journal/mongo-faults.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const port = () => {
  let answer: (value: string) => void = () => {}
  return {
    say: (value: string) => answer(value),
    ask: () => new Promise<string>((resolve) => (answer = resolve)),
    long: () => new Promise<string>(() => {}),
    fails: async (): Promise<string> => {
      throw new MongoNetworkError('connection closed')
    },
    wrong: async (): Promise<string> => {
      throw new TypeError('ours')
    },
  }
}

describe('a question to the database', () => {
  it('that is not answered because it is away is OVERLOADED; other faults pass', async () => {
    const asked = answering(port(), () => {})
    await expect(asked.fails()).rejects.toMatchObject({ code: 'OVERLOADED' })
    await expect(asked.wrong()).rejects.toThrow(TypeError)
  })

  it('that has had no answer for a minute is told, one that is answered is not', async () => {
    const [stuck, inner] = [vi.fn(), port()]
    const asked = answering(inner, stuck)
    const answered = asked.ask()
    await vi.advanceTimersByTimeAsync(59_000)
    inner.say('late')
    expect(await answered).toBe('late')
    void asked.ask()
    await vi.advanceTimersByTimeAsync(64_000)
    expect(stuck).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(stuck).toHaveBeenCalledExactlyOnceWith('ask')
  })

  it('may take as long as it needs where that is known', async () => {
    const stuck = vi.fn()
    void answering(port(), stuck, new Set(['long'])).long()
    await vi.advanceTimersByTimeAsync(600_000)
    expect(stuck).not.toHaveBeenCalled()
  })
})
