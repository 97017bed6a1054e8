// Event triggers: each log of the contract enters once with its proof, and what a node makes up does not enter.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { followTrigger, verifyEvent } from '../../../../src/crosschain/events.ts'
import { readEvidence } from '../../../../src/crosschain/evidence.ts'
import { ProofRefused } from '../../../../src/crosschain/proof-refused.ts'
import type { Rounds } from '../../../../src/crosschain/rounds.ts'
import type { LedgerEvent } from '../../../../schemas/types.d.ts'
import { CutOff, fakeLedger, type FakeLedger } from './fake-ledger.ts'
import { SOURCE, trust, trustOf, word } from './paper.ts'
import { headerAt, readHeader, writtenVerifier } from './proved.ts'
import { OFFICE_VN, openRoomWorld, type RoomWorld } from './world.ts'

let world: RoomWorld
let ledger: FakeLedger
let at: number
let faults: unknown[]
const open: Rounds[] = []

beforeEach(async () => {
  world = await openRoomWorld()
  await trust(world, trustOf(SOURCE))
  ledger = fakeLedger()
  at = 5
  faults = []
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
  await world.close()
})

const CONTRACT = '66'.repeat(20)
const TOPIC = word('7')

function start(name = 'bill-endorsed'): Rounds {
  const rounds = followTrigger({
    connection: () => ledger.connection,
    trigger: { name, ledger: SOURCE, contract: CONTRACT, topic: TOPIC, to: OFFICE_VN, assurance: 'claimed' },
    accept: async (message) => {
      ledger.step('accept')
      const accepted = await world.accept(message)
      ledger.step('accepted')
      return accepted
    },
    position: {
      get: async () => at,
      async set(height) {
        ledger.step('set')
        at = height
      },
    },
    everyMs: 1_000_000,
    onFault: (error) => faults.push(error),
  })
  open.push(rounds)
  return rounds
}

/** A log that the verifier believes; `said` is what the proof shows. */
function emit(height: number, logIndex: number, said: object = {}): void {
  const seen = { height, transactionIndex: 0, logIndex }
  const log = { address: CONTRACT, topics: [TOPIC, word('8')], data: `0${logIndex}`, ...said }
  const proof = { transactionIndex: 0, logIndex, nodes: [Buffer.from(JSON.stringify(log))] }
  ledger.logs.set(height, [...(ledger.logs.get(height) ?? []), { seen, proof }])
}

const events = async () => (await world.entries()).filter(({ kind }) => kind === 'ledger.event')
const bodies = async (): Promise<LedgerEvent[]> =>
  Promise.all((await events()).map(async ({ index }) => JSON.parse(String((await world.journal.content(index))!.body))))

