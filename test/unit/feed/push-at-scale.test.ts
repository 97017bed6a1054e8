// What lets one hub tell thousands: turns of the loop between readers, positions written together, items shared by their readers.
import { describe, expect, it } from 'vitest'
import { Saver } from '../../../src/hub/feed/saver.ts'
import { SessionWatch } from '../../../src/hub/feed/session-watch.ts'
import { SendBudget } from '../../../src/hub/feed/send-budget.ts'
import { socketWire } from '../../../src/hub/feed/wire.ts'
import { BANK, feedHouse, handClock, namedSessions, to, until } from './feed-house.ts'

describe('one entry for thousands of listeners', () => {
  it('lets other work of the loop go on, and the next entry does not overtake it', async () => {
    const house = feedHouse()
    await house.follower.start()
    const told: number[][] = Array.from({ length: 2_000 }, () => [])
    for (const seqs of told) house.follower.listen(BANK, (row) => seqs.push(row.seq))
    let turns = 0
    let turning = true
    const turn = (): void => {
      turns++
      if (turning) setImmediate(turn)
    }
    setImmediate(turn)
    house.journal.write({ audience: to(BANK) })
    house.journal.write({ audience: to(BANK) })
    await until(() => told.every((seqs) => seqs.length === 2))
    turning = false
    expect(told.every(([first, second]) => first === 1 && second === 2)).toBe(true)
    expect(turns).toBeGreaterThan(4)
  })
})

describe('positions', () => {
  it('of many subscriptions are written in one turn of the loop, a second later', () => {
    const clock = handClock()
    const saver = new Saver(clock)
    let saves = 0
    const all = Array.from({ length: 1_000 }, () => ({ settled: async () => void saves++ }))
    for (const one of all) saver.add(one, () => {})
    for (const one of all) saver.add(one, () => {})
    clock.pass(999)
    expect(saves).toBe(0)
    clock.pass(1)
    expect(saves).toBe(1_000)
    clock.pass(10_000)
    expect(saves).toBe(1_000)
  })
  it('tell of a write that failed', async () => {
    const clock = handClock()
    const faults: unknown[] = []
    new Saver(clock).add({ settled: () => Promise.reject(new Error('the disk is gone')) }, (fault) =>
      faults.push(fault),
    )
    clock.pass(1_000)
    await until(() => faults.length === 1)
  })
})

describe('the next proof of a session', () => {
  it('is asked for a minute before the end, again at shorter distances, and the end comes only if none is given', async () => {
    const clock = handClock()
    const sessions = namedSessions(clock.nowMs)
    sessions.open('first', BANK, { forMs: 900_000 })
    const seen: [string, number][] = []
    const watch = new SessionWatch(
      { sessions, clock, authMs: 1_000 },
      {
        wanted: (untilMs) => seen.push([`wanted before ${untilMs}`, clock.nowMs()]),
        ended: (refusal) => seen.push([refusal.code, clock.nowMs()]),
      },
    )
    await watch.prove('first')
    clock.pass(839_999)
    expect(seen).toEqual([])
    clock.pass(1)
    expect(seen).toEqual([['wanted before 900000', 840_000]])
    sessions.open('second', BANK, { forMs: 900_000 })
    await watch.prove('second')
    clock.pass(839_999)
    expect(seen).toHaveLength(1)
    clock.pass(60_001)
    expect(seen.at(-1)).toEqual(['SESSION_ENDED', 1_740_000])
    expect(seen.filter(([what]) => what === 'wanted before 1740000').length).toBeGreaterThan(2)
    clock.pass(900_000)
    expect(seen.filter(([what]) => what === 'SESSION_ENDED')).toHaveLength(1)
  })
})

describe('the wire', () => {
  function wireOf() {
    const sent: { data: string | Buffer; fin: boolean }[] = []
    const socket = {
      readyState: 1,
      OPEN: 1,
      bufferedAmount: 0,
      send: (data: string | Buffer, { fin }: { fin: boolean }) => void sent.push({ data, fin }),
      pause: () => {},
      resume: () => {},
      ping: () => {},
      close: () => {},
      terminate: () => {},
    }
    return { sent, wire: socketWire(socket, { cork() {}, uncork() {} }, new SendBudget().open(), () => {}) }
  }
  it('sends a small item as one frame', () => {
    const { sent, wire } = wireOf()
    wire.sendItem('{"seq":1,', Buffer.from('"index":0}'))
    expect(sent).toEqual([{ data: Buffer.from('{"seq":1,"index":0}'), fin: true }])
  })
  it('sends a large item without a copy of it for each reader', () => {
    const { sent, wire } = wireOf()
    const large = Buffer.alloc(100_000, 0x20)
    wire.sendItem('{"seq":1,', large)
    expect(sent.map(({ fin }) => fin)).toEqual([false, true])
    expect(sent[1]!.data).toBe(large)
  })
})
