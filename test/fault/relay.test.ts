// The relay cut off at every await, doubled, and troubled by chance: afterwards every packet has taken effect exactly once, and all that
// has entered is proved.
import { describe, expect, it } from 'vitest'
import { TransportFault } from '../../src/crosschain/transport.ts'
import { headersInMemory } from '../../src/crosschain/relay/header-store.ts'
import type { Relay, RelayOptions } from '../../src/crosschain/relay/relay.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import { dyingAt, failingAt, troubled, type Cut, type Gate } from '../support/relay-gate.ts'
import { allDone, aSecond, attestBy, relayPlace, until, type RelayPlace } from '../support/relay-place.ts'
import { LONG_MS } from '../support/patience.ts'

const seed = faultSeed('relay')
const STORIES = 12
const unreachable = (): Error => new TransportFault('unreachable', 'cut off')

/** Three out, of which one has expired and one is refused by its receiver, and one back. */
function scene(ordered: boolean): RelayPlace {
  const place = relayPlace({ ordered })
  const { home, abroad, out, back, clock } = place
  abroad.gateway.receiver = ({ sequence }) => (sequence === 2 ? undefined : 'e'.repeat(64))
  home.send(out, { deadline: Math.floor(clock.nowMs / 1000) + 5 })
  home.send(out)
  home.send(out)
  abroad.send(back)
  clock.nowMs += 20_000
  abroad.mine()
  return place
}

function startThrough(place: RelayPlace, gate: Gate, more: Partial<RelayOptions> = {}): Relay {
  const { hub, home, abroad } = place
  const headers = gate.around('headers', more.headers ?? headersInMemory())
  const attest = gate.around('validators', { attest: attestBy([home, abroad]) })
  return place.start({
    through: (ledger, transport) => gate.around(ledger === home ? 'home' : 'abroad', transport),
    door: gate.around('door', { enter: hub.enter.bind(hub), freeze: hub.freeze.bind(hub) }),
    attest: (act, lane) => attest.attest(act, lane),
    ...more,
    headers,
  })
}

async function expectAllOnce(place: RelayPlace): Promise<void> {
  const { hub, home, abroad, out, back } = place
  const effects = [...abroad.gateway.effects, ...home.gateway.effects].map(
    ({ lane, sequence }) => `${lane} ${sequence}`,
  )
  expect(effects.toSorted()).toEqual([`${out} 2`, `${out} 3`, `${back} 1`].toSorted())
  const outcomes = abroad.gateway.received(out, 1, 9).map(({ sequence, outcome }) => `${sequence} ${outcome}`)
  expect(outcomes).toEqual(['1 expired', '2 failed', '3 delivered'])
  expect(home.gateway.counters(out).acknowledged).toBe(3)
  expect(abroad.gateway.counters(back).acknowledged).toBe(1)
  const entered = hub.entries.map(({ fact: { fact, packet } }) => `${fact} ${packet.lane} ${packet.sequence}`)
  expect(new Set(entered).size).toBe(entered.length)
  expect(entered).toHaveLength(8)
  expect(hub.freezes).toEqual([])
  for (const { fact, evidence } of hub.entries) await hub.verify(fact, evidence)
}

describe.each([{ ordered: false }, { ordered: true }])('a relay of lanes, ordered: $ordered', ({ ordered }) => {
  const callsOfARun = async (): Promise<number> => {
    const place = scene(ordered)
    const gate = failingAt(-1, 'before', unreachable)
    const relay = startThrough(place, gate)
    expect(await until(relay, () => allDone(relay), { each: () => aSecond(place) })).toBe(true)
    await relay.close()
    await expectAllOnce(place)
    return gate.calls.length
  }

  it.each<Cut>(['before', 'after'])(
    'dies %s any call, and another goes on from the ledgers',
    async (cut) => {
      const calls = await callsOfARun()
      for (let n = 1; n <= calls; n++) {
        const place = scene(ordered)
        const headers = headersInMemory()
        const gate = dyingAt(n, cut)
        const first = startThrough(place, gate, { headers })
        await until(first, () => gate.isDead() || allDone(first), { each: () => aSecond(place) })
        await first.close()
        const second = place.start({ headers })
        expect(
          await until(second, () => allDone(second), { each: () => aSecond(place) }),
          `${n}: ${gate.calls[n - 1]}`,
        ).toBe(true)
        await second.close()
        await expectAllOnce(place)
      }
    },
    LONG_MS,
  )

  it.each<Cut>(['before', 'after'])(
    'fails %s any call alone, and goes on by itself',
    async (cut) => {
      const calls = await callsOfARun()
      for (let n = 1; n <= calls; n++) {
        const place = scene(ordered)
        const gate = failingAt(n, cut, unreachable)
        const relay = startThrough(place, gate)
        expect(
          await until(relay, () => allDone(relay), { each: () => aSecond(place) }),
          `${n}: ${gate.calls[n - 1]}`,
        ).toBe(true)
        await relay.close()
        await expectAllOnce(place)
      }
    },
    LONG_MS,
  )

  it(
    'runs twice at once, while calls fail and answers are lost and overtake one another',
    async () => {
      for (let story = 0; story < STORIES; story++) {
        const place = scene(ordered)
        let looks = 0
        const gates = [0, 1].map((n) => troubled(chanceOf(seed + story * 2 + n), 5, unreachable, () => looks < 60))
        const relays = gates.map((gate) => startThrough(place, gate))
        const each = (): void => {
          looks++
          aSecond(place)
          void relays[1]!.wake()
        }
        const done = await until(relays[0]!, () => relays.every(allDone), { each })
        for (const relay of relays) await relay.close()
        expect(done, `story ${story}`).toBe(true)
        await expectAllOnce(place)
      }
    },
    LONG_MS,
  )
})
