// Attacks on what is shown to somebody offline: a bundle with the proof of a real ledger and an anchor on one. `verify` names the link.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LedgerPacket } from '../../../../schemas/types.d.ts'
import { anchorFact } from '../../../../src/crosschain/anchor.ts'
import type { DevnetFault } from '../../../../src/crosschain/devnet/faults.ts'
import { encodeEvidence, type Evidence } from '../../../../src/crosschain/evidence.ts'
import { ledgerProofs } from '../../../../src/crosschain/ledger-proofs.ts'
import { packetCommitment } from '../../../../src/crosschain/packet.ts'
import { ledgerPlace, type LedgerPlace, type PlaceLane, type PlaceLedger } from '../../../support/ledger-place.ts'
import { receivedOf, type ProvedMessage } from '../../../../src/hub/identity/ledger-proof.ts'
import { readCheckpoint } from '../../../../src/hub/evidence/checkpoint.ts'
import type { Bundle } from '../../../../src/hub/evidence/bundle.ts'
import { verifyBundle } from '../../../../src/hub/evidence/verify.ts'
import { stopSm2Workers } from '../../../../src/hub/identity/suites/index.ts'
import { nothingWanted } from '../../../../src/hub/message/kind.ts'
import { toBase64url } from '../../../../src/hub/values/encoding.ts'
import { bytesOf } from '../../evidence/bundle-cases.ts'
import { draftOf, HUB, NOW_MS, openRoom, type Room } from '../../evidence/hub-room.ts'
import { evidenceOf, outboxOf, trustIn } from './proved-place.ts'

type StateEvidence = Extract<Evidence, { state: unknown }>
const FAMILY = 'evm/qbft'
let place: LedgerPlace
let lane: PlaceLane
let room: Room
let bundle: Bundle
/** What shows the packet, and what shows the anchor. */
let proofs: { ledger: StateEvidence; anchor: StateEvidence }

const shown = async (ledger: PlaceLedger, at: Parameters<typeof evidenceOf>[1]): Promise<StateEvidence> => {
  const { headers, ...state } = await evidenceOf(ledger, at)
  return { headers, state }
}
beforeAll(async () => {
  place = await ledgerPlace({ names: ['domestic', 'partner'] })
  room = await openRoom()
  lane = place.lane('domestic', 'partner')
  const { packet } = await place.send(lane)
  const ofPacket = await shown(lane.source, outboxOf(lane, packet))
  const { urn: ledger, contracts, transport } = lane.source
  const body: LedgerPacket = {
    ledger,
    gateway: contracts.gateway.address,
    packet: { ...packet, body: toBase64url(packet.body) },
    commitment: packetCommitment(packet).toString('hex'),
  }
  const evidence = encodeEvidence(FAMILY, ofPacket)
  const id = '019c9000-0000-8000-8000-000000000001'
  const about = { from: ledger, kind: 'ledger.packet', id, atMs: NOW_MS, salt: Buffer.alloc(16, 1) }
  const message: ProvedMessage = { ...about, body, evidence, prove: async () => {} }
  const { envelopeBytes: envelope, commitment, ...received } = receivedOf(message, HUB, NOW_MS)
  const written = { envelope, body: received.body, evidence, signatures: [], attachments: [], certificates: [] }
  const [entered] = await room.enter(
    Promise.resolve({
      kind: 'ledger.packet',
      version: 1,
      by: 'ledger-proof',
      sender: ledger,
      id,
      commitment,
      content: { ...written, status: [] },
      judgement: nothingWanted(),
      audience: [],
      refusalAudience: [],
      registerAt: 3,
      judgedAt: 0,
    }),
    draftOf(room.bankA, {}),
  )
  if (entered?.result !== 'appended') throw new Error('not taken')
  await room.bundle(entered.entry.index)
  const latest = room.evidence.latest()!
  const { key, number, value, box } = anchorFact(readCheckpoint(latest.note))
  await transport.anchor(key, number, value)
  const ofAnchor = await shown(lane.source, { box, key, number })
  await room.evidence.keepAnchor(latest, { ledger, evidence: encodeEvidence(FAMILY, ofAnchor) })
  proofs = { ledger: ofPacket, anchor: ofAnchor }
  bundle = await room.bundle(entered.entry.index)
})
afterAll(async () => {
  await room?.close()
  await place?.close()
  await stopSm2Workers()
})

