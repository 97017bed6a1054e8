// The relay among nodes that lie, hang or cannot pay, lanes that are paused, and ledgers that contradict themselves.
import { afterEach, describe, expect, it } from 'vitest'
import { HubError } from '../../../../src/hub/index.ts'
import type { Relay } from '../../../../src/crosschain/relay/relay.ts'
import { TransportFault, type Transport } from '../../../../src/crosschain/transport.ts'
import { packetBytes } from '../../../../src/crosschain/packet.ts'
import { allDone, aSecond, relayPlace, until, type RelayPlace } from '../../../support/relay-place.ts'
import { readFakeHeader } from '../../../support/fake-verifier.ts'

let relay: Relay
afterEach(() => relay.close())

/** Its node tells these lies while `lie.on`; the other ledger's does not. */
function startLying(place: RelayPlace, at: 'home' | 'abroad', lies: (honest: Transport) => Partial<Transport>) {
  const lie = { on: true }
  relay = place.start({
    through: (ledger, honest) =>
      ledger !== place[at]
        ? honest
        : new Proxy(honest, {
            get: (target, name: keyof Transport) => (lie.on ? lies(honest)[name] : undefined) ?? target[name],
          }),
  })
  return lie
}
const reasonsOf = ({ events }: RelayPlace): string[] =>
  events.flatMap((event) => (event.event === 'refused' ? [event.reason] : []))
const seconds = async (place: RelayPlace, count: number): Promise<void> => {
  let left = count
  await until(relay, () => left-- <= 0, { each: () => aSecond(place) })
}
const goesThrough = (place: RelayPlace): Promise<boolean> =>
  until(relay, () => allDone(relay), { each: () => aSecond(place) })

