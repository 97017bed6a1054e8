// The walk along a ledger: block after block under the configuration in force, which configuration blocks change.
import { type FabricBlock, hashOfData, headerHash } from './block.ts'
import { BlockRefused } from './block-reasons.ts'
import { BlockFindings, type Notes, REASONS_MAX, type ReasonBudget } from './block-report.ts'
import { type ChannelConfig, readChannelConfig } from './channel-config.ts'
import { CommitHashes, type CommitHashFinding, concludeCommitHashes } from './commit-hash.ts'
import type { EndorsementPolicies } from './endorsement-policy.ts'
import { CONFIG } from './envelope.ts'
import { type Entry, EnvelopeCheck, readEntries, timeOf } from './envelope-check.ts'
import { CertificateCache, quoted } from './identity.ts'
import { verifyOrderers } from './orderer-signatures.ts'
import { checkFlags, checkReadings, type FlagReading, isCalledValid } from './validity-flags.ts'

/** Where belief begins. Without `genesisHash` block 0 is trusted as found, and the report says so. */
export interface FabricTrust {
  /** The channel every envelope has to be of; absent: that of the first one. */
  channel?: string
  /** Hash of the header of block 0, 32 bytes in hex. */
  genesisHash?: string
  /** Who has to have endorsed what is called valid; for chaincodes without a policy any member of the channel will do. */
  endorsementPolicies?: EndorsementPolicies
  /** Validity flags as read from other peers; all have to agree with the file. */
  flagReadings?: readonly FlagReading[]
  /** Of how many different organisations flags are demanded for every block after block 0; absent: none. */
  organisations?: number
}

/** Verifies the blocks of one ledger in their order. */
export class LedgerWalk {
  readonly #trust: FabricTrust
  readonly #notes: Notes
  readonly #budget: ReasonBudget = { left: REASONS_MAX }
  readonly #certificates = new CertificateCache()
  readonly #envelopes: EnvelopeCheck
  readonly #commitHashes = new CommitHashes()
  readonly #commitFindings: (CommitHashFinding | undefined)[] = []
  /** Hashes in hex by number: of every readable block, and of the first sealed one. */
  readonly #hashes = new Map<number, Set<string>>()
  readonly #sealed = new Map<number, string>()
  #config: ChannelConfig | undefined
  #next = 0
  #timeMs = 0
  #called = { valid: 0, invalid: 0 }

  constructor(trust: FabricTrust, notes: Notes) {
    this.#trust = trust
    this.#notes = notes
    this.#envelopes = new EnvelopeCheck(trust, this.#certificates, notes)
  }

