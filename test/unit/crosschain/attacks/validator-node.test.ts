// A validator whose own node lies or hangs, over real ledgers and HTTP: it signs nothing, or what the ledger truly has.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DevnetFault } from '../../../../src/crosschain/devnet/faults.ts'
import { evmTransport } from '../../../../src/crosschain/ledgers/evm/transport.ts'
import { packetCommitment, type Packet } from '../../../../src/crosschain/packet.ts'
import { openSignedLog, type SignedLog } from '../../../../src/crosschain/validator/signed-log.ts'
import { trustFile } from '../../../../src/crosschain/validator/trust-file.ts'
import { openTrustedLedger } from '../../../../src/crosschain/validator/trusted-ledger.ts'
import { createValidator, type Validator } from '../../../../src/crosschain/validator/validator.ts'
import { ledgerPlace, type LedgerPlace, type PlaceLane, type PlaceLedger } from '../../../support/ledger-place.ts'
import { codeOf } from '../validator/desk.ts'

let place: LedgerPlace
let lane: PlaceLane
beforeAll(async () => {
  place = await ledgerPlace({ names: ['domestic', 'partner'] })
  lane = place.lane('domestic', 'partner')
})
afterAll(() => place?.close())

let folder: string
let log: SignedLog
let validator: Validator
let packet: Packet
/** In which the node says that blocks of the source were sealed; undefined: as they were. */
let round: number | undefined
beforeEach(async () => {
  round = undefined
  packet = (await place.send(lane)).packet
  folder = mkdtempSync(join(tmpdir(), 'attacks-'))
  log = await openSignedLog({ path: join(folder, 'signed.ndjson'), clock: place.nowMs, lock: () => () => {} })
  const ledgers = await Promise.all([lane.source, lane.target].map(openLedger))
  validator = createValidator({ key: Buffer.alloc(32, 9), ledgers, lanes: [lane.terms], signed: log })
})
afterEach(async () => {
  for (const { devnet } of place.ledgers) devnet.setFault()
  await log.close()
  rmSync(folder, { recursive: true })
})

/** As the validator's process reaches it, with less patience. */
async function openLedger({ name, url, chainId, contracts, deployedAt, trust, verifier, devnet }: PlaceLedger) {
  const clock = place.nowMs
  const node = evmTransport({ urls: [url], chainId, contracts, deployedAt, clock, timeoutMs: 3_000 })
  const header = async (height: number) => (round === undefined ? node.header(height) : devnet.resealed(height, round))
  const reader = { ...node, header }
  const store = trustFile(join(folder, `trust-${name}.json`))
  const trusted = await openTrustedLedger({ name, reader, verifier, root: trust, store, clock })
  return { name, reader, verifier, gateway: contracts.gateway, trusted, chainId }
}
const attest = (act: 'deliver' | 'acknowledge' = 'deliver') =>
  validator.attest({ lane: lane.id, sequence: packet.sequence, act })
const truth = (): string => packetCommitment(packet).toString('hex')

describe('signs nothing for a node that', () => {
  it.each<[string, DevnetFault, string]>([
    ['gives headers with too few seals', { header: 'under-quorum' }, 'SEAL_QUORUM'],
    ['gives headers sealed by strangers', { header: 'foreign-seals' }, 'SEAL_FOREIGN'],
    ['gives the block of another height', { header: 'height' }, 'node answer'],
    ['says that it is further than it is', { ahead: 1 }, 'node answer'],
    ['says other data of its logs', { receipt: 'log' }, 'node answer'],
    ['alters proofs', { proof: true }, 'PROOF_NODE'],
    ['is of another chain', { chainId: 1 }, 'node answer'],
    ['hangs', { hang: true }, 'node timeout'],
    ['hangs when it is asked for a proof', { hang: true, methods: ['eth_getProof'] }, 'node timeout'],
    ['refuses connections', { refuse: true }, 'node unreachable'],
  ])('%s', async (_, fault, code) => {
    lane.source.devnet.setFault(fault)
    expect(await codeOf(attest())).toBe(code)
    expect(validator.state()).toMatchObject({ signed: 0, alarms: 0 })
    lane.source.devnet.setFault()
    expect((await attest()).value).toBe(truth())
  })

  it('shows a second sealed block, and never again', async () => {
    await validator.follow()
    lane.source.devnet.setFault({ header: 'equivocation' })
    expect(await codeOf(attest())).toBe('LEDGER_FROZEN')
    lane.source.devnet.setFault()
    expect(await codeOf(attest())).toBe('LEDGER_FROZEN')
    expect(validator.state()).toMatchObject({ signed: 0, ledgers: { domestic: { frozen: true } } })
  })

  it('knows of no delivery, or of one that failed', async () => {
    expect(await codeOf(attest('acknowledge'))).toBe('NOT_THERE')
    await lane.target.transport.deliver(packet, place.signDeliver(lane, packet))
    lane.target.devnet.setFault({ receipt: 'log' })
    expect(await codeOf(attest('acknowledge'))).toBe('SLOT_VALUE')
    expect(validator.state().signed).toBe(0)
  })
})

describe('signs the truth of a node that', () => {
  it('names another hash for its blocks, for the hash is made from the header', async () => {
    lane.source.devnet.setFault({ header: 'hash' })
    expect((await attest()).value).toBe(truth())
  })
  it('calls transactions failed that succeeded, for it is the state that is proved', async () => {
    lane.source.devnet.setFault({ receipt: 'status' })
    expect((await attest()).value).toBe(truth())
  })
  it('shows the same block as another round sealed it', async () => {
    const { signature } = await attest()
    round = 2
    const { devnet } = lane.source
    expect(devnet.resealed(devnet.head(), round).equals(devnet.header(devnet.head()))).toBe(false)
    expect((await attest()).signature).toEqual(signature)
    expect(validator.state()).toMatchObject({ signed: 1, alarms: 0 })
    expect(validator.state().ledgers['domestic']).not.toHaveProperty('frozen')
  })
})
