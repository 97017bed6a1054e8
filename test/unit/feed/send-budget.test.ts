import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { SendBudget } from '../../../src/hub/feed/send-budget.ts'

const KIB = 1024

describe('the send budget', () => {
  it('stops a socket at its own bound while there is enough for all', () => {
    const budget = new SendBudget({ socketMaxBytes: 64 * KIB, socketsMaxBytes: 1024 * 64 * KIB })
    const socket = budget.open()
    socket.holds(64 * KIB - 1)
    expect(socket.full()).toBe(false)
    socket.holds(64 * KIB)
    expect(socket.full()).toBe(true)
    socket.holds(32 * KIB + 1)
    expect(socket.eased()).toBe(false)
    socket.holds(32 * KIB)
    expect(socket.eased()).toBe(true)
  })

  it('stops the fullest first when there is little left for all', () => {
    const budget = new SendBudget({ socketMaxBytes: 64 * KIB, socketsMaxBytes: 1024 * KIB })
    const [full, light] = [budget.open(), budget.open()]
    full.holds(40 * KIB)
    light.holds(4 * KIB)
    expect(full.full()).toBe(true)
    expect(light.full()).toBe(false)
  })

  it('never stops a socket that holds nothing, and forgets one that is gone', () => {
    const budget = new SendBudget({ socketMaxBytes: KIB, socketsMaxBytes: KIB })
    const [other, socket] = [budget.open(), budget.open()]
    other.holds(100 * KIB)
    expect(budget.limitBytes).toBe(0)
    expect(socket.full()).toBe(false)
    other.close()
    expect(budget.heldBytes).toBe(0)
  })

  it('holds no more than the whole and one item each, however many sockets stall', () => {
    const runs = fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 100, max: 16 * KIB }))
    fc.assert(
      fc.property(runs, ([sockets, itemBytes]) => {
        const budget = new SendBudget()
        const accounts = Array.from({ length: sockets }, () => ({ account: budget.open(), heldBytes: 0 }))
        for (let going = true; going; ) {
          going = false
          for (const one of accounts)
            if (!one.account.full()) {
              one.account.holds((one.heldBytes += itemBytes))
              going = true
            }
        }
        expect(Math.max(...accounts.map(({ heldBytes }) => heldBytes))).toBeLessThan(64 * KIB + itemBytes)
        expect(budget.heldBytes).toBeLessThanOrEqual(32 * KIB * KIB + sockets * itemBytes)
      }),
      { numRuns: 20 },
    )
  })
})
