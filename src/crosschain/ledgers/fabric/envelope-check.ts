// The envelopes of one block after another: their channel, the signature of the creator, the transaction inside.
import type { FabricBlock } from './block.ts'
import { BlockRefused } from './block-reasons.ts'
import { type BlockFindings, faultOf, type Notes } from './block-report.ts'
import type { ChannelConfig } from './channel-config.ts'
import { checkPolicies, type EndorsementPolicies } from './endorsement-policy.ts'
import { CONFIG, type FabricEnvelope, ORDERER_TRANSACTION, readEnvelope, TRANSACTION } from './envelope.ts'
import { type CertificateCache, quoted, verifyMember } from './identity.ts'
import { verifyTransaction } from './transaction.ts'
import { isCalledValid } from './validity-flags.ts'

/** An envelope of a block, or why it cannot be read. */
export type Entry = { envelope: FabricEnvelope } | { fault: BlockRefused }

export const readEntries = (block: FabricBlock): Entry[] =>
  block.data.map((bytes) => {
    let envelope: FabricEnvelope | undefined
    const fault = faultOf(() => {
      envelope = readEnvelope(bytes)
    })
    return envelope ? { envelope } : { fault: fault! }
  })

/** The latest time the creators of a block give; it stands for the time of the block, which has none of its own. */
export const timeOf = (entries: readonly Entry[]): number =>
  entries.reduce((latest, entry) => ('envelope' in entry ? Math.max(latest, entry.envelope.timestampMs) : latest), 0)

/** Verifies envelopes and remembers what has to be one throughout a ledger: the channel, and each id of a valid transaction. */
export class EnvelopeCheck {
  #channel: string | undefined
  readonly #policies: EndorsementPolicies
  readonly #certificates: CertificateCache
  readonly #notes: Notes
  readonly #txIds = new Set<string>()

  constructor(
    { channel, endorsementPolicies = {} }: { channel?: string; endorsementPolicies?: EndorsementPolicies },
    certificates: CertificateCache,
    notes: Notes,
  ) {
    this.#channel = channel
    this.#policies = endorsementPolicies
    this.#certificates = certificates
    this.#notes = notes
  }

  /** What is wrong with a transaction that the peer itself calls invalid is no fault of the block: orderers order such, too. */
  verify(block: FabricBlock, entries: readonly Entry[], config: ChannelConfig, findings: BlockFindings): void {
    for (const [at, entry] of entries.entries()) {
      const faults = 'fault' in entry ? [entry.fault] : this.#verifyOne(block, entry.envelope, at, config, findings)
      const excused = !isCalledValid(block, at) && !('envelope' in entry && entry.envelope.type === CONFIG)
      for (const fault of faults) {
        const named = new BlockRefused(
          fault.reason,
          `transaction ${at}: ${fault.message.slice(fault.reason.length + 2)}`,
        )
        if (excused) this.#notes.add(`block ${block.number}: called invalid by its peer, and ${named.message}`)
        else findings.add(named)
      }
    }
  }

  #verifyOne(
    block: FabricBlock,
    envelope: FabricEnvelope,
    at: number,
    config: ChannelConfig,
    { line }: BlockFindings,
  ): BlockRefused[] {
    const faults = [faultOf(() => this.#checkPlace(envelope))]
    if (envelope.signature.length > 0) {
      line.envelopes.total++
      const fault = faultOf(() => verifyCreator(envelope, config, this.#certificates))
      if (!fault) line.envelopes.good++
      faults.push(fault)
    } else if (block.number > 0) faults.push(new BlockRefused('ENVELOPE_SIGNATURE', 'it is not signed'))
    if (envelope.type === TRANSACTION) {
      const found = verifyTransaction(envelope, config, this.#certificates)
      line.endorsements.good += found.endorsements.good
      line.endorsements.total += found.endorsements.total
      faults.push(...found.faults)
      if (isCalledValid(block, at)) {
        const { action, endorsed } = found
        if (action) faults.push(faultOf(() => checkPolicies(this.#policies, action, endorsed)))
        faults.push(faultOf(() => this.#checkOnce(envelope)))
      }
    }
    return faults.filter((fault) => fault !== undefined)
  }

  #checkPlace({ type, channel }: FabricEnvelope): void {
    if (type !== CONFIG && type !== TRANSACTION && type !== ORDERER_TRANSACTION)
      throw new BlockRefused('ENVELOPE', `its type ${type} has no place in a block`)
    this.#channel ??= channel
    if (channel !== this.#channel)
      throw new BlockRefused('CHANNEL', `it is of channel ${quoted(channel)}, not ${quoted(this.#channel)}`)
  }

  #checkOnce({ txId }: FabricEnvelope): void {
    if (this.#txIds.has(txId)) throw new BlockRefused('TX_TWICE', `${quoted(txId)} was valid before`)
    this.#txIds.add(txId)
  }
}

/** Configurations are put into envelopes by orderers; anything else by whoever is a member of the channel. */
function verifyCreator(envelope: FabricEnvelope, config: ChannelConfig, certificates: CertificateCache): void {
  const { creator: identity, payload: message, signature, timestampMs: atMs, type } = envelope
  const members = type === CONFIG ? config.orderers : config.members
  const options = { atMs, reason: 'ENVELOPE_SIGNATURE' as const, who: 'its creator', certificates }
  verifyMember({ identity, message, signature }, members, options)
}
