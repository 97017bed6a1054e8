// What the relay does between two ledgers that behave, and what it says of it.
import { afterEach, describe, expect, it } from 'vitest'
import type { Relay } from '../../../../src/crosschain/relay/relay.ts'
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
})
