// A verifier for ledgers in memory: the rules of sealing (quorum, overlap after a gap, links, times) over headers as JSON. Seals are hashes
// under a name that only the test can write; a transport that lies has none.
import { createHash } from 'node:crypto'
import { overlapOf, quorumOf } from '../../src/crosschain/ledgers/evm/seals.ts'
import { ProofRefused } from '../../src/crosschain/proof-refused.ts'
import type { Word } from '../../src/crosschain/packet.ts'
import type { TrustRoot, VerifiedHeader, Verifier } from '../../src/crosschain/verifier.ts'

export interface FakeHeader {
  height: number
  hash: Word
  parentHash: Word
  timestampS: number
  stateRoot: Word
  validators: readonly string[]
  round: number
  signers: readonly string[]
}

const sha256 = (text: string): Word => createHash('sha256').update(text).digest('hex')

export function sealFakeHeader(header: Omit<FakeHeader, 'hash' | 'signers'>, sealers: readonly string[]): Buffer {
  const { round, height, parentHash, timestampS, stateRoot, validators } = header
  const core = { height, parentHash, timestampS, stateRoot, validators }
  const hash = sha256(JSON.stringify(core))
  const seals = sealers.slice(0, quorumOf(sealers.length)).map((by) => [by, seal(by, hash, round)])
  return Buffer.from(JSON.stringify({ core, round, seals }))
}

const seal = (by: string, hash: Word, round: number): string => sha256(`seal of ${by} over ${hash} in ${round}`)

/** Reads it; whose seals are wrong is not among the signers. */
export function readFakeHeader(raw: Uint8Array): FakeHeader {
  try {
    const { core, round, seals } = JSON.parse(Buffer.from(raw).toString())
    const hash = sha256(JSON.stringify(core))
    const good = (seals as [string, string][]).filter(([by, text]) => text === seal(by, hash, round))
    return { ...core, hash, round, signers: [...new Set(good.map(([by]) => by))] }
  } catch {
    throw new ProofRefused('HEADER_MALFORMED')
  }
}

function verifyHeader(trust: TrustRoot, raw: Uint8Array, nowS: number): VerifiedHeader {
  const header = readFakeHeader(raw)
  const { height, hash, parentHash, timestampS, validators, signers } = header
  if (height <= trust.height && hash !== trust.hash) throw new ProofRefused('HEIGHT')
  const isGap = height > trust.height + 1
  if (height === trust.height + 1 && trust.hash && parentHash !== trust.hash) throw new ProofRefused('PARENT')
  if (timestampS < (trust.timestampS ?? 0) || timestampS > nowS + 15) throw new ProofRefused('TIME')
  const ageS = nowS - (trust.timestampS ?? nowS)
  if (isGap && ageS > (trust.trustingPeriodS ?? Infinity)) throw new ProofRefused('TRUSTING_PERIOD')
  const common = trust.validators.filter((one) => signers.includes(one)).length
  const quorum = quorumOf(validators.length)
  if (signers.filter((one) => validators.includes(one)).length < quorum) throw new ProofRefused('SEAL_QUORUM')
  if (isGap && common < overlapOf(trust.validators.length)) throw new ProofRefused('SET_OVERLAP')
  if (!isGap && common < quorumOf(trust.validators.length)) throw new ProofRefused('SEAL_QUORUM')
  const { stateRoot } = header
  const more = { receiptsRoot: '0'.repeat(64), assurance: 'proof' as const }
  return { height, hash, parentHash, timestampS, stateRoot, validators, signers, quorum, ...more }
}

export const fakeVerifier: Verifier = {
  family: 'fake',
  version: '1',
  assurance: 'proof',
  heightOf: (raw) => readFakeHeader(raw).height,
  verifyHeader: (trust, raw, { nowS = Infinity }) => verifyHeader(trust, raw, nowS),
  async verifyFact(header, contract, { box, key, number, value }, { account }) {
    if (contract.codeHash !== 'c'.repeat(64)) throw new ProofRefused('CODE_HASH')
    const [state] = account
    const text = Buffer.from(state ?? []).toString()
    if (sha256(text) !== header.stateRoot) throw new ProofRefused('PROOF_NODE')
    const found = new Map(JSON.parse(text) as [string, Word][]).get(`${box}/${key}/${number}`)
    if (found !== value) throw new ProofRefused('SLOT_VALUE')
  },
  verifyLog: async () => {
    throw new ProofRefused('LOG_INDEX')
  },
}
