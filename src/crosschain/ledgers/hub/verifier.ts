// The rules of a hub as a ledger: a header is a signed checkpoint whose keys lead to the pinned root, and a fact is an entry that the hub
// wrote itself. Nothing but the bytes is asked.
import { createHash } from 'node:crypto'
import type { HubExport, HubImport, LedgerTrust } from '../../../../schemas/types.d.ts'
import {
  compileSchema,
  growthFrom,
  HubError,
  readSchemaFile,
  sizeOfLogHeader,
  verifyEntryProof,
  verifyLogHeader,
  type LogHeader,
  type LogPins,
  type ShownEntry,
} from '../../../hub/index.ts'
import type { Contract, Fact } from '../../fact.ts'
import { HASHES, type HashName } from '../../hash.ts'
import { packetOf } from '../../kinds/packet.ts'
import { packetCommitment, receiptWord, type Word } from '../../packet.ts'
import { ProofRefused, type ProofReason } from '../../proof-refused.ts'
import type { InclusionProof, TrustRoot, VerifiedHeader, Verifier } from '../../verifier.ts'
import { pinsOf } from './pins.ts'

const VERSION = 'hub/1'
const NO_WORD: Word = '0'.repeat(64)
/** Headers whose signatures have been checked, waiting to be judged. */
const READY_MAX = 64
/** A hub's clock may be so far ahead of ours. */
const AHEAD_MAX_S = 300

const findExport = compileSchema(readSchemaFile('hub/export.v1.json'))
const findImport = compileSchema(readSchemaFile('hub/import.v1.json'))

type Checked = { header: LogHeader } | { refused: ProofRefused }

export function hubVerifier(trust: Pick<LedgerTrust, 'hub' | 'gateway' | 'root'>): Verifier {
  const ready = new Map<string, Checked>()
  return {
    family: 'hub',
    version: VERSION,
    assurance: 'proof',
    sparse: true,
    heightOf: (header) => refusing('CHECKPOINT', () => sizeOfLogHeader(header)),
    async ready(header) {
      const name = nameOf(header)
      if (ready.has(name)) return
      const checked = await check(header, trust)
      ready.set(name, checked)
      if (ready.size > READY_MAX) ready.delete(ready.keys().next().value!)
    },
    verifyHeader(root, header, options) {
      const checked = ready.get(nameOf(header))
      if (!checked) throw new Error('a header of a hub is made ready before it is verified')
      if ('refused' in checked) throw checked.refused
      return judged(root, checked.header, options.nowS)
    },
    verifyFact: async (header, contract, fact, proof) => verifyFact(header, contract, fact, proof, pinsOf(trust)),
    async verifyLog() {
      throw new ProofRefused('LOG_CONTRACT', 'a hub has no contracts that write logs')
    },
  }
}

const nameOf = (header: Uint8Array): string => createHash('sha256').update(header).digest('hex')

async function check(bytes: Uint8Array, trust: Pick<LedgerTrust, 'hub' | 'gateway' | 'root'>): Promise<Checked> {
  try {
    return { header: await verifyLogHeader(bytes, pinsOf(trust)) }
  } catch (error) {
    if (error instanceof ProofRefused) return { refused: error }
    if (!(error instanceof HubError)) throw error
    return { refused: new ProofRefused('CHECKPOINT', error.detail) }
  }
}

function judged(root: TrustRoot, header: LogHeader, nowS: number | undefined): VerifiedHeader {
  const timestampS = Math.floor(header.atMs / 1000)
  if (nowS !== undefined && timestampS > nowS + AHEAD_MAX_S)
    throw new ProofRefused('TIME', `${timestampS}, now is ${nowS}`)
  // Keys that were replaced may be anybody's: what they sign after the log has shown newer ones counts for nothing.
  if (root.keys !== undefined && !header.generations.includes(root.keys))
    throw new ProofRefused('CHECKPOINT', 'it is signed with keys that the log has replaced before')
  // Without a hash it is judged by its keys alone: what stands at its height is compared by whoever asks.
  if (root.hash !== undefined) checkGrowth(root.height, root.hash, header)
  const hash = header.root.toString('hex')
  return {
    height: header.size,
    hash,
    parentHash: NO_WORD,
    timestampS,
    stateRoot: hash,
    receiptsRoot: NO_WORD,
    validators: root.validators,
    signers: header.signers.map((id) => id.slice(0, 40)),
    quorum: header.signers.length,
    assurance: 'proof',
    keys: header.generations.at(-1)!,
  }
}

