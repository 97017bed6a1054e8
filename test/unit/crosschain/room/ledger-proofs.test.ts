// With real parts: gateways and a notary on devnets, their nodes behind HTTP, the verifier of the family. What the hub writes down of them
// is verified offline from the trust file alone, and nothing else is.
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LedgerTrust } from '../../../../schemas/types.d.ts'
import { followAnchoring } from '../../../../src/crosschain/anchoring.ts'
import { feedWord } from '../../../../src/crosschain/anchor.ts'
import type { LedgerEvidence } from '../../../../src/crosschain/door.ts'
import { followTrigger } from '../../../../src/crosschain/events.ts'
import { encodeEvidence, readEvidence } from '../../../../src/crosschain/evidence.ts'
import type { Place } from '../../../../src/crosschain/fact.ts'
import { ledgerProofs } from '../../../../src/crosschain/ledger-proofs.ts'
import { trustRootOf } from '../../../../src/crosschain/ledgers/index.ts'
import { topicOf } from '../../../../src/crosschain/ledgers/evm/gateway-events.ts'
import type { Rounds } from '../../../../src/crosschain/rounds.ts'
import { TransportFault } from '../../../../src/crosschain/transport.ts'
import type { Connection } from '../../../../src/crosschain/prove-fact.ts'
import { followSupervision, type RangePosition } from '../../../../src/crosschain/supervision-lane.ts'
import { HubError, type Envelope, type ProvedMessage } from '../../../../src/hub/index.ts'
import {
  ledgerPlace,
  NO_ANSWER,
  type LedgerPlace,
  type PlaceLane,
  type PlaceLedger,
} from '../../../support/ledger-place.ts'
import { must } from './paper.ts'
import { doorOf } from './proved.ts'
import { HUB, OFFICE_CN, OFFICE_VN, openRoomWorld, type RoomWorld } from './world.ts'

type Shown = { envelope: Envelope; body: Buffer; evidence: Buffer }

let place: LedgerPlace
let world: RoomWorld
let lane: PlaceLane
let packet: Shown
let receipt: Shown
let event: Shown
const onFault = (): void => {}

/** Has a turn go well. A connection that the node has given up meanwhile is not what is tested here. */
async function turn(rounds: Rounds): Promise<void> {
  for (let tries = 0; tries < 3; tries++) {
    await rounds.now()
    const fault = rounds.fault()
    if (!(fault instanceof TransportFault && fault.kind === 'unreachable')) break
  }
  if (rounds.fault() !== undefined) throw rounds.fault()
}

const trustIn = ({ urn, chainId, contracts, trust }: PlaceLedger): LedgerTrust => ({
  ledger: urn,
  sequence: 1,
  consensus: 'qbft',
  chainId,
  root: { ...trust, validators: [...trust.validators] as [string, ...string[]] } as LedgerTrust['root'],
  gateway: { address: contracts.gateway.address, codeHash: contracts.gateway.codeHash },
  notary: { address: contracts.notary.address, codeHash: contracts.notary.codeHash },
})
/** As in a trust file: without the members that the file's own names say. */
const trustFile = (...ledgers: PlaceLedger[]): Record<string, unknown> =>
  Object.fromEntries(ledgers.map((one) => [one.urn, fileOf(trustIn(one))]))
function fileOf(trust: object): object {
  const { ledger: _, sequence: __, ...file } = trust as LedgerTrust
  return file
}
const all = () => trustFile(...place.ledgers)

const connectionTo = (ledger: PlaceLedger): Connection => ({
  ledger: ledger.urn,
  transport: ledger.transport,
  verifier: ledger.verifier,
  trust: trustIn(ledger),
  accept: async (raw) => verify(ledger, raw),
  leadingTo: async (height) => [await ledger.transport.header(height)],
})
const verify = (ledger: PlaceLedger, raw: Uint8Array) =>
  ledger.verifier.verifyHeader(trustRootOf(trustIn(ledger)), raw, { nowS: place.nowMs() / 1000 })

async function evidenceOf(ledger: PlaceLedger, at: Place): Promise<LedgerEvidence> {
  const height = await ledger.transport.head()
  const { proof } = await ledger.transport.proof(at, height)
  return { headers: [await ledger.transport.header(height)], ...proof }
}

/** An entry of the journal as a bundle would carry it. */
async function shown(index: number): Promise<Shown> {
  const { envelope, body, evidence } = (await world.journal.content(index))!
  return { envelope: JSON.parse(String(envelope)), body, evidence: evidence! }
}

