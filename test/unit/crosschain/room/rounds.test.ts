// Rounds: one turn at a time, the next sooner or later by how it went, and an end that waits.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { rounds, type Rounds } from '../../../../src/crosschain/rounds.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A turn that ends when told, and how often it began. */
function gated() {
  const gate = { begun: 0, running: 0, most: 0, end: () => {}, turn: async () => {} }
  gate.turn = async () => {
    gate.begun++
    gate.most = Math.max(gate.most, ++gate.running)
    await new Promise<void>((resolve) => (gate.end = resolve))
    gate.running--
  }
  return gate
}

describe('rounds', () => {
  it('look at once, and then every so often', async () => {
    let turns = 0
    const round = rounds({ turn: async () => void turns++, everyMs: 1_000, onFault: () => {} })
    await vi.advanceTimersByTimeAsync(0)
    expect(turns).toBe(1)
    await vi.advanceTimersByTimeAsync(999)
    expect(turns).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(turns).toBe(2)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(turns).toBe(7)
    await round.close()
  })

  it('have one turn at a time, however often they are asked', async () => {
    const gate = gated()
    const round = rounds({ turn: gate.turn, everyMs: 100, onFault: () => {} })
    const asked = [round.now(), round.now()]
    await vi.advanceTimersByTimeAsync(10_000)
    void round.now()
    expect(gate).toMatchObject({ begun: 1, most: 1 })
    gate.end()
    await Promise.all(asked)
    await vi.advanceTimersByTimeAsync(100)
    expect(gate).toMatchObject({ begun: 2, most: 1 })
    gate.end()
    await round.close()
  })

  it('grow patient with every fault, up to a minute, and hasty again when one goes well', async () => {
    const [faults, at] = [[] as unknown[], [] as number[]]
    let fails = true
    const turn = async () => {
      at.push(Date.now())
      if (fails) throw new Error(`fault ${at.length}`)
    }
    const round = rounds({ turn, everyMs: 1_000, onFault: (error) => faults.push(error) })
    await vi.advanceTimersByTimeAsync(400_000)
    const waits = at.slice(1).map((ms, n) => ms - at[n]!)
    expect(waits.slice(0, 7)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
    expect(Math.max(...waits)).toBe(60_000)
    expect(faults).toHaveLength(at.length)
    expect(round.fault()).toEqual(new Error(`fault ${at.length}`))
    fails = false
    await round.now()
    expect(round.fault()).toBeUndefined()
    const turns = at.length
    await vi.advanceTimersByTimeAsync(1_000)
    expect(at).toHaveLength(turns + 1)
    await round.close()
  })

  it('that look less often than every minute do not look more often after a fault', async () => {
    let turns = 0
    const round = rounds({
      turn: async () => {
        turns++
        throw new Error('fault')
      },
      everyMs: 600_000,
      onFault: () => {},
    })
    await vi.advanceTimersByTimeAsync(599_999)
    expect(turns).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(turns).toBe(2)
    await round.close()
  })

  it('asked for now do not look once more at the old time', async () => {
    let turns = 0
    const round = rounds({ turn: async () => void turns++, everyMs: 1_000, onFault: () => {} })
    await vi.advanceTimersByTimeAsync(500)
    await round.now()
    expect(turns).toBe(2)
    await vi.advanceTimersByTimeAsync(999)
    expect(turns).toBe(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(turns).toBe(3)
    await round.close()
  })

  it('end when the turn under way has ended, and never look again', async () => {
    const gate = gated()
    const round = rounds({ turn: gate.turn, everyMs: 100, onFault: () => {} })
    await vi.advanceTimersByTimeAsync(0)
    let closed = false
    const closing = round.close().then(() => (closed = true))
    await vi.advanceTimersByTimeAsync(10_000)
    expect(closed).toBe(false)
    gate.end()
    await closing
    await vi.advanceTimersByTimeAsync(10_000)
    await asked(round)
    expect(gate.begun).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('that never began do not begin after the end', async () => {
    let turns = 0
    const round = rounds({ turn: async () => void turns++, everyMs: 100, onFault: () => {} })
    await round.close()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(turns).toBe(0)
  })
})

/** Asks; a turn that should not begin would never end. */
const asked = (round: Rounds): Promise<unknown> => Promise.race([round.now(), Promise.resolve()])