const trusting = (change: object = {}) => {
  const { ledger, sequence: _, ...trust } = trustIn(lane.source)
  const { address, codeHash } = lane.source.contracts.notary
  return { ...room.trust, ledgers: { [ledger]: { ...trust, notary: { address, codeHash }, ...change } } }
}
const verify = (one: unknown, trust = trusting()) =>
  verifyBundle(bytesOf(one), trust, { ledgers: async () => ledgerProofs(), require: ['ledger', 'anchor'] })

/** The bundle with other evidence in one of its links. */
function withEvidence(link: 'ledger' | 'anchor', evidence: Evidence, family = FAMILY): Bundle {
  const text = toBase64url(encodeEvidence(family, evidence))
  if (link === 'ledger') return { ...bundle, ledger: text }
  const { checkpoint } = bundle
  return { ...bundle, checkpoint: { ...checkpoint, anchor: { ...checkpoint.anchor!, evidence: text } } }
}
async function headerUnder(fault: DevnetFault, evidence: StateEvidence): Promise<StateEvidence> {
  const { devnet, transport, verifier } = lane.source
  devnet.setFault(fault)
  const header = await transport.header(verifier.heightOf(evidence.headers.at(-1)!))
  devnet.setFault()
  return { ...evidence, headers: [header] }
}
const altered = (nodes: readonly Uint8Array[]): Uint8Array[] => {
  const last = Buffer.from(nodes.at(-1)!)
  last[last.length - 1]! ^= 1
  return [...nodes.slice(0, -1), last]
}

it('a bundle that nobody has touched is verified, with both links', async () => {
  expect(await verify(bundle)).toMatchObject({ verdict: 'verified' })
})

describe.each(['ledger', 'anchor'] as const)('the link %s is named when', (link) => {
  const refused = async (attacked: Bundle, reason: string | RegExp, trust = trusting()): Promise<void> => {
    const { verdict, broken } = await verify(attacked, trust)
    expect({ verdict, link: broken?.link }).toEqual({ verdict: 'refused', link })
    expect(broken?.reason).toMatch(reason)
  }
  const spoilt = (change: (evidence: StateEvidence) => StateEvidence) => withEvidence(link, change(proofs[link]))

  it('its header is sealed by strangers, by too few, or says another state', async () => {
    const under = async (fault: DevnetFault) => withEvidence(link, await headerUnder(fault, proofs[link]))
    await refused(await under({ header: 'foreign-seals' }), /SEAL_FOREIGN/)
    await refused(await under({ header: 'under-quorum' }), /SEAL_QUORUM/)
    await refused(await under({ header: 'equivocation' }), /PROOF_NODE/)
  })
  it('its header has bytes behind it, or is of another ledger', async () => {
    await refused(
      spoilt((one) => ({ ...one, headers: [Buffer.concat([one.headers[0]!, Buffer.of(0)])] })),
      /HEADER_MALFORMED/,
    )
    const foreign = await lane.target.transport.header(await lane.target.transport.head())
    await refused(
      spoilt((one) => ({ ...one, headers: [foreign] })),
      /PARENT|SET_CHANGE|SET_OVERLAP/,
    )
  })
  it('a node of its proof is altered, or one too many', async () => {
    await refused(
      spoilt(({ state, ...rest }) => ({ ...rest, state: { ...state, storage: altered(state.storage) } })),
      /PROOF_NODE/,
    )
    await refused(
      spoilt(({ state, ...rest }) => ({
        ...rest,
        state: { ...state, account: [...state.account, state.account[0]!] },
      })),
      /PROOF_TRAILING/,
    )
  })
  it('its proof is the true one of something else', async () => {
    const other = link === 'ledger' ? 'anchor' : 'ledger'
    await refused(withEvidence(link, proofs[other]), /SLOT_VALUE|PROOF_|ACCOUNT/)
  })
  it('its proof is said to be of another consensus', async () => {
    await refused(withEvidence(link, proofs[link], 'evm/ibft2'), /LEDGER/)
  })
  it('the contract has other code than the trust file pins', async () => {
    const contract = link === 'ledger' ? 'gateway' : 'notary'
    const { address } = lane.source.contracts[contract]
    await refused(bundle, /CODE_HASH/, trusting({ [contract]: { address, codeHash: 'a'.repeat(64) } }))
  })
})