function checkGrowth(size: number, hash: Word, header: LogHeader): void {
  if (header.size < size) throw new ProofRefused('HEIGHT', `${header.size} entries, after ${size}`)
  const growth = growthFrom(header, { size, root: Buffer.from(hash, 'hex') })
  if (growth === 'differs')
    throw new ProofRefused(
      'EQUIVOCATION',
      `the log of ${header.size} entries does not begin with the one of ${size} signed before`,
    )
  if (growth === 'unproved')
    throw new ProofRefused(
      'GROWTH',
      `it is not shown that the log of ${header.size} entries goes on from the one of ${size}`,
    )
}

function verifyFact(
  header: VerifiedHeader,
  contract: Contract,
  fact: Fact,
  proof: InclusionProof,
  pins: LogPins,
): void {
  if (contract.codeHash !== pins.genesis) throw new ProofRefused('CODE_HASH')
  const entry = entryShown(header, proof, pins)
  const value = fact.box === 'outbox' ? sentBy(entry, fact) : receivedBy(entry, fact)
  if (value !== fact.value) throw new ProofRefused('SLOT_VALUE', value)
}

/** The entry that a proof shows under a verified header. Throws ProofRefused. */
function entryShown(header: VerifiedHeader, { account, storage }: InclusionProof, pins: LogPins): ShownEntry {
  const [place, ...more] = account
  const [envelope, body, ...rest] = storage
  if (!place || !envelope || !body)
    throw new ProofRefused('PROOF_NODE', 'place, envelope and body of an entry are needed')
  if (more.length + rest.length > 0) throw new ProofRefused('PROOF_TRAILING')
  const checkpoint = { origin: pins.journal, size: header.height, root: Buffer.from(header.stateRoot, 'hex') }
  const entry = { place: Buffer.from(place), envelope: Buffer.from(envelope), body: Buffer.from(body) }
  return refusing('PROOF_NODE', () => verifyEntryProof(entry, pins.hub, checkpoint))
}

function sentBy({ envelope, body }: ShownEntry, { box, key, number, value }: Fact): Word {
  if (box !== 'outbox' || envelope.kind !== 'hub.export') throw new ProofRefused('LOG_EVENT', envelope.kind)
  const told = shaped<HubExport>(body, findExport)
  checkPlace(told.packet, key, number)
  // Which hash it is, the lane says; all of them are over the same bytes in a domain of their own.
  const hashed = HASHES.map((name) => packetCommitment(packetOf(told), name).toString('hex'))
  if (!hashed.includes(told.commitment)) throw new ProofRefused('COMMITMENT', value)
  return told.commitment
}

function receivedBy({ envelope, body }: ShownEntry, { box, key, number, value }: Fact): Word {
  if (box !== 'inbox' || envelope.kind !== 'hub.import') throw new ProofRefused('LOG_EVENT', envelope.kind)
  const told = shaped<HubImport>(body, findImport)
  checkPlace(told, key, number)
  const [commitment, answer] = [Buffer.from(told.commitment, 'hex'), Buffer.from(told.acknowledgement, 'hex')]
  const word = (name: HashName): Word => receiptWord(told.outcome, commitment, answer, name).toString('hex')
  return HASHES.map(word).find((one) => one === value) ?? word('sha256')
}

function checkPlace({ lane, sequence }: { lane: Word; sequence: number }, key: Word, number: number): void {
  if (lane !== key) throw new ProofRefused('LANE', lane)
  if (sequence !== number) throw new ProofRefused('SEQUENCE', String(sequence))
}

function shaped<T>(body: unknown, find: ReturnType<typeof compileSchema>): T {
  const [first] = find(body)
  if (first) throw new ProofRefused('PROOF_NODE', `the entry: ${first.path} ${first.message}`)
  return body as T
}

function refusing<T>(reason: ProofReason, read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof HubError ? new ProofRefused(reason, error.detail) : error
  }
}
