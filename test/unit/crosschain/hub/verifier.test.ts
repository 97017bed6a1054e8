// The rules of a hub as a ledger: what is taken for its log, and everything that is not.
import { beforeAll, describe, expect, it } from 'vitest'
import type { HubExport, HubImport, LedgerTrust } from '../../../../schemas/types.d.ts'
import type { Fact } from '../../../../src/crosschain/fact.ts'
import { hubVerifier } from '../../../../src/crosschain/ledgers/hub/verifier.ts'
import { packetOf } from '../../../../src/crosschain/kinds/packet.ts'
import { kindWord, packetCommitment, receiptWord } from '../../../../src/crosschain/packet.ts'
import { ProofRefused, type ProofReason } from '../../../../src/crosschain/proof-refused.ts'
import { headerChain } from '../../../../src/crosschain/relay/header-chain.ts'
import { headersInMemory } from '../../../../src/crosschain/relay/header-store.ts'
import { followHeaders } from '../../../../src/crosschain/relay/follow-headers.ts'
import { trustAfter, type TrustRoot, type VerifiedHeader } from '../../../../src/crosschain/verifier.ts'
import { LEDGER, logPlace, START_MS, type LogPlace } from './log-place.ts'

const LANE = 'ab'.repeat(32)
const NOW = { nowS: START_MS / 1000 + 600 }

const packet = {
  lane: LANE,
  sequence: 1,
  kind: kindWord('customs.declaration', 1),
  message: 'cd'.repeat(32),
  sender: 'ef'.repeat(32),
  receiver: '0'.repeat(64),
  deadline: START_MS / 1000 + 3_600,
  body: '',
}
const exported: HubExport = {
  packet,
  commitment: packetCommitment(packetOf({ packet }), 'sm3').toString('hex'),
  message: {
    index: 0,
    kind: 'customs.declaration/1',
    from: 'urn:hub:vn:trader:bamboo-import',
    owner: 'urn:hub:vn:trader:bamboo-import',
    created: '2026-11-21T08:00:00.000Z',
  },
  to: { country: 'CN', ledger: 'urn:hub:cn:ledger:red-river', parties: ['urn:hub:cn:customs:nanning-example'] },
  form: 'commitment',
  classes: [],
  withheld: ['trade'],
  grounds: [],
}
const imported: HubImport = {
  lane: LANE,
  sequence: 2,
  commitment: '12'.repeat(32),
  outcome: 'delivered',
  acknowledgement: '34'.repeat(32),
}
const word = receiptWord('delivered', Buffer.alloc(32, 0x12), Buffer.alloc(32, 0x34), 'sha256').toString('hex')
const SENT: Fact = { box: 'outbox', key: LANE, number: 1, value: exported.commitment }
const TAKEN: Fact = { box: 'inbox', key: LANE, number: 2, value: word }

let log: LogPlace
let [sentAt, takenAt] = [0, 0]
beforeAll(async () => {
  log = await logPlace()
  for (let n = 0; n < 4; n++) log.say('hub.admin', { n })
  sentAt = log.say('hub.export', exported)
  takenAt = log.say('hub.import', imported)
  for (let n = 0; n < 7; n++) log.say('hub.admin', { n })
})

async function verify(
  header: Uint8Array,
  root: TrustRoot = log.trust.root,
  trust: LedgerTrust = log.trust,
): Promise<VerifiedHeader> {
  const verifier = hubVerifier(trust)
  await verifier.ready!(header)
  return verifier.verifyHeader(root, header, NOW)
}
async function expectRefused(asked: Promise<unknown>, reason: ProofReason): Promise<void> {
  const answer = await asked.catch((error: unknown) => error)
  expect(answer).toBeInstanceOf(ProofRefused)
  expect((answer as ProofRefused).reason).toBe(reason)
}
const changed = (header: Buffer, change: (form: Record<string, never>) => object): Buffer =>
  Buffer.from(JSON.stringify({ ...JSON.parse(header.toString()), ...change(JSON.parse(header.toString())) }))

