// Verifies offline what ledgers show in a bundle: the fact an entry tells of, and the anchor of its checkpoint. Belief begins with the
// ledgers of the trust file.
import { compileSchema, HubError, parseStrictJson, readSchemaFile, type LedgerProofs } from '../hub/index.ts'
import type { LedgerDelivery, LedgerEvent, LedgerPacket, LedgerReceipt, LedgerTrust } from '../../schemas/types.d.ts'
import { anchorFact } from './anchor.ts'
import { verifyEvent } from './events.ts'
import { readEvidence } from './evidence.ts'
import type { Contract, Fact } from './fact.ts'
import { packetOf } from './kinds/packet.ts'
import { checkHanded } from './ledgers/hub/handed.ts'
import type { Handed } from './ledgers/hub/hub-log.ts'
import { exportIn } from './ledgers/hub/inbox.ts'
import { pinsOf } from './ledgers/hub/pins.ts'
import { trustRootOf, verifierOf } from './ledgers/index.ts'
import { packetCommitment, receiptWord } from './packet.ts'
import { ProofRefused } from './proof-refused.ts'
import { HASHES, type HashName } from './hash.ts'
import { trustAfter, type VerifiedHeader, type Verifier } from './verifier.ts'

/** An entry of `ledgers` in the trust file: the body of a `ledger.trust` (`sequence` may be left out). */
export type TrustedLedger = Omit<LedgerTrust, 'ledger' | 'sequence'>

const findTrust = compileSchema(readSchemaFile('ledger/trust.v1.json'))
const findPacket = compileSchema(readSchemaFile('ledger/packet.v1.json'))
const findDelivery = compileSchema(readSchemaFile('ledger/delivery.v1.json'))
const findEvent = compileSchema(readSchemaFile('ledger/event.v1.json'))
const findReceipt = compileSchema(readSchemaFile('ledger/receipt.v1.json'))

/**
 * A trusted set is looked at as of the time the hub took the entry in, as all evidence is; an anchor as of its own block. So what was
 * good stays good when the trusting period is over.
 */
export function ledgerProofs(): LedgerProofs {
  return {
    async entry(ledgers, { envelope, body, atMs }, evidence) {
      const trust = trustIn(ledgers, envelope.from)
      if (!trust) return undefined
      return refusable(async () => {
        const parsed = parseStrictJson(body)
        if (envelope.kind === 'ledger.event') return showEvent(parsed, envelope.from, trust, evidence, atMs)
        if (envelope.kind === 'ledger.delivery') return showDelivery(parsed, envelope.from, trust, evidence, atMs)
        const { place, ledger, gateway, what } = factOf(envelope.kind, parsed)
        if (ledger !== envelope.from || gateway !== trust.gateway.address)
          throw new ProofRefused('LEDGER', 'the message tells of another ledger or gateway')
        return `${what}, ${await show(place, trust.gateway, trust, evidence, atMs)}`
      })
    },
    async anchor(ledgers, { ledger, evidence }, checkpoint) {
      const trust = trustIn(ledgers, ledger)
      if (!trust) return undefined
      return refusable(async () => {
        if (!trust.notary)
          throw new HubError('PARAMETER_INVALID', `the trust file names no notary contract of ${ledger}`)
        return `${ledger}, ${await show(anchorFact(checkpoint), trust.notary, trust, evidence, undefined)}`
      })
    },
  }
}

async function show(
  fact: Fact,
  contract: Contract,
  trust: TrustedLedger,
  evidence: Buffer,
  atMs: number | undefined,
): Promise<string> {
  const { verifier, header, proof } = await opened(trust, evidence, atMs)
  if (!('state' in proof)) throw new ProofRefused('PROOF_NODE', 'a log is no place in the state')
  await verifier.verifyFact(header, contract, fact, proof.state)
  return sealed(header)
}

/** The event an entry tells of, down to its last byte. */
async function showEvent(
  body: unknown,
  from: string,
  trust: TrustedLedger,
  evidence: Buffer,
  atMs: number | undefined,
): Promise<string> {
  const event = shaped<LedgerEvent>(body, findEvent)
  const { verifier, header, proof } = await opened(trust, evidence, atMs)
  if (!('log' in proof)) throw new ProofRefused('PROOF_NODE', 'a place in the state is no log')
  if (event.ledger !== from) throw new ProofRefused('LEDGER', 'the message tells of another ledger')
  await verifyEvent(event, header, proof.log, verifier)
  return `event ${event.name} of contract ${event.contract.slice(0, 8)}, ${sealed(header)}`
}

