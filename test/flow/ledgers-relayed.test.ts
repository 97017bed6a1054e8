// A hub connected to two chains, with validators of three parties: one message is registered on the first, carried to the second, and
// everybody is shown what they may see of its way. No secret of the configuration is in anything that leaves the hub.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { LedgerTrust } from '../../schemas/types.d.ts'
import { command } from '../../src/client/command.ts'
import type { ShownLedger, ShownPacket } from '../../src/crosschain/shown.ts'
import { AnswerCheck } from '../support/api-document.ts'
import { type ConnectedWorld, connectedWorld, enterAll, trustIn } from '../support/connected-world.ts'
import { declared } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { believe, OPERATOR, OWNERS } from '../support/ledger-acts.ts'
import { kindOf } from '../support/ledger-place.ts'
import { readingRoom } from '../support/ledger-reader.ts'
import { LONG_MS } from '../support/patience.ts'

const EXPORTER = 'guangxi-exporter'
const check = new AnswerCheck()
let all: ConnectedWorld
beforeAll(async () => {
  all = await connectedWorld()
  const plain = fetch
  const watched = check.watch(plain)
  // Nodes and validators are asked by fetch too; they have documents of their own.
  vi.stubGlobal('fetch', ((input, init) =>
    String(input).startsWith(all.world.url) ? watched(input, init) : plain(input, init)) as typeof fetch)
})
afterAll(async () => {
  vi.unstubAllGlobals()
  await all.close()
})

const ledgers = async (): Promise<ShownLedger[]> => (await all.world.client(EXPORTER).ledgers()).ledgers
const connectionOf = async (urn: string) => (await ledgers()).find(({ ledger }) => ledger === urn)?.connection

const UNTIL_MS = 60_000

/** What the asking gives once it gives something. */
async function until<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (const giveUpAt = performance.now() + UNTIL_MS; performance.now() < giveUpAt; ) {
    const found = await ask()
    if (found !== undefined) return found
    await new Promise((wake) => setTimeout(wake, 50))
  }
  throw new Error('it did not come')
}

const isAcknowledged = (packet: ShownPacket | undefined): boolean =>
  packet?.steps?.some(({ step }) => step === 'acknowledged') ?? false

async function metrics(): Promise<Map<string, number>> {
  const text = await (await fetch(`${all.world.url}/metrics`)).text()
  return new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
}

/** Declares and registers the declaration on the first chain. */
async function registered(): Promise<{ index: number; commitment: string }> {
  const { world, place, lane } = all
  const { index } = expectTaken(await post(world, EXPORTER, await world.compose(EXPORTER, declared(world)))).body
  const [entry] = await world.hub.house.journal.read(index, 1)
  const commitment = entry!.commitment.toString('hex')
  await place.send(lane, { message: commitment, kind: kindOf('customs.declaration/1') })
  return { index, commitment }
}

describe('before it is signed whom to believe', () => {
  it('a ledger that is configured is not even asked', async () => {
    expect(await ledgers()).toEqual([])
    expect((await metrics()).get('hub_journal_entries')).toBeGreaterThan(0)
    expect([...(await metrics()).keys()].filter((name) => name.startsWith('hub_ledger_'))).toEqual([])
  })
})

