// The plan of a lane: what may be done when, and that every packet comes to its end under ledgers that are fair.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  plan,
  type Action,
  type EndView,
  type LaneView,
  type PacketView,
} from '../../../../src/crosschain/relay/plan.ts'

const end: EndView = { reached: true, height: 100, timestampS: 1_000, frozen: false, broke: false }
const packet: PacketView = {
  sequence: 1,
  deadline: 2_000,
  sentHeight: 50,
  entered: false,
  asked: true,
  receipt: 'none',
  receiptEntered: false,
  acknowledged: false,
  busy: false,
  paid: false,
}
const entered = { ...packet, entered: true }
const lane: LaneView = {
  state: 'open',
  ordered: false,
  packets: [packet],
  first: 1,
  source: end,
  target: end,
  rateLeft: Infinity,
  liveFrom: 1,
  marginS: 2,
}
const next = (more: Partial<LaneView>): string => {
  const [action] = plan({ ...lane, ...more })
  return action!.act === 'wait' ? action!.reason : action!.act
}

describe('the plan of one packet', () => {
  it.each<[string, string, Partial<LaneView>]>([
    ['enters what is in a verified block', 'enterPacket', {}],
    ['waits for the block in which it was sent', 'source-block', { source: { ...end, height: 49 } }],
    ['waits for the first verified block', 'source-block', { source: { reached: true, frozen: false, broke: false } }],
    ['delivers what has entered', 'deliver', { packets: [entered] }],
    ['asks the target before it delivers', 'target-look', { packets: [{ ...entered, asked: false }] }],
    [
      'delivers up to the deadline, by the time of the target',
      'deliver',
      { packets: [{ ...entered, deadline: 1_000 }] },
    ],
    ['lets the margin go by after the deadline', 'deadline', { packets: [{ ...entered, deadline: 998 }] }],
    ['expires it after that', 'expire', { packets: [{ ...entered, deadline: 997 }] }],
    ['reads back what was written', 'read-back', { packets: [{ ...entered, receipt: 'written' }] }],
    ['enters a receipt in a verified block', 'enterReceipt', { packets: [{ ...entered, receipt: { height: 100 } }] }],
    ['waits for the block of the receipt', 'target-block', { packets: [{ ...entered, receipt: { height: 101 } }] }],
    ['tells the source', 'acknowledge', { packets: [{ ...entered, receipt: { height: 9 }, receiptEntered: true }] }],
    ['leaves alone what is under way', 'under-way', { packets: [{ ...entered, busy: true }] }],
    ['delivers nothing without funds at the target', 'funds', { packets: [entered], target: { ...end, broke: true } }],
    ['enters without funds', 'enterPacket', { target: { ...end, broke: true }, source: { ...end, broke: true } }],
    ['delivers no more than the rate', 'rate', { packets: [entered], rateLeft: 0 }],
    ['counts no packet twice against the rate', 'deliver', { packets: [{ ...entered, paid: true }], rateLeft: 0 }],
    ['expires whatever the rate', 'expire', { packets: [{ ...entered, deadline: 9 }], rateLeft: 0 }],
    ['does nothing with a ledger it does not reach', 'unreached', { target: { ...end, reached: false } }],
    ['does nothing by a lane that is only proposed', 'lane-state', { state: 'proposed' }],
  ])('%s', (_, expected, more) => {
    expect(next(more)).toBe(expected)
  })

  it('lets nothing new in by a paused lane, and finishes what is under way', () => {
    for (const state of ['paused', 'closed'] as const) {
      expect(next({ state })).toBe('lane-state')
      expect(next({ state, packets: [entered] })).toBe('lane-state')
      expect(next({ state, packets: [{ ...entered, deadline: 9 }] })).toBe('expire')
      expect(next({ state, packets: [{ ...entered, receipt: { height: 1 } }] })).toBe('enterReceipt')
      expect(next({ state, packets: [{ ...entered, receipt: { height: 1 }, receiptEntered: true }] })).toBe(
        'acknowledge',
      )
    }
  })

  it('does nothing at all when the lane or one of its ledgers is frozen', () => {
    for (const more of [
      { state: 'frozen' as const },
      { source: { ...end, frozen: true } },
      { target: { ...end, frozen: true } },
    ])
      for (const receipt of ['none', { height: 1 }] as const)
        for (const receiptEntered of [false, true])
          expect(next({ ...more, packets: [{ ...entered, receipt, receiptEntered }] })).toBe('frozen')
  })
})

// A world that does what it is told, though not at once and not always.
interface World {
  view: LaneView
  done: Set<number>
  delivered: number[]
}

const step = (world: World, action: Action): void => {
  const { view, done, delivered } = world
  const at = view.packets.findIndex(({ sequence }) => sequence === action.sequence)
  const before = view.packets[at]!
  const after: Record<string, Partial<PacketView>> = {
    enterPacket: { entered: true, asked: true },
    deliver: { receipt: { height: view.target.height! } },
    expire: { receipt: { height: view.target.height! } },
    enterReceipt: { receiptEntered: true },
    acknowledge: { acknowledged: true },
  }
  if (action.act === 'wait') return
  if (action.act === 'deliver') delivered.push(action.sequence)
  const packets = view.packets.with(at, { ...before, ...after[action.act] })
  if (action.act === 'acknowledge') done.add(action.sequence)
  const open = packets.filter(({ sequence }) => !done.has(sequence))
  world.view = { ...view, packets: open, first: open[0]?.sequence ?? packets.length + 1 }
}