describe('a header', () => {
  it('is of the height of its log, at the time of its last entry, signed by both stacks', async () => {
    const header = await verify(await log.header(10))
    expect(header).toMatchObject({ height: 10, timestampS: START_MS / 1000 + 9, quorum: 2, assurance: 'proof' })
    expect(hubVerifier(log.trust).heightOf(await log.header(10))).toBe(10)
  })
  it('is refused when anything in it is another', async () => {
    const header = await log.header(10)
    const other = await log.header(11)
    const { last, note, keys } = JSON.parse(other.toString()) as Record<'last' | 'note' | 'keys', never>
    const spoilt: Buffer[] = [
      changed(header, () => ({ note })),
      changed(header, () => ({ last })),
      changed(header, () => ({ keys: [keys[0], keys[0]] })),
      changed(header, () => ({ keys: [] })),
      changed(header, () => ({ more: 1 })),
      changed(header, ({ note: text }) => ({ note: String(text).split('\n').slice(0, -2).join('\n') + '\n' })),
      Buffer.concat([header, Buffer.from(' ')]),
      header.subarray(0, -1),
    ]
    for (const one of spoilt) await expectRefused(verify(one), 'CHECKPOINT')
  })
  it('is refused whichever character of it is changed', async () => {
    const header = await log.header(3)
    for (let at = 7; at < header.length; at += 97) {
      const bytes = Buffer.from(header)
      bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41
      await expectRefused(verify(bytes), 'CHECKPOINT')
    }
  })
  it('of another hub, or under other pins, is refused', async () => {
    const other = await logPlace()
    other.say('hub.admin', {})
    await expectRefused(verify(await other.header(1)), 'CHECKPOINT')
    const { gateway, root, hub } = log.trust
    const elsewhere = { ...hub!, journal: `${hub!.journal}-2` }
    await expectRefused(verify(await log.header(3), root, { ...log.trust, hub: elsewhere }), 'LEDGER')
    const pinned = { ...gateway, codeHash: '00'.repeat(32) }
    await expectRefused(verify(await log.header(3), root, { ...log.trust, gateway: pinned }), 'CHECKPOINT')
    const mixed = { ...hub!, operatorRoot: other.trust.hub!.operatorRoot }
    await expectRefused(verify(await log.header(3), root, { ...log.trust, hub: mixed }), 'LEDGER')
  })
  it('from the future is refused', async () => {
    const verifier = hubVerifier(log.trust)
    const header = await log.header(10)
    await verifier.ready!(header)
    expect(() => verifier.verifyHeader(log.trust.root, header, { nowS: START_MS / 1000 - 400 })).toThrow('TIME')
  })
})

describe('growth', () => {
  it('from every size to every later one is shown, and refused without a proof', async () => {
    for (let from = 1; from < log.size(); from++) {
      const before = trustAfter(await verify(await log.header(from)), log.trust.root)
      for (let to = from + 1; to <= log.size(); to++) {
        expect(await verify(await log.header(to, { from: [from] }), before)).toMatchObject({ height: to })
        await expectRefused(verify(await log.header(to), before), 'GROWTH')
      }
    }
  })
  it('from another history is no growth, and a contradiction where the proof itself shows another beginning', async () => {
    for (const from of [3, 5, 6, 7, 8, 9]) {
      const other = log.fork(2)
      while (other.size() < 12) other.say('hub.admin', { another: other.size() })
      const before = trustAfter(await verify(await log.header(from)), log.trust.root)
      const header = await other.header(12, { from: [from] })
      await expectRefused(verify(header, before), from === 8 ? 'GROWTH' : 'EQUIVOCATION')
    }
  })
  it('backwards is refused', async () => {
    const before = trustAfter(await verify(await log.header(8)), log.trust.root)
    await expectRefused(verify(await log.header(7), before), 'HEIGHT')
  })
})