describe('a packet over an open lane', { timeout: LONG_MS }, () => {
  let index: number
  let commitment: string
  let packet: ShownPacket

  beforeAll(async () => {
    await enterAll(all)
    ;({ index, commitment } = await registered())
    packet = await until(async () => {
      const { relayed } = await all.world.client(EXPORTER).relayed(index)
      return relayed.find(isAcknowledged)
    })
  }, LONG_MS)

  it('is shown with the message it stands for: proved, and attested by so many operators', () => {
    expect(packet).toMatchObject({
      lane: all.lane.id,
      sequence: 1,
      message: commitment,
      state: 'delivered',
      assurance: 'proof',
      attested: 'attested (2 operators)',
    })
    expect(packet.receipt).toBeGreaterThan(packet.entry)
    expect(packet.steps!.map(({ step }) => step)).toEqual(
      expect.arrayContaining(['sent', 'proved', 'entered', 'signed', 'written', 'receipt-proved', 'acknowledged']),
    )
    const proved = packet.steps!.find(({ step }) => step === 'proved')!
    expect(proved).toMatchObject({ ledger: all.lane.source.urn, height: expect.any(Number), at: expect.any(String) })
    expect(proved.detail).toMatch(/sealed by \d, of whom 3 were needed; proof$/)
  })

  it('is in the list of the lane for its ends and the operator, and for nobody else', async () => {
    const path = `/v1/lanes/${all.lane.id}/packets`
    for (const folder of [OWNERS.source, OWNERS.target, OPERATOR])
      expect((await ask(all.world, folder, path)).body).toMatchObject({
        packets: [{ sequence: 1, state: 'delivered' }],
      })
    expect((await ask(all.world, OPERATOR, `${path}?from=2`)).body).toMatchObject({ packets: [] })
    expectRefused(await ask(all.world, EXPORTER, path), 'READ_NOT_PERMITTED')
    expectRefused(await ask(all.world, 'nanning-bank', `/v1/messages/${index}/relayed`), 'NOT_FOUND')
  })

  it('is shown just so by a process that does not relay', { timeout: LONG_MS }, async () => {
    const room = await readingRoom(all.world)
    try {
      const { view } = room
      await vi.waitFor(
        async () => {
          expect(await view.caughtUp()).toBe(true)
          expect(view.ledgers()).toEqual(await ledgers())
          expect(view.lanes().map(({ shown }) => shown)).toEqual((await all.world.client(EXPORTER).lanes()).lanes)
          const shown = await view.relayed(Buffer.from(commitment, 'hex'))
          expect(shown).toEqual((await all.world.client(EXPORTER).relayed(index)).relayed)
          expect(isAcknowledged(shown[0] as ShownPacket)).toBe(true)
        },
        { timeout: UNTIL_MS, interval: 200 },
      )
      expect(view.ledgers()).toContainEqual(expect.objectContaining({ connection: expect.anything() }))
      expect(room.gauges()).toMatchObject({ height: {}, packets: {} })
    } finally {
      await room.close()
    }
  })

  it('moves what is shown of ledgers and lane, and the gauges', async () => {
    const { world, lane } = all
    for (const { urn, devnet } of all.place.ledgers) {
      const connection = await until(async () => {
        const one = await connectionOf(urn)
        return one?.verified === devnet.head() ? one : undefined
      })
      expect(connection).toMatchObject({ height: devnet.head(), funds: 'enough', account: expect.any(String) })
      expect(Number(connection.gasUsed)).toBeGreaterThan(21_000)
      expect(connection.fault).toBeUndefined()
    }
    const shown = await until(async () => {
      const one = await world.client(EXPORTER).lane(lane.id)
      return one.packets?.['backlog'] === 0 ? one : undefined
    })
    expect(shown.packets).toMatchObject({ sent: 1, entered: 1, delivered: 1, failed: 0, expired: 0, backlog: 0 })
    const read = await metrics()
    expect(read.get('hub_ledger_height{ledger="cn/domestic"}')).toBe(lane.source.devnet.head())
    expect(read.get('hub_ledger_lag_blocks{ledger="vn/partner"}')).toBe(0)
    expect(read.get('hub_ledger_headers{ledger="vn/partner"}')).toBeGreaterThan(0)
    expect(read.get('hub_ledger_gas_used{ledger="vn/partner"}')).toBeGreaterThan(21_000)
    expect(read.get('hub_ledger_frozen{ledger="cn/domestic"}')).toBe(0)
    expect(read.get('hub_packets{state="delivered"}')).toBe(1)
    expect(read.get('hub_packet_backlog_seconds{lane="declarations-cn-vn"}')).toBe(0)
  })

  it('is told step by step by the command', async () => {
    const lines: string[] = []
    const io = { out: (line: string) => void lines.push(line), progress: () => {}, env: {} }
    const as = ['--as', join(all.world.dir, 'sandbox', 'parties', OPERATOR)]
    for (const args of [
      ['lane', 'packet', all.lane.id, '1'],
      ['lane', 'packets', all.lane.id],
      ['lane', 'show', all.lane.terms.name],
      ['ledger', 'status'],
    ])
      expect(await command([...args, ...as], { ...io, stop: new AbortController().signal })).toBe(0)
    const text = lines.join('\n')
    expect(text).toMatch(/packet 1 {2}delivered {2}proof, attested \(2 operators\) {2}entry \d+, receipt in entry \d+/)
    expect(text).toContain('1 delivered')
    expect(text).toMatch(/funds enough, \d+ gas used/)
  })

  it('is an event, too, for the party that listens to the contract', async () => {
    const { world, lane } = all
    const item = await until(async () => {
      const { items } = await world.client('nanning-customs').feed({ kinds: ['ledger.event'] })
      return items[0]
    })
    const content = await world.hub.house.journal.content(item.index)
    expect(JSON.parse(content!.body.toString())).toMatchObject({
      name: 'packet-sent',
      ledger: lane.source.urn,
      contract: lane.source.contracts.gateway.address,
      topics: [expect.any(String), lane.id, expect.any(String)],
      assurance: 'claimed',
    })
  })

  it('keeps its place after a restart, and the way it went', async () => {
    await all.world.restart()
    const { relayed } = await all.world.client(EXPORTER).relayed(index)
    expect(relayed).toMatchObject([{ sequence: 1, state: 'delivered', entry: packet.entry, receipt: packet.receipt }])
    expect(relayed[0]!.steps).toEqual(packet.steps)
  })
})