const packets = fc.array(
  fc.record({
    deadline: fc.integer({ min: 900, max: 1_100 }),
    sentHeight: fc.integer({ min: 1, max: 110 }),
    entered: fc.boolean(),
    asked: fc.boolean(),
    busy: fc.boolean(),
    paid: fc.boolean(),
    receipt: fc.oneof(
      fc.constantFrom<'none' | 'written'>('none', 'written'),
      fc.record({ height: fc.integer({ min: 1, max: 110 }) }),
    ),
    receiptEntered: fc.boolean(),
    acknowledged: fc.constant(false),
  }),
  { maxLength: 12 },
)
const views = fc
  .record({
    state: fc.constantFrom(...(['proposed', 'open', 'paused', 'frozen', 'closed'] as const)),
    ordered: fc.boolean(),
    packets: packets.map((all) => all.map((one, n) => ({ ...one, sequence: n + 1 }))),
    source: fc.record({
      reached: fc.boolean(),
      height: fc.nat(120),
      timestampS: fc.nat(1_100),
      frozen: fc.boolean(),
      broke: fc.boolean(),
    }),
    target: fc.record({
      reached: fc.boolean(),
      height: fc.nat(120),
      timestampS: fc.nat(1_100),
      frozen: fc.boolean(),
      broke: fc.boolean(),
    }),
    rateLeft: fc.nat(5),
    liveFrom: fc.integer({ min: 1, max: 12 }),
  })
  .map((view): LaneView => ({ ...view, first: 1, marginS: 2 }))

describe('any plan', () => {
  it('has one action for each packet, and none for one that is under way', () => {
    fc.assert(
      fc.property(views, (view) => {
        const actions = plan(view)
        expect(actions.map(({ sequence }) => sequence)).toEqual(view.packets.map(({ sequence }) => sequence))
        for (const [at, { act }] of actions.entries()) if (view.packets[at]!.busy) expect(act).toBe('wait')
      }),
    )
  })

  it('writes nothing at the target once there is a receipt, and nothing before it has entered', () => {
    fc.assert(
      fc.property(views, (view) => {
        for (const [at, { act }] of plan(view).entries()) {
          if (act !== 'deliver' && act !== 'expire') continue
          expect(view.packets[at]).toMatchObject({ receipt: 'none', receiptEntered: false, entered: true })
        }
      }),
    )
  })

  it('never delivers more than the rate allows, nor delivers and expires at one time', () => {
    fc.assert(
      fc.property(views, (view) => {
        const actions = plan(view)
        const paying = actions.filter(({ act }, at) => act === 'deliver' && !view.packets[at]!.paid)
        expect(paying.length).toBeLessThanOrEqual(view.rateLeft)
        for (const [at, { act }] of actions.entries()) {
          if (act === 'deliver') expect(view.packets[at]!.deadline).toBeGreaterThanOrEqual(view.target.timestampS!)
          if (act === 'expire') expect(view.packets[at]!.deadline + 2).toBeLessThan(view.target.timestampS!)
        }
      }),
    )
  })

  it('has at most one packet of an ordered lane enter or written at a time', () => {
    fc.assert(
      fc.property(views, (view) => {
        const actions = plan({ ...view, ordered: true })
        expect(actions.filter(({ act }) => act === 'enterPacket').length).toBeLessThanOrEqual(1)
        expect(actions.filter(({ act }) => act === 'deliver' || act === 'expire').length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('brings every packet to its end, in order where that is agreed, whichever of its actions are done first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.boolean(),
        fc.infiniteStream(fc.nat(1_000)),
        (count, ordered, draws) => {
          const fresh = Array.from({ length: count }, (_, n) => ({ ...packet, sequence: n + 1, asked: true }))
          const world: World = { view: { ...lane, ordered, packets: fresh }, done: new Set(), delivered: [] }
          for (let n = 0; n < count * 5 && world.done.size < count; n++) {
            const actions = plan(world.view).filter(({ act }) => act !== 'wait')
            expect(actions.length).toBeGreaterThan(0)
            step(world, actions[draws.next().value! % actions.length]!)
          }
          expect(world.done.size).toBe(count)
          expect(new Set(world.delivered).size).toBe(count)
          if (ordered) expect(world.delivered).toEqual(world.delivered.toSorted((one, other) => one - other))
        },
      ),
    )
  })

  it('puts the newest packets apart from the rest', () => {
    const actions = plan({ ...lane, liveFrom: 3, packets: [1, 2, 3, 4].map((sequence) => ({ ...packet, sequence })) })
    expect(actions.map((action) => action.act !== 'wait' && action.queue)).toEqual([
      'backfill',
      'backfill',
      'live',
      'live',
    ])
  })
})
