// A validator with two sample ledgers and a lane between them, in memory but for the signed log.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { laneId, type LaneTerms } from '../../../../src/crosschain/lane.ts'
import { evmVerifier } from '../../../../src/crosschain/ledgers/evm/verifier.ts'
import { kindWord, type Packet, type Word } from '../../../../src/crosschain/packet.ts'
import { ProofRefused } from '../../../../src/crosschain/proof-refused.ts'
import { TransportFault } from '../../../../src/crosschain/transport.ts'
import type { TrustRoot } from '../../../../src/crosschain/verifier.ts'
import { AttestRefused } from '../../../../src/crosschain/validator/client.ts'
import { boundedReader } from '../../../../src/crosschain/validator/bounded-reader.ts'
import { NotSigned } from '../../../../src/crosschain/validator/not-signed.ts'
import { openSignedLog, type SignedLog } from '../../../../src/crosschain/validator/signed-log.ts'
import { trustFile } from '../../../../src/crosschain/validator/trust-file.ts'
import { openTrustedLedger } from '../../../../src/crosschain/validator/trusted-ledger.ts'
import { createValidator, type Validator } from '../../../../src/crosschain/validator/validator.ts'
import { SampleLedger, START_S } from './sample-ledger.ts'

export const KEY = Buffer.alloc(32, 9)
export const PARTY = 'urn:hub:cn:operator:example'
export const CHAINS = { source: 7201, target: 8401 }
const CALL_MS = 200

export interface Desk {
  folder: string
  source: SampleLedger
  target: SampleLedger
  terms: LaneTerms
  lane: Word
  packet(sequence: number, more?: Partial<Packet>): Packet
}

export async function createDesk(more: Partial<LaneTerms> = {}): Promise<Desk> {
  const source = await SampleLedger.create('source')
  const target = await SampleLedger.create('target')
  const end = (side: 'source' | 'target', country: string, { gateway }: SampleLedger) => ({
    ledger: `urn:hub:${country}:ledger:sample`,
    chainId: CHAINS[side],
    gateway: gateway.address,
    owner: `urn:hub:${country}:authority:sample`,
  })
  const terms: LaneTerms = {
    name: 'sample',
    source: end('source', 'cn', source),
    target: end('target', 'vn', target),
    kinds: ['customs.declaration/1'],
    ordered: false,
    timeoutS: 3600,
    assurance: 'proof',
    threshold: 2,
    operators: 2,
    ratePerHour: 100,
    feePayer: PARTY,
    hash: 'keccak',
    ...more,
  }
  const lane = laneId(terms)
  const packet = (sequence: number, changes: Partial<Packet> = {}): Packet => ({
    lane,
    sequence,
    kind: kindWord('customs.declaration', 1),
    message: '5e'.repeat(32),
    sender: '11'.repeat(20).padStart(64, '0'),
    receiver: '00'.repeat(32),
    deadline: START_S + 1800,
    body: Buffer.alloc(0),
    ...changes,
  })
  return { folder: mkdtempSync(join(tmpdir(), 'validator-')), source, target, terms, lane, packet }
}

export const clearDesk = ({ folder }: Desk): void => rmSync(folder, { recursive: true })

/** What of a validator a test wants to be otherwise. */
export interface Wanted {
  root?: TrustRoot
  nowS?: number
  key?: Buffer
  signed?: (log: SignedLog) => SignedLog
  runningMax?: number
}

/** Opens a validator on the desk's folder, as a process would at its start. */
export async function openValidator(
  desk: Desk,
  { root, nowS = START_S + 100, key = KEY, signed: wrap = (log) => log, runningMax }: Wanted = {},
): Promise<{ validator: Validator; close(): Promise<void> }> {
  const clock = (): number => nowS * 1000
  const verifier = evmVerifier('qbft')
  const open = async (name: 'source' | 'target') => {
    const ledger = desk[name]
    const reader = boundedReader(ledger.reader(), CALL_MS)
    const store = trustFile(join(desk.folder, `trust-${name}.json`))
    const begin = (name === 'source' ? root : undefined) ?? ledger.root()
    const trusted = await openTrustedLedger({ name, reader, verifier, root: begin, store, clock })
    return { name, reader, verifier, gateway: ledger.gateway, trusted, chainId: CHAINS[name] }
  }
  const ledgers = [await open('source'), await open('target')]
  const log = await openSignedLog({ path: join(desk.folder, 'signed.ndjson'), clock, lock: () => () => {} })
  const limit = runningMax === undefined ? {} : { runningMax }
  const validator = createValidator({ key, ledgers, lanes: [desk.terms], signed: wrap(log), ...limit })
  return { validator, close: () => log.close() }
}

/** Code or reason of what is thrown. Fails the test for anything else; undefined if nothing is. */
export async function codeOf(attempt: Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt
    return undefined
  } catch (error) {
    if (error instanceof NotSigned || error instanceof AttestRefused) return error.code
    if (error instanceof ProofRefused) return error.reason
    if (error instanceof TransportFault) return `node ${error.kind}`
    throw error
  }
}