describe('when validators are gone', { timeout: LONG_MS }, () => {
  it('one of three is not missed; without two of them a packet waits, says why, and goes on when one is back', async () => {
    const { world, lane, validators, start, secrets } = all
    const relayedOf = async (index: number): Promise<ShownPacket | undefined> =>
      (await world.client(EXPORTER).relayed(index)).relayed[0]
    const finishedOf = (index: number) =>
      until(async () => {
        const packet = await relayedOf(index)
        return isAcknowledged(packet) ? packet : undefined
      })
    await validators['hanoi-bank']!.close()
    expect(await finishedOf((await registered()).index)).toMatchObject({ attested: 'attested (2 operators)' })

    await validators['second-bank']!.close()
    const { index } = await registered()
    const waiting = await until(async () => {
      const shown = await world.client(EXPORTER).lane(lane.id)
      return shown.waits === undefined || !shown.backlogS ? undefined : shown
    })
    expect(waiting).toMatchObject({ state: 'open', packets: { backlog: 1 } })
    for (const said of ['too few validators have signed', world.urn('second-bank'), world.urn('hanoi-bank')])
      expect(waiting.waits).toContain(said)
    for (const secret of secrets) expect(waiting.waits).not.toContain(secret)
    expect((await metrics()).get('hub_packet_backlog_seconds{lane="declarations-cn-vn"}')).toBeGreaterThan(0)
    expect(await relayedOf(index)).toMatchObject({ state: 'sent' })
    await start('hanoi-bank')
    expect(await finishedOf(index)).toMatchObject({ attested: 'attested (2 operators)' })
    await start('second-bank')
  })
})

