// What the relay does between two ledgers that behave, and what it says of it.
import { afterEach, describe, expect, it } from 'vitest'
import type { Relay } from '../../../../src/crosschain/relay/relay.ts'
import { TransportFault } from '../../../../src/crosschain/transport.ts'
import { allDone, relayPlace, until, type RelayPlace } from '../../../support/relay-place.ts'

let relay: Relay | undefined
afterEach(async () => {
  await relay?.close()
  relay = undefined
})

const outcomesOf = ({ hub }: RelayPlace): string[] =>
  hub.entries.map(({ fact }) => `${fact.fact} ${fact.packet.sequence}`)

describe('a relay', () => {
  it('carries a packet to its target and its answer back, and enters both', async () => {
    const place = relayPlace()
    const { home, abroad, hub, out } = place
    home.send(out)
    relay = place.start()
    expect(await until(relay, () => allDone(relay!))).toBe(true)
    expect(abroad.gateway.effects).toEqual([{ lane: out, sequence: 1 }])
    expect(hub.entries.map(({ fact }) => fact.fact)).toEqual(['sent', 'received'])
    expect(home.gateway.counters(out)).toEqual({ sent: 1, received: 0, acknowledged: 1 })
    expect(relay.state().lanes[0]).toMatchObject({ sent: 1, acknowledged: 1, entered: 1, delivered: 1, pending: [] })
  })

  it('carries many in both directions, each once', async () => {
    const place = relayPlace()
    const { home, abroad, out, back } = place
    for (let n = 0; n < 100; n++) (n % 2 ? home : abroad).send(n % 2 ? out : back)
    relay = place.start()
    expect(await until(relay, () => allDone(relay!))).toBe(true)
    expect(abroad.gateway.effects).toHaveLength(50)
    expect(home.gateway.effects).toHaveLength(50)
    expect(place.faults).toEqual([])
  })

  it('keeps the order of an ordered lane', async () => {
    const place = relayPlace({ ordered: true })
    const { home, abroad, out } = place
    for (let n = 0; n < 20; n++) home.send(out)
    relay = place.start()
    expect(await until(relay, () => allDone(relay!))).toBe(true)
    expect(abroad.gateway.effects.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1))
    const entered = outcomesOf(place).filter((text) => text.startsWith('sent'))
    expect(entered).toEqual(Array.from({ length: 20 }, (_, n) => `sent ${n + 1}`))
  })

  it('brings a new packet through while hundreds of old ones wait', async () => {
    const place = relayPlace()
    const { home, abroad, out } = place
    for (let n = 0; n < 400; n++) home.send(out)
    relay = place.start()
    expect(await until(relay, () => abroad.gateway.effects.some(({ sequence }) => sequence === 400))).toBe(true)
    const delivered = new Set(abroad.gateway.effects.map(({ sequence }) => sequence))
    expect(delivered.size).toBeLessThan(300)
    expect(await until(relay, () => allDone(relay!))).toBe(true)
    expect(abroad.gateway.effects).toHaveLength(400)
  })

  it('begun again knows what is finished, and does none of it a second time', async () => {
    const place = relayPlace()
    const { home, out, hub } = place
    for (let n = 0; n < 10; n++) home.send(out)
    relay = place.start()
    expect(await until(relay, () => allDone(relay!))).toBe(true)
    await relay.close()
    place.events.length = 0
    relay = place.start()
    expect(await until(relay, () => allDone(relay!))).toBe(true)
    expect(relay.state().lanes[0]).toMatchObject({ sent: 10, entered: 10, delivered: 10, backlog: 0, pending: [] })
    expect(place.events).toEqual([])
    expect(hub.entries).toHaveLength(20)
  })

  it('tells the source what it has not been told, whichever packets its counter stands for', async () => {
    const place = relayPlace()
    const { home, abroad, out } = place
    for (let n = 0; n < 3; n++) home.send(out)
    const never = new Set([2])
    relay = place.start({
      through: (ledger, honest) => ({
        ...honest,
        acknowledge: (packet, ...rest) =>
          ledger === home && never.has(packet.sequence)
            ? Promise.reject(new TransportFault('unreachable', 'cut off'))
            : honest.acknowledge(packet, ...rest),
      }),
    })
    expect(await until(relay, () => home.gateway.counters(out).acknowledged === 2)).toBe(true)
    await relay.close()
    relay = place.start()
    expect(await until(relay, () => home.gateway.counters(out).acknowledged === 3)).toBe(true)
    expect(await until(relay, () => allDone(relay!))).toBe(true)
    expect(abroad.gateway.effects).toHaveLength(3)
  })

  it('asks for signatures of the set in force when one has taken the place of another', async () => {
    const place = relayPlace()
    const { home, abroad, out } = place
    home.send(out)
    relay = place.start()
    expect(await until(relay, () => allDone(relay!))).toBe(true)
    abroad.gateway.epoch = 2
    home.send(out)
    expect(await until(relay, () => abroad.gateway.effects.length === 2)).toBe(true)
  })
})