describe('the chain of headers', () => {
  const chainOf = () =>
    headerChain({
      chain: LEDGER,
      root: log.trust.root,
      verifier: hubVerifier(log.trust),
      store: headersInMemory(),
      clock: () => START_MS + 60_000,
    })
  const readerOf = (place: LogPlace) => ({
    header: (height: number, after = 0) => place.header(height, { from: after > 0 ? [after] : [] }),
  })
  const SPARSE = { sparse: true }

  it('goes to the newest checkpoint at once, and knows it again', async () => {
    const chain = chainOf()
    expect(await followHeaders(chain, readerOf(log), 4, SPARSE)).toMatchObject({
      newlyVerified: 1,
      verified: { height: 4 },
    })
    expect(await followHeaders(chain, readerOf(log), 4, SPARSE)).toMatchObject({ newlyVerified: 0 })
    expect(await followHeaders(chain, readerOf(log), 11, SPARSE)).toMatchObject({
      newlyVerified: 1,
      verified: { height: 11 },
    })
    expect(await chain.leadingTo(11)).toHaveLength(1)
  })
  it('freezes on a second history: of the same size, or one whose proof shows another beginning', async () => {
    for (const size of [7, 12]) {
      const chain = chainOf()
      await followHeaders(chain, readerOf(log), 7, SPARSE)
      const other = log.fork(3)
      while (other.size() < 12) other.say('hub.admin', { another: other.size() })
      const followed = await followHeaders(chain, readerOf(other), size, SPARSE)
      expect(followed).toMatchObject({ result: 'frozen' })
      expect(await followHeaders(chain, readerOf(log), 12, SPARSE)).toMatchObject({ result: 'frozen' })
    }
  })
  it('takes nothing from a node that shows an older log', async () => {
    const chain = chainOf()
    await followHeaders(chain, readerOf(log), 9, SPARSE)
    expect(await followHeaders(chain, readerOf(log), 5, SPARSE)).toMatchObject({
      newlyVerified: 0,
      verified: { height: 9 },
    })
  })
  it('follows new keys, and then believes the old ones no more', async () => {
    const place = await logPlace()
    while (place.size() < 6) place.say('hub.admin', { n: place.size() })
    const chain = headerChain({
      chain: LEDGER,
      root: place.trust.root,
      verifier: hubVerifier(place.trust),
      store: headersInMemory(),
      clock: () => START_MS + 60_000,
    })
    await chain.accept(await place.header(2))
    await place.rotate()
    expect(await chain.accept(await place.header(4, { from: [2] }))).toMatchObject({ result: 'verified' })
    await expectRefused(chain.accept(await place.header(6, { from: [4], generation: 0 })), 'CHECKPOINT')
    await expectRefused(chain.accept(await place.header(6, { from: [4], generation: 0, carried: 2 })), 'CHECKPOINT')
    expect(await chain.accept(await place.header(6, { from: [4] }))).toMatchObject({ result: 'verified' })
  })
  it('believes compromised keys up to the last good size', async () => {
    const place = await logPlace()
    while (place.size() < 6) place.say('hub.admin', { n: place.size() })
    await place.rotate({ compromised: { lastGoodSize: 3 } })
    const { keys } = JSON.parse((await place.header(6)).toString()) as Record<'keys', never>
    const old = async (size: number) => changed(await place.header(size, { generation: 0 }), () => ({ keys }))
    await expect(verify(await old(4), place.trust.root, place.trust)).rejects.toThrow('no longer good')
    await expect(verify(await old(3), place.trust.root, place.trust)).rejects.toThrow('nothing in it rests on')
    expect(await verify(await place.header(6), place.trust.root, place.trust)).toMatchObject({ height: 6 })
  })
})