describe('when a chain seals two blocks of one height', { timeout: LONG_MS }, () => {
  it('it is frozen for all to see, what is sent meanwhile waits, and enters under a new trust that both have signed', async () => {
    const { world, lane } = all
    const { urn, devnet } = lane.target
    const shownOf = async (): Promise<ShownLedger> => (await ledgers()).find(({ ledger }) => ledger === urn)!
    devnet.setFault({ header: 'equivocation' })
    await until(async () => ((await shownOf()).frozen ? true : undefined))
    expect((await metrics()).get('hub_ledger_frozen{ledger="vn/partner"}')).toBe(1)
    expect((await metrics()).get('hub_ledger_frozen{ledger="cn/domestic"}')).toBe(0)
    expect((await shownOf()).connection).toBeUndefined()
    const { items } = await world.client(OWNERS.source).feed({ kinds: ['ledger.freeze'] })
    expect(items).toHaveLength(1)

    const { index } = await registered()
    const packet = async (): Promise<ShownPacket | undefined> =>
      (await world.client(EXPORTER).relayed(index)).relayed[0]
    const standing = await world.client(EXPORTER).lane(lane.id)
    expect(standing).toMatchObject({ state: 'open', waits: `${urn} is frozen` })

    expect(await packet()).toBeUndefined()
    devnet.setFault()
    const height = devnet.head()
    const { hash } = (await devnet.request('eth_getBlockByNumber', ['latest', false])) as { hash: string }
    const root = { height, hash: hash.slice(2), validators: devnet.validators(), trustingPeriodS: 1_209_600 }
    await believe(world, { ...trustIn(lane.target, 2), root: root as LedgerTrust['root'] })
    await until(async () => ((await packet())?.state === 'delivered' ? true : undefined))
    expect(await shownOf()).toMatchObject({ frozen: false, trust: { sequence: 2 } })
    await until(async () => ((await world.client(EXPORTER).lane(lane.id)).waits === undefined ? true : undefined))
  })
})

describe('when both chains are gone', { timeout: LONG_MS }, () => {
  it('it is said why they stand still, the hub goes on, and no secret is in anything that was said', async () => {
    const { world, place, lane, log, secrets } = all
    await Promise.all(place.ledgers.map(({ name }) => place.stop(name)))
    for (const { urn } of place.ledgers)
      expect(await until(async () => (await connectionOf(urn))?.fault)).toMatch(/127\.0\.0\.1:\d+/)
    expectTaken(await post(world, EXPORTER, await world.compose(EXPORTER, declared(world))))
    expect((await world.client(EXPORTER).lane(lane.id)).state).toBe('open')
    await until(async () => (log.some((line) => line.includes('relay')) ? true : undefined))
    const said = [log.join(''), JSON.stringify([await ledgers(), (await world.client(EXPORTER).lanes()).lanes])]
    said.push(await (await fetch(`${world.url}/metrics`)).text())
    expect(secrets.filter((secret) => said.some((text) => text.includes(secret)))).toEqual([])
  })

  it('every answer was one of the API document', () => {
    expect(check.faults).toEqual([])
    for (const operation of ['listLedgers', 'listLanes', 'readLane', 'listPackets', 'readRelayed'])
      expect(check.seen).toContain(`${operation} 200`)
  })
})

describe('a hub without an account on its ledgers', { timeout: LONG_MS }, () => {
  let reading: ConnectedWorld
  beforeAll(async () => {
    reading = await connectedWorld({ readOnly: true })
    await enterAll(reading)
  })
  afterAll(() => reading.close())

  it('follows them and takes packets in, writes nothing there, and says that it waits for funds', async () => {
    const { world, place, lane } = reading
    await place.send(lane, { kind: kindOf('customs.declaration/1') })
    const packet = await until(async () => (await world.client(OPERATOR).packets(lane.id)).packets[0])
    expect(packet).toMatchObject({ sequence: 1, state: 'sent', assurance: 'proof' })
    await until(async () => ((await world.client(EXPORTER).lane(lane.id)).waits === 'paused: funds' ? true : undefined))
    const shown = await until(async () => {
      const all = (await world.client(EXPORTER).ledgers()).ledgers
      return all.every(({ connection }) => connection?.verified !== undefined) ? all : undefined
    })
    for (const { connection } of shown) {
      expect(connection).toMatchObject({ height: expect.any(Number), verified: expect.any(Number), gasUsed: '0' })
      expect(Object.keys(connection!).toSorted()).toEqual(['gasUsed', 'headers', 'height', 'verified'])
    }
  })
})