describe('a node that lies', () => {
  const tells: [string, string, 'home' | 'abroad', (honest: Transport) => Partial<Transport>][] = [
    [
      'of a packet that was not sent so',
      'SLOT_VALUE',
      'home',
      (honest) => ({
        sent: async (...args) =>
          (await honest.sent(...args)).map((one) => ({ ...one, packet: { ...one.packet, message: '9'.repeat(64) } })),
      }),
    ],
    [
      'of members of a packet that cannot be',
      'COMMITMENT',
      'home',
      (honest) => ({
        sent: async (...args) =>
          (await honest.sent(...args)).map((one) => ({ ...one, packet: { ...one.packet, sender: 'nobody' } })),
      }),
    ],
    [
      'with a proof of another state',
      'PROOF_NODE',
      'home',
      () => ({ proof: async () => ({ value: '1'.repeat(64), proof: { account: [Buffer.from('[]')], storage: [] } }) }),
    ],
    [
      'with a header nobody sealed',
      'SEAL_QUORUM',
      'home',
      (honest) => ({
        header: async (height) => {
          const header = JSON.parse(Buffer.from(await honest.header(height)).toString())
          return Buffer.from(JSON.stringify({ ...header, seals: [] }))
        },
      }),
    ],
    [
      'with bytes that are no header',
      'HEADER_MALFORMED',
      'home',
      () => ({ header: async () => Buffer.from('<html>') }),
    ],
    [
      'of a receipt that was never written',
      'SLOT_VALUE',
      'abroad',
      (honest) => ({
        received: async (lane, from) => {
          const { sequence, ...rest } = (await received(honest, lane, from))!
          return [{ sequence, ...rest }]
        },
      }),
    ],
  ]
  const received = async (honest: Transport, _lane: string, sequence: number) => ({
    sequence,
    outcome: 'delivered' as const,
    commitment: falseCommitment,
    acknowledgement: '0'.repeat(64),
    height: await honest.head(),
  })
  let falseCommitment = ''

  it.each(tells)(
    '%s is refused with its reason, and believed again only when it is right',
    async (_, reason, at, lies) => {
      const place = relayPlace()
      const { home, abroad, hub, out } = place
      home.send(out)
      falseCommitment = home.gateway.slots.get(`outbox/${out}/1`)!
      const lie = startLying(place, at, lies)
      await until(relay, () => reasonsOf(place).includes(reason), { each: () => aSecond(place) })
      expect(reasonsOf(place)).toContain(reason)
      expect(abroad.gateway.effects).toEqual([])
      expect(hub.entries.filter(({ fact }) => at === 'home' || fact.fact === 'received')).toEqual([])
      expect(hub.freezes).toEqual([])
      lie.on = false
      expect(await goesThrough(place)).toBe(true)
      expect(abroad.gateway.effects).toHaveLength(1)
    },
  )

  it('is not asked the same again and again', async () => {
    const place = relayPlace()
    place.home.send(place.out)
    startLying(place, 'home', (honest) => ({
      sent: async (...args) =>
        (await honest.sent(...args)).map((one) => ({ ...one, packet: { ...one.packet, message: '9'.repeat(64) } })),
    }))
    await seconds(place, 120)
    const { length } = reasonsOf(place)
    expect(length).toBeGreaterThan(2)
    expect(length).toBeLessThan(10)
    const [pending] = relay.state().lanes[0]!.pending
    expect(pending).toMatchObject({ sequence: 1, lastFault: expect.stringContaining('SLOT_VALUE') })
  })

  it('about counters is caught where they cannot be', async () => {
    const place = relayPlace()
    place.home.send(place.out)
    const lie = startLying(place, 'home', () => ({
      counters: async () => ({ sent: 1, received: 0, acknowledged: 2 }),
    }))
    await seconds(place, 5)
    expect(relay.state().ledgers[0]!.fault).toMatch(/cannot be/)
    lie.on = false
    expect(await goesThrough(place)).toBe(true)
  })

  it('that hides a receipt makes nothing happen twice, and the outcome stays unknown', async () => {
    const place = relayPlace()
    const { home, abroad, hub, out } = place
    home.send(out)
    const lie = startLying(place, 'abroad', () => ({ received: async () => [] }))
    await seconds(place, 60)
    expect(abroad.gateway.effects).toHaveLength(1)
    expect(hub.entries.map(({ fact }) => fact.fact)).toEqual(['sent'])
    expect(relay.state().lanes[0]!.delivered).toBe(0)
    lie.on = false
    expect(await goesThrough(place)).toBe(true)
    expect(abroad.gateway.effects).toHaveLength(1)
  })

  it('that says a packet was delivered when it was not is found out, and the packet is delivered', async () => {
    const place = relayPlace()
    const { home, abroad, out } = place
    home.send(out)
    const lie = startLying(place, 'abroad', () => ({
      deliver: async () => ({ transaction: 'd'.repeat(64), height: abroad.head(), gasUsed: 1n }),
    }))
    await seconds(place, 5)
    expect(abroad.gateway.effects).toEqual([])
    lie.on = false
    expect(await goesThrough(place)).toBe(true)
    expect(abroad.gateway.effects).toHaveLength(1)
  })
})