beforeAll(async () => {
  place = await ledgerPlace({ names: ['domestic', 'partner'], terms: { ratePerHour: 1_000 } })
  world = await openRoomWorld()
  world.clock.nowMs = place.nowMs()
  lane = place.lane('domestic', 'partner')
  const { source, target, terms } = lane
  for (const [ledger, office] of [
    [source, OFFICE_CN],
    [target, OFFICE_VN],
  ] as const)
    for (const from of [office, HUB]) await must(world.say('ledger.trust', from, trustIn(ledger)))
  for (const { owner } of [terms.source, terms.target])
    await must(world.say('ledger.lane', owner, { lane: lane.id, act: 'open', terms }))
  await world.settled()
  const door = doorOf(world, {
    verifier: (urn) => place.ledgers.find((one) => one.urn === urn)!.verifier,
    verifyHeaders: async (urn, headers) => verify(place.ledgers.find((one) => one.urn === urn)!, headers.at(-1)!),
  })
  const { packet: seen } = await place.send(lane)
  const sent = await evidenceOf(source, { box: 'outbox', key: lane.id, number: 1 })
  const entered = await door.enter({ fact: 'sent', ledger: source.urn, packet: seen }, sent)
  await target.transport.deliver(seen, place.signDeliver(lane, seen))
  const received = await evidenceOf(target, { box: 'inbox', key: lane.id, number: 1 })
  const delivered = { outcome: 'delivered', acknowledgement: NO_ANSWER } as const
  const answered = await door.enter({ fact: 'received', ledger: target.urn, packet: seen, ...delivered }, received)
  packet = await shown(entered.index)
  receipt = await shown(answered.index)
  event = await firstEvent(source)
})
afterAll(async () => {
  await world?.close()
  await place?.close()
})

/** The gateway's own log of the packet, taken for that of a contract nobody knows. */
async function firstEvent(ledger: PlaceLedger): Promise<Shown> {
  const topic = topicOf('Sent')
  const messages: ProvedMessage[] = []
  const rounds = followTrigger({
    connection: () => connectionTo(ledger),
    trigger: {
      name: 'packet-sent',
      ledger: ledger.urn,
      contract: ledger.contracts.gateway.address,
      topic,
      to: OFFICE_VN,
      assurance: 'claimed',
    },
    accept: (message) => {
      messages.push(message)
      return world.accept(message)
    },
    position: { get: async () => 0, set: async () => {} },
    everyMs: 1_000_000,
    onFault,
  })
  await turn(rounds)
  await rounds.close()
  expect(new Set(messages.map(({ id }) => id)).size).toBe(1)
  const { index } = (await world.journal.find(ledger.urn, messages[0]!.id))!
  return shown(index)
}

const entryOf = ({ envelope, body, evidence }: Shown, ledgers = all()) =>
  ledgerProofs().entry(ledgers, { envelope, body, atMs: place.nowMs() }, evidence)

/** What an attempt is refused with: the code, and the reason of a proof. Anything but a refusal of the hub fails the test. */
async function refusal(attempt: Promise<unknown>): Promise<string> {
  try {
    return `shown: ${await attempt}`
  } catch (error) {
    if (!(error instanceof HubError)) throw error
    return error.code === 'LEDGER_PROOF_REFUSED' ? error.detail.split(':')[0]! : error.code
  }
}
/** By which of its nodes a proof fails depends on where the places lie. */
const NOT_THERE = /^(SLOT_VALUE|PROOF_NODE|PROOF_TRAILING|ACCOUNT)$/
const withBody = (one: Shown, change: object): Shown => ({
  ...one,
  body: Buffer.from(JSON.stringify({ ...JSON.parse(String(one.body)), ...change })),
})