describe('an event trigger', () => {
  it('brings in each log once, in order, from where it begins', async () => {
    for (const height of [4, 5, 7, 10]) emit(height, 0)
    emit(7, 1)
    const rounds = start()
    await rounds.now()
    await rounds.now()
    expect(faults).toEqual([])
    expect((await bodies()).map(({ height, log }) => [height, log])).toEqual([
      [5, 0],
      [7, 0],
      [7, 1],
      [10, 0],
    ])
    expect(at).toBe(11)
  })

  it('tells the party it is for, by proof, of all that the log says', async () => {
    emit(6, 2)
    await start().now()
    const [entry] = await events()
    expect(entry).toMatchObject({
      by: 'ledger-proof',
      audience: expect.arrayContaining([{ party: OFFICE_VN, view: 'full' }]),
    })
    expect(await bodies()).toEqual([
      {
        ledger: SOURCE,
        contract: CONTRACT,
        name: 'bill-endorsed',
        to: OFFICE_VN,
        height: 6,
        block: readHeader(headerAt(6)).hash,
        transaction: 0,
        log: 2,
        topics: [TOPIC, word('8')],
        data: 'Ag',
        assurance: 'claimed',
      },
    ])
    const { evidence } = (await world.journal.content(entry!.index))!
    expect(readEvidence(evidence!)).toMatchObject({ family: 'evm/qbft', log: { transactionIndex: 0, logIndex: 2 } })
  })

  it.each(['logs', 'logProof', 'accept', 'accepted', 'set'])(
    'cut off at "%s" brings the rest in the next life, and nothing twice',
    async (where) => {
      for (const height of [5, 6, 7]) emit(height, 0)
      let passed = 0
      ledger.step = (name) => {
        if (name === where && (passed++ === 1 || where === 'logs' || where === 'set')) throw new CutOff(name)
      }
      const first = start()
      await first.now()
      await first.close()
      expect(faults).toEqual([new CutOff(where)])
      expect(at).toBe(5)
      ledger.step = () => {}
      await start().now()
      expect((await bodies()).map(({ height }) => height)).toEqual([5, 6, 7])
      expect(at).toBe(11)
    },
  )

  it('brings a log to each of two triggers', async () => {
    emit(6, 0)
    await start().now()
    at = 5
    await start('bill-endorsed-again').now()
    expect((await bodies()).map(({ name }) => name)).toEqual(['bill-endorsed', 'bill-endorsed-again'])
  })

  it.each<[string, object, string]>([
    ['of another contract', { address: '67'.repeat(20) }, 'LOG_CONTRACT'],
    ['of another event', { topics: [word('9')] }, 'LOG_EVENT'],
    ['without a topic', { topics: [] }, 'LOG_EVENT'],
  ])('does not take a log %s, and goes on only when the node is honest', async (_, said, reason) => {
    emit(6, 0, said)
    const rounds = start()
    await rounds.now()
    expect(faults).toEqual([expect.objectContaining({ reason })])
    expect(await events()).toEqual([])
    expect(at).toBe(5)
    ledger.logs.clear()
    emit(6, 0)
    await rounds.now()
    expect(await events()).toHaveLength(1)
    expect(at).toBe(11)
  })

  it('takes the height from the header, whatever the node says', async () => {
    emit(6, 0)
    ledger.lie.header = async () => headerAt(9)
    await start().now()
    expect((await bodies()).map(({ height }) => height)).toEqual([9])
  })

  it('does not go beyond what the node has, and looks through a long past in pieces', async () => {
    ledger.height = 4
    const asked: [number, number][] = []
    ledger.lie.logs = async (_, from, to) => {
      asked.push([from, to])
      return []
    }
    const rounds = start()
    await rounds.now()
    expect([asked, at]).toEqual([[], 5])
    ledger.height = 2_300
    for (let turn = 0; turn < 4; turn++) await rounds.now()
    expect(asked).toEqual([
      [5, 1_004],
      [1_005, 2_004],
      [2_005, 2_300],
    ])
  })

  it.each<[string, object]>([
    ['data longer than a body holds', { data: '00'.repeat(16 * 1024 + 1) }],
    ['a proof longer than evidence holds', { others: 'x'.repeat(66_000) }],
  ])('passes over a log with %s, says so, and brings those after it', async (_, said) => {
    emit(5, 0)
    emit(6, 0, said)
    emit(7, 0, { data: '00'.repeat(16 * 1024) })
    await start().now()
    expect((await bodies()).map(({ height }) => height)).toEqual([5, 7])
    expect(faults).toEqual([expect.objectContaining({ code: 'TOO_LARGE' })])
    expect(at).toBe(11)
  })

  it('waits, and passes over nothing, while the ledger is not trusted', async () => {
    await world.close()
    world = await openRoomWorld()
    emit(6, 0)
    const rounds = start()
    await rounds.now()
    expect(faults).toHaveLength(1)
    expect(at).toBe(5)
    await trust(world, trustOf(SOURCE))
    await rounds.now()
    expect(await events()).toHaveLength(1)
  })
})

describe('verifyEvent', () => {
  const log = { address: CONTRACT, topics: [TOPIC, word('8')], data: '0102' }
  const proof = { transactionIndex: 3, logIndex: 1, nodes: [Buffer.from(JSON.stringify(log))] }
  const header = readHeader(headerAt(6))
  const event: LedgerEvent = {
    ledger: SOURCE,
    contract: CONTRACT,
    name: 'bill-endorsed',
    to: OFFICE_VN,
    height: 6,
    block: header.hash,
    transaction: 3,
    log: 1,
    topics: [TOPIC, word('8')],
    data: 'AQI',
    assurance: 'claimed',
  }

  it('shows an event that the log bears out', async () => {
    await expect(verifyEvent(event, header, proof, writtenVerifier)).resolves.toBeUndefined()
  })

  it.each<[keyof LedgerEvent, unknown]>([
    ['height', 7],
    ['block', word('1')],
    ['transaction', 2],
    ['log', 0],
    ['contract', '68'.repeat(20)],
    ['topics', [TOPIC]],
    ['topics', [TOPIC, word('9')]],
    ['topics', [TOPIC, word('8'), word('8')]],
    ['data', 'AQM'],
    ['data', ''],
  ])('refuses one with another %s', async (member, value) => {
    const other = { ...event, [member]: value } as LedgerEvent
    await expect(verifyEvent(other, header, proof, writtenVerifier)).rejects.toBeInstanceOf(ProofRefused)
  })
})