describe('a node that does not answer', () => {
  it('holds up its own ledger alone, and what it missed is done when it is back', async () => {
    const place = relayPlace()
    const { home, abroad, hub, out, back } = place
    home.send(out)
    abroad.send(back)
    const hang = async (): Promise<never> => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      throw new TransportFault('timeout', 'no answer in time')
    }
    const lie = startLying(place, 'abroad', () => ({
      head: hang,
      header: hang,
      counters: hang,
      deliver: hang,
      proof: hang,
    }))
    const faulty = (): boolean[] => relay.state().ledgers.map(({ fault }) => fault !== undefined)
    await until(relay, () => hub.entries.length === 1 && faulty().includes(true), { each: () => aSecond(place) })
    expect(hub.entries.map(({ fact }) => fact.packet.lane)).toEqual([out])
    expect(faulty()).toEqual([false, true])
    lie.on = false
    expect(await goesThrough(place)).toBe(true)
  })

  it('is not asked more often than agreed for what waits for it', async () => {
    const place = relayPlace()
    for (let n = 0; n < 20; n++) place.home.send(place.out)
    let asked = 0
    relay = place.start({
      everyMs: 3_600_000,
      through: (ledger, honest) => ({
        ...honest,
        head: async () => {
          if (ledger === place.home) return honest.head()
          asked++
          throw new TransportFault('unreachable', 'connection refused')
        },
      }),
    })
    await until(relay, () => place.hub.entries.length === 20, { looks: 5 })
    const before = asked
    for (let n = 0; n < 200; n++) await new Promise(setImmediate)
    expect(asked - before).toBeLessThan(3)
  })

  it('while writing breaks the queue, and the cause is said', async () => {
    const place = relayPlace()
    for (let n = 0; n < 10; n++) place.home.send(place.out)
    const lie = startLying(place, 'abroad', () => ({
      deliver: async () => {
        throw new TransportFault('unconfirmed', 'not seen in a block')
      },
    }))
    await until(relay, () => relay.state().lanes[0]!.queues['live/target']?.brokenUntilMs !== undefined)
    const [state] = relay.state().lanes
    expect(state!.queues['live/target']!.lastFault).toBe('not seen in a block')
    expect(state!.pending.some(({ lastFault }) => lastFault === 'not seen in a block')).toBe(true)
    lie.on = false
    expect(await goesThrough(place)).toBe(true)
    expect(place.abroad.gateway.effects).toHaveLength(10)
  })
})

describe('an account that is empty', () => {
  it('pauses the lane without a storm, lets packets in all the same, and goes on when it is filled', async () => {
    const place = relayPlace()
    const { home, abroad, hub, out } = place
    for (let n = 0; n < 20; n++) home.send(out)
    abroad.balance = 5
    let tries = 0
    relay = place.start({
      through: (ledger, honest) => ({
        ...honest,
        deliver: (...args) => {
          if (ledger === abroad) tries++
          return honest.deliver(...args)
        },
      }),
    })
    await until(relay, () => hub.entries.filter(({ fact }) => fact.fact === 'sent').length === 20)
    await seconds(place, 20)
    expect(relay.state().lanes[0]!.state).toBe('paused: funds')
    expect(relay.state().ledgers[1]).toMatchObject({ funds: 'low' })
    expect(tries).toBeLessThan(15)
    abroad.balance = 1_000
    expect(await goesThrough(place)).toBe(true)
    expect(relay.state().lanes[0]!.state).toBe('open')
    expect(abroad.gateway.effects).toHaveLength(20)
  })
})

