// What a validator shows itself before it signs: the packet on the source ledger, or the receipt on the target ledger. Both come from its
// own node; the one who asks hands in nothing but names.
import { HubError } from '../../hub/index.ts'
import { atLeast } from '../assurance.ts'
import type { Contract, Fact } from '../fact.ts'
import type { LaneTerms } from '../lane.ts'
import { kindWord, packetCommitment, receiptWord, type Packet, type Word } from '../packet.ts'
import { ProofRefused } from '../proof-refused.ts'
import type { InclusionProof, VerifiedHeader, Verifier } from '../verifier.ts'
import type { ActReader } from './bounded-reader.ts'
import { NotSigned } from './not-signed.ts'
import type { TrustedLedger } from './trusted-ledger.ts'

/** One ledger as this validator reaches and believes it. */
export interface ValidatorLedger {
  name: string
  reader: ActReader
  verifier: Verifier
  gateway: Contract
  trusted: TrustedLedger
}
/** What was proved, and what shows it. `commitment` is the packet's, for an answer to it as well. */
export interface ProvedAct {
  value: Word
  commitment: Word
  header: VerifiedHeader
  raw: Uint8Array
  proof: InclusionProof
}

/**
 * Proves that the lane's source gateway has sent the packet. Its deadline may have passed: the target alone judges that, and its expiry
 * needs the same signatures. Throws ProofRefused, NotSigned or TransportFault.
 */
export async function proveSent(
  ledger: ValidatorLedger,
  lane: Word,
  terms: LaneTerms,
  number: number,
): Promise<ProvedAct> {
  const [sent, ...more] = await ledger.reader.sent(lane, number, number)
  if (!sent) throw notThere(ledger, `packet ${number}`)
  if (more.length > 0 || sent.packet.sequence !== number) throw new ProofRefused('SEQUENCE')
  if (sent.packet.lane !== lane) throw new ProofRefused('LANE')
  const newest = await ledger.trusted.newest()
  if (sent.height > newest.header.height) throw notThere(ledger, `packet ${number}`)
  checkTerms(sent.packet, terms, newest.header)
  const value = hex(() => packetCommitment(sent.packet, terms.hash))
  return { commitment: value, ...(await prove(ledger, terms, newest, { box: 'outbox', key: lane, number, value })) }
}

/** Proves that the lane's target gateway keeps the receipt of the packet. Throws like `proveSent`. */
export async function proveReceived(
  ledger: ValidatorLedger,
  lane: Word,
  terms: LaneTerms,
  number: number,
): Promise<ProvedAct> {
  const [received, ...more] = await ledger.reader.received(lane, number, number)
  if (!received) throw notThere(ledger, `a receipt of packet ${number}`)
  if (more.length > 0 || received.sequence !== number) throw new ProofRefused('SEQUENCE')
  const newest = await ledger.trusted.newest()
  if (received.height > newest.header.height) throw notThere(ledger, `a receipt of packet ${number}`)
  const { outcome, commitment, acknowledgement } = received
  const value = hex(() => receiptWord(outcome, bytes(commitment), bytes(acknowledgement), terms.hash))
  return { commitment, ...(await prove(ledger, terms, newest, { box: 'inbox', key: lane, number, value })) }
}

async function prove(
  { reader, verifier, gateway }: ValidatorLedger,
  { assurance }: LaneTerms,
  { header, raw }: { header: VerifiedHeader; raw: Uint8Array },
  fact: Fact,
): Promise<Omit<ProvedAct, 'commitment'>> {
  if (!atLeast(header.assurance, assurance))
    throw new ProofRefused('ASSURANCE', `${header.assurance}, where the lane demands ${assurance}`)
  const { proof } = await reader.proof({ box: fact.box, key: fact.key, number: fact.number }, header.height)
  await verifier.verifyFact(header, gateway, fact, proof)
  return { value: fact.value, header, raw, proof }
}

function checkTerms({ kind, deadline }: Packet, { kinds, timeoutS }: LaneTerms, { timestampS }: VerifiedHeader): void {
  if (!kinds.some((name) => wordOf(name) === kind)) throw new NotSigned('LANE_KIND', 'the lane carries no such kind')
  // The block is the one that sent it or a later one: a deadline further off than this was never given on these terms.
  if (deadline > timestampS + timeoutS)
    throw new NotSigned('LANE_TIMEOUT', `the packet may be delivered for longer than the lane's ${timeoutS} s`)
}

function wordOf(name: string): Word {
  const [kind, version] = name.split('/')
  return kindWord(kind!, Number(version))
}

const notThere = ({ name }: ValidatorLedger, what: string): NotSigned =>
  new NotSigned('NOT_THERE', `${name} shows no ${what} on this lane yet`)

/** A hash over what a node said: members out of their range are its lie, not our fault. */
function hex(make: () => Buffer): Word {
  try {
    return make().toString('hex')
  } catch (error) {
    throw error instanceof HubError ? new ProofRefused('COMMITMENT', error.message) : error
  }
}

const bytes = (word: Word): Buffer => Buffer.from(word, 'hex')