describe('an entry by a real proof', () => {
  it('is shown offline: a packet, its receipt, an event', async () => {
    const sealed = /block \d+ sealed by 3, of whom 3 were needed$/
    expect(await entryOf(packet)).toMatch(new RegExp(`^packet 1 of lane ${lane.id.slice(0, 8)} sent, `))
    expect(await entryOf(packet)).toMatch(sealed)
    expect(await entryOf(receipt)).toMatch(new RegExp(`^packet 1 of lane ${lane.id.slice(0, 8)} delivered, `))
    expect(await entryOf(event)).toMatch(/^event packet-sent of contract [0-9a-f]{8}, /)
    expect(await entryOf(event)).toMatch(sealed)
  })

  it('of a ledger that the trust file does not know is not judged', async () => {
    for (const one of [packet, receipt, event]) expect(await entryOf(one, {})).toBeUndefined()
    expect(await entryOf(packet, trustFile(lane.target))).toBeUndefined()
    const named = { ...packet, envelope: { ...packet.envelope, from: '__proto__' } }
    expect(await entryOf(named)).toBeUndefined()
  })

  it('is not shown by trust in other validators, other code, another consensus or an older time', async () => {
    const { urn } = lane.source
    const trust = trustIn(lane.source)
    const stranger = place.validators[0]!.address
    const broken: [string | RegExp, object][] = [
      [/^S(EAL|ET)_/, { root: { height: 0, validators: [stranger] } }],
      ['PARENT', { root: { ...trust.root, height: readHeight(packet) - 1, hash: 'a'.repeat(64) } }],
      ['HEIGHT', { root: { ...trust.root, height: readHeight(packet) + 1 } }],
      ['CODE_HASH', { gateway: { ...trust.gateway, codeHash: 'a'.repeat(64) } }],
      ['LEDGER', { consensus: 'ibft2' }],
      ['LEDGER', { gateway: { ...trust.gateway, address: stranger } }],
    ]
    for (const [reason, change] of broken) {
      const found = await refusal(entryOf(packet, { [urn]: fileOf({ ...trust, ...change }) }))
      expect(found).toMatch(reason)
    }
    const late = { ...trust.root, timestampS: place.nowMs() / 1000 - 1_000, trustingPeriodS: 60 }
    expect(await refusal(entryOf(packet, { [urn]: fileOf({ ...trust, root: late }) }))).toBe('TRUSTING_PERIOD')
  })

  it('is not shown when the message says anything else', async () => {
    const said = JSON.parse(String(packet.body))
    const other = { ...said.packet, deadline: said.packet.deadline + 1 }
    expect(await refusal(entryOf(withBody(packet, { packet: other })))).toBe('COMMITMENT')
    expect(await refusal(entryOf(withBody(packet, { commitment: 'b'.repeat(64) })))).toBe('COMMITMENT')
    expect(await refusal(entryOf(withBody(packet, { ledger: lane.target.urn })))).toBe('LEDGER')
    expect(await refusal(entryOf(withBody(packet, { gateway: 'b'.repeat(40) })))).toBe('LEDGER')
    expect(await refusal(entryOf(withBody(receipt, { outcome: 'failed' })))).toBe('COMMITMENT')
    expect(await refusal(entryOf(withBody(receipt, { sequence: 2 })))).toMatch(NOT_THERE)
    const log = JSON.parse(String(event.body))
    expect(await refusal(entryOf(withBody(event, { height: log.height + 1 })))).toBe('HASH_CLAIMED')
    expect(await refusal(entryOf(withBody(event, { contract: 'b'.repeat(40) })))).toBe('LOG_CONTRACT')
    expect(await refusal(entryOf(withBody(event, { topics: log.topics.slice(1) })))).toBe('LOG_EVENT')
    expect(await refusal(entryOf(withBody(event, { data: '' })))).toBe('LOG_EVENT')
    expect(await refusal(entryOf(withBody(event, { log: log.log + 1 })))).toBe('LOG_INDEX')
    expect(await refusal(entryOf(withBody(event, { ledger: lane.target.urn })))).toBe('LEDGER')
  })

  it('is not shown by the proof of another, nor as another kind', async () => {
    expect(await refusal(entryOf({ ...packet, evidence: event.evidence }))).toBe('PROOF_NODE')
    expect(await refusal(entryOf({ ...event, evidence: packet.evidence }))).toBe('PROOF_NODE')
    expect(await refusal(entryOf({ ...packet, evidence: receipt.evidence }))).toMatch(/^(PARENT|SEAL_|SET_)/)
    const asReceipt = { ...packet, envelope: { ...packet.envelope, kind: 'ledger.receipt' } }
    expect(await refusal(entryOf(asReceipt))).toBe('ENVELOPE_MALFORMED')
    const asFreeze = { ...packet, envelope: { ...packet.envelope, kind: 'ledger.freeze' } }
    expect(await refusal(entryOf(asFreeze))).toBe('LEDGER')
  })

  it('is not shown by any evidence that differs in one bit of what it carries', async () => {
    const { family, ...read } = readEvidence(packet.evidence)
    if (!('state' in read)) throw new Error('not a place in the state')
    const parts = [...read.headers, ...read.state.account, ...read.state.storage]
    const place = fc
      .nat(parts.length - 1)
      .chain((part) => fc.tuple(fc.constant(part), fc.nat(parts[part]!.length * 8 - 1)))
    await fc.assert(
      fc.asyncProperty(place, async ([part, bit]) => {
        const changed = parts.map((one) => Buffer.from(one))
        changed[part]![bit >> 3]! ^= 1 << (bit & 7)
        const [headers, account] = [read.headers.length, read.state.account.length]
        const evidence = encodeEvidence(family, {
          headers: changed.slice(0, headers),
          state: { account: changed.slice(headers, headers + account), storage: changed.slice(headers + account) },
        })
        expect(await refusal(entryOf({ ...packet, evidence }))).not.toMatch(/^shown/)
      }),
      { numRuns: 150 },
    )
  })

  it('is refused, and never crashes the verifier, whatever bytes are called evidence', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(packet, receipt, event), fc.nat(), fc.nat(255), async (one, at, value) => {
        const evidence = Buffer.from(one.evidence)
        const before = evidence[at % evidence.length]
        evidence[at % evidence.length] = value
        if (before !== value) expect(await refusal(entryOf({ ...one, evidence }))).not.toMatch(/^shown/)
      }),
      { numRuns: 150 },
    )
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (body) => {
        const found = await refusal(entryOf({ ...packet, body: Buffer.from(JSON.stringify(body)) }))
        expect(found).toMatch(/^(ENVELOPE_MALFORMED|JSON_LOSSY|LEDGER)$/)
      }),
    )
  })

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'trust me'],
    ['a list', []],
    ['no contract', { consensus: 'qbft', chainId: 1, root: { height: 0, validators: ['a'.repeat(40)] } }],
    ['another consensus', { consensus: 'raft' }],
  ])('throws for a trust in it that cannot be used: %s', async (_, trust) => {
    for (const one of [packet, event])
      expect(await refusal(entryOf(one, { [one.envelope.from]: trust }))).toBe('PARAMETER_INVALID')
  })
})