describe('a fact', () => {
  const shows = async (
    fact: Fact,
    index: number,
    size = 13,
    change: (proof: { account: Buffer[]; storage: Buffer[] }) => object = () => ({}),
  ) => {
    const header = await verify(await log.header(size))
    const proof = await log.proof(index, size)
    return hubVerifier(log.trust).verifyFact(header, log.trust.gateway, fact, { ...proof, ...change(proof) })
  }

  it('is an export as sent, and an import as received', async () => {
    await shows(SENT, sentAt)
    await shows(TAKEN, takenAt)
  })
  it('is refused for another lane, sequence, value, box or entry', async () => {
    await expectRefused(shows({ ...SENT, key: 'aa'.repeat(32) }, sentAt), 'LANE')
    await expectRefused(shows({ ...SENT, number: 2 }, sentAt), 'SEQUENCE')
    await expectRefused(shows({ ...SENT, value: '99'.repeat(32) }, sentAt), 'SLOT_VALUE')
    await expectRefused(shows({ ...TAKEN, value: '99'.repeat(32) }, takenAt), 'SLOT_VALUE')
    await expectRefused(shows({ ...SENT, box: 'inbox' }, sentAt), 'LOG_EVENT')
    await expectRefused(shows(SENT, takenAt), 'LOG_EVENT')
    await expectRefused(shows({ ...SENT, box: 'anchors' }, sentAt), 'LOG_EVENT')
    await expectRefused(shows(SENT, 0), 'LOG_EVENT')
  })
  it('is refused when place, envelope or body is another, too little or too much', async () => {
    const other = await log.proof(takenAt, 13)
    await expectRefused(
      shows(SENT, sentAt, 13, () => ({ account: other.account })),
      'PROOF_NODE',
    )
    await expectRefused(
      shows(SENT, sentAt, 13, ({ storage }) => ({ storage: [other.storage[0], storage[1]] })),
      'PROOF_NODE',
    )
    await expectRefused(
      shows(SENT, sentAt, 13, ({ storage }) => ({ storage: [storage[0], other.storage[1]] })),
      'PROOF_NODE',
    )
    await expectRefused(
      shows(SENT, sentAt, 13, () => ({ account: [] })),
      'PROOF_NODE',
    )
    await expectRefused(
      shows(SENT, sentAt, 13, ({ storage }) => ({ storage: [...storage, storage[0]] })),
      'PROOF_TRAILING',
    )
    await expectRefused(
      shows(SENT, sentAt, 13, ({ account }) => ({ account: [Buffer.concat([account[0]!, Buffer.from(' ')])] })),
      'PROOF_NODE',
    )
  })
  it('is refused under a header of another size, and with another contract', async () => {
    const header = await verify(await log.header(12))
    const proof = await log.proof(sentAt, 13)
    const verifier = hubVerifier(log.trust)
    await expectRefused(verifier.verifyFact(header, log.trust.gateway, SENT, proof), 'PROOF_NODE')
    const contract = { ...log.trust.gateway, codeHash: '00'.repeat(32) }
    await expectRefused(verifier.verifyFact(header, contract, SENT, proof), 'CODE_HASH')
  })
  it('is refused when the register commits to another packet than it holds', async () => {
    const place = await logPlace()
    const index = place.say('hub.export', { ...exported, packet: { ...packet, deadline: packet.deadline + 1 } })
    const header = await verify(await place.header(1), place.trust.root, place.trust)
    const verifier = hubVerifier(place.trust)
    await expectRefused(
      verifier.verifyFact(header, place.trust.gateway, SENT, await place.proof(index, 1)),
      'COMMITMENT',
    )
  })
  it('of a hub is no log of a contract', async () => {
    const header = await verify(await log.header(12))
    await expectRefused(
      hubVerifier(log.trust).verifyLog(header, { transactionIndex: 0, logIndex: 0, nodes: [] }),
      'LOG_CONTRACT',
    )
  })
})