describe('a lane', () => {
  it('that is paused delivers nothing new, and finishes what was delivered', async () => {
    const place = relayPlace()
    const { home, abroad, hub, out } = place
    home.send(out)
    const lie = startLying(place, 'abroad', () => ({ received: async () => [] }))
    await until(relay, () => abroad.gateway.effects.length === 1, { each: () => aSecond(place) })
    hub.setState(out, 'paused')
    home.send(out)
    lie.on = false
    await until(relay, () => home.gateway.counters(out).acknowledged === 1, { each: () => aSecond(place) })
    await seconds(place, 10)
    expect(abroad.gateway.effects).toHaveLength(1)
    expect(relay.state().lanes[0]!.pending).toMatchObject([{ sequence: 2, waitsFor: 'lane-state' }])
    hub.setState(out, 'open')
    expect(await goesThrough(place)).toBe(true)
  })

  it('delivers no faster than agreed, and says what waits for it', async () => {
    const place = relayPlace({ ratePerHour: 3 })
    const { home, abroad, out } = place
    for (let n = 0; n < 5; n++) home.send(out)
    relay = place.start()
    await until(relay, () => home.gateway.counters(out).acknowledged === 3, { each: () => aSecond(place) })
    expect(abroad.gateway.effects).toHaveLength(3)
    expect(relay.state().lanes[0]!.pending.map(({ waitsFor }) => waitsFor)).toEqual(['rate', 'rate'])
    place.clock.nowMs += 1_200_000
    await until(relay, () => abroad.gateway.effects.length === 4, { each: () => aSecond(place) })
    expect(abroad.gateway.effects).toHaveLength(4)
  })

  it('without order is not held up by a packet that is refused', async () => {
    const place = relayPlace()
    const { home, abroad, hub, out } = place
    for (let n = 0; n < 10; n++) home.send(out)
    relay = place.start({
      door: {
        freeze: (...args) => hub.freeze(...args),
        async enter(fact, evidence) {
          if (fact.packet.sequence === 4) throw new HubError('FINDINGS', 'the lane does not carry this kind')
          return hub.enter(fact, evidence)
        },
      },
    })
    await until(relay, () => home.gateway.counters(out).acknowledged === 9, { each: () => aSecond(place) })
    expect(abroad.gateway.effects).toHaveLength(9)
    expect(relay.state().lanes[0]).toMatchObject({ backlog: 1, pending: [{ sequence: 4 }] })
  })

  it('stops when a second, different packet is proved under one sequence', async () => {
    const place = relayPlace()
    const { home, hub, out, abroad } = place
    const first = home.send(out)
    const other = { ...first, message: '7'.repeat(64) }
    relay = place.start({
      door: {
        freeze: (...args) => hub.freeze(...args),
        async enter(fact, evidence) {
          await hub.verify(fact, evidence)
          if (hub.entries.length === 0) hub.entries.push({ fact: { ...fact, packet: other }, evidence })
          return { result: 'differs', index: 0 }
        },
      },
    })
    // The hub says it has none, or nothing would be entered.
    hub.packets = async () => []
    await until(relay, () => hub.freezes.length > 0, { each: () => aSecond(place) })
    expect(hub.freezes).toEqual([
      { ledger: home.urn, why: 'packet-differs', lane: out, one: packetBytes(other), other: packetBytes(first) },
    ])
    await seconds(place, 5)
    expect(hub.freezes).toHaveLength(1)
    expect(abroad.gateway.effects).toEqual([])
  })
})

describe('a ledger with two sealed blocks of one height', () => {
  it('is frozen once, with both, and all its lanes stop', async () => {
    const place = relayPlace()
    const { home, abroad, hub, out, back } = place
    relay = place.start()
    await seconds(place, 3)
    const height = abroad.head()
    await until(relay, () => relay.state().ledgers[1]!.verified === height)
    const [one, other] = [abroad.blocks[height]!, abroad.equivocate(height)]
    abroad.blocks[height] = other
    await until(relay, () => hub.freezes.length > 0)
    home.send(out)
    abroad.send(back)
    await seconds(place, 10)
    expect(hub.freezes).toEqual([{ ledger: abroad.urn, why: 'equivocation', one, other }])
    expect(readFakeHeader(one).height).toBe(readFakeHeader(other).height)
    expect(hub.entries).toEqual([])
    expect(relay.state().ledgers.map(({ frozen }) => frozen)).toEqual([false, true])
    expect(relay.state().lanes.map(({ state }) => state)).toEqual(['frozen', 'frozen'])
  })

  it('stays frozen over a restart, also when the freeze had not been written down', async () => {
    const place = relayPlace()
    const { abroad, hub } = place
    relay = place.start({
      door: { enter: hub.enter.bind(hub), freeze: async () => Promise.reject(new Error('cut off')) },
    })
    await seconds(place, 3)
    const height = relay.state().ledgers[1]!.verified!
    abroad.blocks[height] = abroad.equivocate(height)
    await until(relay, () => relay.state().ledgers[1]!.frozen)
    expect(hub.freezes).toEqual([])
    await relay.close()
    relay = place.start()
    await until(relay, () => hub.freezes.length > 0)
    expect(hub.freezes).toHaveLength(1)
  })
})