  /** Verifies the next block. */
  verify(block: FabricBlock): BlockFindings {
    const findings = new BlockFindings(block.number, block.dataHash.toString('hex'), this.#budget)
    const entries = readEntries(block)
    findings.attempt(() => this.#checkNumber(block))
    findings.line.link = findings.attempt(() => this.#checkLink(block))
    findings.attempt(() => checkDataHash(block))
    if (block.number === 0) this.#begin(block, entries, findings)
    if (this.#config) this.#verifyUnder(this.#config, block, entries, findings)
    else findings.add(new BlockRefused('CONFIG_MISSING', 'the file does not begin with a block 0 that can be trusted'))
    this.#checkFlags(block, findings)
    this.#commitFindings.push(this.#commitHashes.follow(block))
    this.#advance(block, findings)
    return findings
  }

  /** Passes over a block that cannot be read. */
  skip(why: string): BlockFindings {
    const findings = new BlockFindings(this.#next++, '', this.#budget)
    findings.line.link = false
    findings.add(new BlockRefused('BLOCK_MALFORMED', why))
    this.#commitHashes.lose()
    this.#commitFindings.push(undefined)
    return findings
  }

  #checkNumber({ number }: FabricBlock): void {
    if (number !== this.#next) throw new BlockRefused('NUMBER', `it is ${number} where ${this.#next} has to follow`)
  }

  #checkLink({ number, previousHash }: FabricBlock): void {
    if (number === 0) return
    const before = this.#hashes.get(number - 1)
    if (!before) throw new BlockRefused('LINK', `there is no readable block ${number - 1} before it`)
    if (!before.has(previousHash.toString('hex')))
      throw new BlockRefused('LINK', `its previous hash is not that of block ${number - 1}`)
  }

  /** Block 0 is believed by its hash, or as found; what it says is the first configuration. With a hash its data has to fit, too. */
  #begin(block: FabricBlock, [entry]: readonly Entry[], findings: BlockFindings): void {
    const wanted = this.#trust.genesisHash?.toLowerCase()
    const found = headerHash(block).toString('hex')
    findings.attempt(() => {
      if (wanted !== undefined && wanted !== found)
        throw new BlockRefused('GENESIS', `its hash is ${found}, trusted is ${quoted(wanted)}`)
      if (this.#config || (wanted !== undefined && findings.has('DATA_HASH'))) return
      if (wanted === undefined) this.#notes.add(`block 0 is trusted as found, no hash of it was given; it has ${found}`)
      if (!entry || !('envelope' in entry) || entry.envelope.type !== CONFIG)
        throw new BlockRefused('CONFIG', 'block 0 does not begin with a configuration')
      this.#take(readChannelConfig(entry.envelope.data))
    })
  }

  #verifyUnder(config: ChannelConfig, block: FabricBlock, entries: readonly Entry[], findings: BlockFindings): void {
    // A block with no time of its own, its only envelope being unreadable, has that of the one before.
    this.#timeMs = timeOf(entries) || this.#timeMs
    if (block.number > 0) {
      const { count, faults } = verifyOrderers(block, config, this.#timeMs, this.#certificates)
      findings.line.orderer = count
      for (const fault of faults) findings.add(fault)
    }
    this.#envelopes.verify(block, entries, config, findings)
    if (findings.has('ORDERER_SIGNATURE', 'ORDERER_QUORUM', 'GENESIS')) return
    this.#checkOneSealed(block, findings)
    if (block.number > 0) this.#takeNext(config, entries, findings)
  }

  /** Only blocks that orderers signed, and blocks 0, can show that a ledger has split: anybody can write an unsigned one. */
  #checkOneSealed(block: FabricBlock, findings: BlockFindings): void {
    const found = headerHash(block).toString('hex')
    const before = this.#sealed.get(block.number) ?? found
    this.#sealed.set(block.number, before)
    if (before !== found)
      findings.add(
        new BlockRefused('EQUIVOCATION', `block ${block.number} has the hash ${before} and the hash ${found}`),
      )
  }

  /** A configuration comes into force when its block is good under the one before. A wrong link is not its fault but the block's before it. */
  #takeNext(config: ChannelConfig, entries: readonly Entry[], findings: BlockFindings): void {
    const entry = entries.find((one) => 'envelope' in one && one.envelope.type === CONFIG)
    if (!entry || !('envelope' in entry)) return
    findings.attempt(() => {
      if (entries.length > 1) throw new BlockRefused('CONFIG', 'a configuration is not alone in its block')
      if (findings.has('DATA_HASH', 'ENVELOPE', 'ENVELOPE_SIGNATURE', 'CHANNEL', 'EQUIVOCATION')) return
      const next = readChannelConfig(entry.envelope.data)
      if (next.sequence <= config.sequence)
        throw new BlockRefused('CONFIG', `its sequence ${next.sequence} does not follow on ${config.sequence}`)
      this.#take(next)
    })
  }

  #take(config: ChannelConfig): void {
    this.#config = config
    for (const msp of config.members.values())
      if ('untold' in msp) this.#notes.add(`cannot tell who is a member of the MSP ${quoted(msp.id)}: ${msp.untold}`)
    if (config.ordererRule.rule === 'unread')
      this.#notes.add('the block validation policy is not evaluated: one good orderer signature was demanded')
  }

  #checkFlags(block: FabricBlock, findings: BlockFindings): void {
    findings.attempt(() => checkFlags(block))
    if (block.number > 0)
      findings.attempt(() => checkReadings(block, this.#trust.flagReadings ?? [], this.#trust.organisations ?? 0))
    for (const at of block.data.keys()) this.#called[isCalledValid(block, at) ? 'valid' : 'invalid']++
  }

  /** After a wrong number the place in the file counts, unless orderers signed the number. */
  #advance(block: FabricBlock, findings: BlockFindings): void {
    const hashes = this.#hashes.get(block.number) ?? new Set()
    this.#hashes.set(block.number, hashes.add(headerHash(block).toString('hex')))
    const { good } = findings.line.orderer
    this.#next = findings.has('NUMBER') && good === 0 ? this.#next + 1 : block.number + 1
  }

  /** Says at the end what only the whole shows: `findings` are those of all blocks, in their order. */
  finish(findings: readonly BlockFindings[]): void {
    const { valid, invalid } = this.#called
    this.#notes.add(`validity is the word of the peer: it calls ${valid} transactions valid and ${invalid} invalid`)
    this.#notes.add(POLICY_NOTE)
    concludeCommitHashes(this.#commitFindings, findings, this.#notes)
  }
}

const POLICY_NOTE =
  'endorsement policies of the ledger are not evaluated, only pinned ones: an endorsement is good when a member made it'

function checkDataHash(block: FabricBlock): void {
  const found = hashOfData(block)
  if (!found.equals(block.dataHash))
    throw new BlockRefused('DATA_HASH', `the data has ${found.toString('hex')}, the header says otherwise`)
}