/** What another hub has handed over is what its register of exports says, and that stands in its log. */
async function showDelivery(
  body: unknown,
  from: string,
  trust: TrustedLedger,
  evidence: Buffer,
  atMs: number,
): Promise<string> {
  const delivery = shaped<LedgerDelivery>(body, findDelivery)
  if (delivery.ledger !== from || delivery.gateway !== trust.gateway.address)
    throw new ProofRefused('LEDGER', 'the message tells of another ledger or gateway')
  const { packet, commitment, form } = delivery.export
  const place: Fact = { box: 'outbox', key: packet.lane, number: packet.sequence, value: commitment }
  const shown = await show(place, trust.gateway, trust, evidence, atMs)
  if (JSON.stringify(exportIn(evidence)) !== JSON.stringify(delivery.export))
    throw new ProofRefused('COMMITMENT', 'the register of exports says something else')
  // Whether the author's certificate leads to a CA of its country the hub has looked at that took it in.
  await checkHanded(delivery as unknown as Handed, delivery.export, pinsOf(trust), {
    country: () => undefined,
  })
  return `${form} of packet ${packet.sequence} of lane ${packet.lane.slice(0, 8)} handed over, ${shown}`
}

async function opened(trust: TrustedLedger, evidence: Buffer, atMs: number | undefined) {
  const verifier = verifierOf(trust)
  const proof = readEvidence(evidence)
  if (proof.family !== verifier.family)
    throw new ProofRefused('LEDGER', `the proof is of ${proof.family}, the trust of ${verifier.family}`)
  return { verifier, proof, header: await verifyAll(proof.headers, trust, verifier, atMs) }
}

const sealed = (header: VerifiedHeader): string =>
  `block ${header.height} sealed by ${header.signers.length}, of whom ${header.quorum} were needed`

async function verifyAll(
  headers: readonly Uint8Array[],
  trust: TrustedLedger,
  verifier: Verifier,
  atMs: number | undefined,
): Promise<VerifiedHeader> {
  let root = trustRootOf(trust)
  let last: VerifiedHeader | undefined
  for (const header of headers) {
    // Those that lead to the last one were accepted before it, each about its own time.
    const nowS = atMs !== undefined && header === headers.at(-1) ? Math.floor(atMs / 1000) : undefined
    if (last && verifier.heightOf(header) <= last.height) throw new ProofRefused('HEIGHT', 'the headers do not ascend')
    await verifier.ready?.(header)
    last = verifier.verifyHeader(root, header, nowS === undefined ? {} : { nowS })
    root = trustAfter(last, root)
  }
  return last!
}

/** Undefined if the file has nothing for that ledger. Throws PARAMETER_INVALID for what cannot be used. */
function trustIn(ledgers: Record<string, unknown>, urn: string): TrustedLedger | undefined {
  if (!Object.hasOwn(ledgers, urn)) return undefined
  const trust = { sequence: 1, ...(ledgers[urn] as object), ledger: urn }
  const [first] = findTrust(trust)
  if (first) throw new HubError('PARAMETER_INVALID', `the trust file has for ${urn}: ${first.path} ${first.message}`)
  return trust as LedgerTrust
}

function factOf(kind: string, body: unknown): { place: Fact; ledger: string; gateway: string; what: string } {
  if (kind === 'ledger.packet') {
    const message = shaped<LedgerPacket>(body, findPacket)
    const { lane: key, sequence: number } = message.packet
    const packet = packetOf(message)
    // Which hash it is, its lane says; here any of them will do, for all are over the same bytes in their own domain.
    if (!HASHES.some((name) => packetCommitment(packet, name).toString('hex') === message.commitment))
      throw new ProofRefused('COMMITMENT')
    const place: Fact = { box: 'outbox', key, number, value: message.commitment }
    return { place, ...message, what: `packet ${number} of lane ${key.slice(0, 8)} sent` }
  }
  if (kind !== 'ledger.receipt') throw new ProofRefused('LEDGER', `${kind} does not come from a ledger`)
  const message = shaped<LedgerReceipt>(body, findReceipt)
  const { lane: key, sequence: number, outcome } = message
  const words = [message.commitment, message.acknowledgement].map((word) => Buffer.from(word, 'hex')) as [
    Buffer,
    Buffer,
  ]
  const receipt = (name: HashName): string => receiptWord(outcome, ...words, name).toString('hex')
  if (!HASHES.some((name) => receipt(name) === message.receipt)) throw new ProofRefused('COMMITMENT')
  const place: Fact = { box: 'inbox', key, number, value: message.receipt }
  return { place, ...message, what: `packet ${number} of lane ${key.slice(0, 8)} ${outcome}` }
}

function shaped<T>(body: unknown, find: ReturnType<typeof compileSchema>): T {
  const [first] = find(body)
  if (first) throw new HubError('ENVELOPE_MALFORMED', `the body of the message: ${first.path} ${first.message}`)
  return body as T
}

/** What a verifier refuses, as the hub's refusal: its reason is the reason of the link. */
async function refusable(shown: () => Promise<string>): Promise<string> {
  try {
    return await shown()
  } catch (error) {
    throw error instanceof ProofRefused ? new HubError('LEDGER_PROOF_REFUSED', error.message, { cause: error }) : error
  }
}