describe('an anchor on a real ledger', () => {
  const checkpoint = { origin: `${HUB}:journal`, size: 12, root: Buffer.alloc(32, 5) }
  let evidence: Buffer
  const anchored = (ledgers = all(), of = checkpoint) =>
    ledgerProofs().anchor(ledgers, { ledger: lane.source.urn, evidence }, of)

  beforeAll(async () => {
    const rounds = followAnchoring({
      connection: () => connectionTo(lane.source),
      policy: { ledger: lane.source.urn, everyEntries: 1, everyMs: 1_000 },
      checkpoints: {
        anchoredSize: () => 0,
        anchorable: async () => ({ size: 12, note: 'the note', atMs: 0 }),
        read: () => checkpoint,
        keep: async (_, anchor) => void (evidence = anchor.evidence),
      },
      clock: place.nowMs,
      everyMs: 1_000_000,
      onFault,
    })
    await turn(rounds)
    const first = evidence
    // Noted before: the contract says so, and the proof is all that is missing.
    await turn(rounds)
    await rounds.close()
    expect(first).toBeDefined()
  })

  it('is shown for its checkpoint', async () => {
    expect(await anchored()).toMatch(/^urn:hub:cn:ledger:domestic, block \d+ sealed by 3/)
  })

  it('is not shown for any other', async () => {
    for (const other of [{ size: 13 }, { root: Buffer.alloc(32, 6) }, { origin: 'another' }])
      expect(await refusal(anchored(all(), { ...checkpoint, ...other }))).toMatch(NOT_THERE)
  })

  it('is not judged without trust in the ledger, and takes a trust that names the notary', async () => {
    expect(await anchored({})).toBeUndefined()
    const { notary: _, ledger: __, sequence: ___, ...without } = trustIn(lane.source)
    expect(await refusal(anchored({ [lane.source.urn]: without }))).toBe('PARAMETER_INVALID')
    const other = { ...without, notary: { ...trustIn(lane.source).gateway } }
    expect(await refusal(anchored({ [lane.source.urn]: other }))).toMatch(NOT_THERE)
  })

  it('is not shown by the proof of an entry', async () => {
    const { envelope, evidence: ofPacket } = packet
    const attempt = ledgerProofs().anchor(all(), { ledger: envelope.from, evidence: ofPacket }, checkpoint)
    expect(await refusal(attempt)).toMatch(NOT_THERE)
  })
})

describe('a supervision lane on a real ledger', () => {
  it('puts ranges there without a gap, and the same one once', async () => {
    let kept: RangePosition = { to: 0 }
    let head = 3
    const start = () =>
      followSupervision({
        connection: () => connectionTo(lane.source),
        regulator: OFFICE_VN,
        journal: { urn: `${HUB}:journal`, epoch: 1 },
        feed: { head: async () => head, root: async (from, to) => `${from}${to}`.padStart(64, '0') },
        position: { get: async () => kept, set: async (position) => void (kept = position) },
        everyMs: 1_000_000,
        onFault,
      })
    const first = start()
    await turn(first)
    await first.close()
    expect(kept).toEqual({ to: 3 })
    kept = { to: 0, noting: { to: 3, root: '13'.padStart(64, '0') } }
    head = 5
    const again = start()
    await turn(again)
    await again.close()
    expect(kept).toEqual({ to: 5 })
    const at: Place = { box: 'ranges', key: feedWord(`${HUB}:journal`, 1, OFFICE_VN), number: 5 }
    const { value } = await lane.source.transport.proof(at, await lane.source.transport.head())
    expect(value).not.toBe(NO_ANSWER)
  })
})

const readHeight = ({ evidence }: Shown): number => verify(lane.source, readEvidence(evidence).headers.at(-1)!).height
