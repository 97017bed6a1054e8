// A ledger in memory with real headers, seals and proofs, and a node that can be made to lie or to hang.
import { createMerkleProof, createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { addressOfKey } from '../../../../src/crosschain/attestation.ts'
import { type HeaderFields, sealHeader, type Sealing } from '../../../../src/crosschain/devnet/sealer.ts'
import type { Contract, Place } from '../../../../src/crosschain/fact.ts'
import { keccak } from '../../../../src/crosschain/hash.ts'
import { mappingSlot } from '../../../../src/crosschain/ledgers/evm/state-proof.ts'
import { packetCommitment, receiptWord, type Packet, type Word } from '../../../../src/crosschain/packet.ts'
import {
  type LedgerReader,
  type ReceivedPacket,
  type SentPacket,
  TransportFault,
} from '../../../../src/crosschain/transport.ts'
import type { InclusionProof, TrustRoot } from '../../../../src/crosschain/verifier.ts'

const NONE = '0'.repeat(64)
export const START_S = 1_700_000_000
const validatorKeys = [1, 2, 3, 4].map((n) => Buffer.alloc(32, n))
const strangerKeys = [5, 6, 7, 8].map((n) => Buffer.alloc(32, n))

interface Block {
  rlp: Buffer
  hash: Word
  storage: Map<Word, Word>
}

export class SampleLedger {
  readonly gateway: Contract
  readonly blocks: Block[] = []
  readonly sent: SentPacket[] = []
  readonly received: ReceivedPacket[] = []
  /** What the node does in place of the honest answer. */
  lies: Partial<LedgerReader> = {}
  /** Names of calls, in their order. */
  readonly calls: string[] = []
  private readonly pending = new Map<Word, Word>()
  private readonly keys: readonly Buffer[]

  private constructor(gateway: Contract, keys: readonly Buffer[]) {
    this.gateway = gateway
    this.keys = keys
  }

  static async create(name: string, keys = validatorKeys): Promise<SampleLedger> {
    const digest = keccak(Buffer.from(name)).toString('hex')
    const ledger = new SampleLedger({ address: digest.slice(24), codeHash: digest }, keys)
    await ledger.mine()
    return ledger
  }

  /** Same contract and beginning, other validators: whoever believes the first must not believe this one. */
  foreignTwin(): SampleLedger {
    const twin = new SampleLedger(this.gateway, strangerKeys)
    twin.blocks.push(this.blocks[0]!)
    return twin
  }

  root = (): TrustRoot => ({
    height: 0,
    hash: this.blocks[0]!.hash,
    validators: this.validators(),
    timestampS: START_S,
  })

  head = (): number => this.blocks.length - 1

  async send(packet: Packet): Promise<Word> {
    const commitment = packetCommitment(packet).toString('hex')
    this.put({ box: 'outbox', key: packet.lane, number: packet.sequence }, commitment)
    this.sent.push({ packet, height: this.head() + 1 })
    await this.mine()
    return commitment
  }

  async receive(lane: Word, told: Omit<ReceivedPacket, 'height'>): Promise<Word> {
    const words = [told.commitment, told.acknowledgement].map((word) => Buffer.from(word, 'hex')) as [Buffer, Buffer]
    const receipt = receiptWord(told.outcome, ...words).toString('hex')
    this.put({ box: 'inbox', key: lane, number: told.sequence }, receipt)
    this.received.push({ ...told, height: this.head() + 1 })
    await this.mine()
    return receipt
  }

  put(place: Place, value: Word): void {
    this.pending.set(mappingSlot(place), value)
  }

  async mine(more: Partial<HeaderFields> = {}, sealing: Partial<Sealing> = {}): Promise<Block> {
    const storage = new Map([...(this.blocks.at(-1)?.storage ?? []), ...this.pending])
    this.pending.clear()
    const block = { ...(await this.seal(this.blocks.length, storage, more, sealing)), storage }
    this.blocks.push(block)
    return block
  }

  /** Another block of that height, with this storage; the chain itself is not changed. */
  async seal(
    number: number,
    storage: Map<Word, Word>,
    more: Partial<HeaderFields> = {},
    sealing: Partial<Sealing> = {},
  ): Promise<{ rlp: Buffer; hash: Word }> {
    const fields: HeaderFields = {
      parentHash: this.blocks[number - 1]?.hash ?? NONE,
      coinbase: this.validators()[0]!,
      stateRoot: (await this.tries(storage)).stateRoot,
      transactionsRoot: 'c'.repeat(64),
      receiptsRoot: 'd'.repeat(64),
      logsBloom: new Uint8Array(256),
      number,
      gasLimit: 30_000_000n,
      gasUsed: 0n,
      timestampS: START_S + number,
      ...more,
    }
    const sealers = this.keys.slice(0, Math.ceil((2 * this.keys.length) / 3))
    return sealHeader(fields, { consensus: 'qbft', validators: this.validators(), sealers, ...sealing })
  }

  /** Proof of a slot under some storage; the code hash the account is to have may be given. */
  async prove(place: Place, storage: Map<Word, Word>): Promise<{ value: Word; proof: InclusionProof }> {
    const { accounts, slots } = await this.tries(storage)
    const slot = mappingSlot(place)
    return {
      value: storage.get(slot) ?? NONE,
      proof: {
        account: await createMerkleProof(accounts, Buffer.from(this.gateway.address, 'hex')),
        storage: await createMerkleProof(slots, Buffer.from(slot, 'hex')),
      },
    }
  }

  reader(): LedgerReader {
    const honest = this.honest()
    const call = <K extends keyof LedgerReader>(name: K): LedgerReader[K] =>
      ((...args: never[]) => {
        this.calls.push(name)
        const answer = (this.lies[name] ?? honest[name]) as (...args: never[]) => unknown
        return answer(...args)
      }) as unknown as LedgerReader[K]
    return {
      chainId: call('chainId'),
      head: call('head'),
      header: call('header'),
      counters: call('counters'),
      sent: call('sent'),
      received: call('received'),
      proof: call('proof'),
      logs: call('logs'),
      logProof: call('logProof'),
    }
  }

  honest(): LedgerReader {
    const notUsed = async (): Promise<never> => Promise.reject(new Error('not used by validators'))
    const within = <T extends { height: number }>(list: T[]): T[] => list.filter(({ height }) => height <= this.head())
    return {
      chainId: notUsed,
      head: async () => this.head(),
      header: async (height) => this.at(height).rlp,
      counters: notUsed,
      sent: async (lane, from, to) =>
        within(this.sent).filter(
          ({ packet }) => packet.lane === lane && packet.sequence >= from && packet.sequence <= to,
        ),
      received: async (_lane, from, to) =>
        within(this.received).filter(({ sequence }) => sequence >= from && sequence <= to),
      proof: async (place, height) => this.prove(place, this.at(height).storage),
      logs: notUsed,
      logProof: notUsed,
    }
  }

  validators = (): string[] => this.keys.map(addressOfKey).toSorted()

  private at(height: number): Block {
    const block = this.blocks[height]
    if (!block) throw new TransportFault('answer', `there is no block ${height}`)
    return block
  }

  private async tries(storage: Map<Word, Word>) {
    const slots = await createMPT({ useKeyHashing: true })
    for (const [slot, value] of storage) {
      const scalar = Buffer.from(value.replace(/^(?:00)+/, ''), 'hex')
      await slots.put(Buffer.from(slot, 'hex'), RLP.encode(scalar))
    }
    const accounts = await createMPT({ useKeyHashing: true })
    const account = [1, 0, slots.root(), Buffer.from(this.gateway.codeHash, 'hex')]
    await accounts.put(Buffer.from(this.gateway.address, 'hex'), RLP.encode(account))
    await accounts.put(Buffer.alloc(20, 1), RLP.encode([0, 1, Buffer.alloc(32, 2), Buffer.alloc(32, 3)]))
    return { accounts, slots, stateRoot: Buffer.from(accounts.root()).toString('hex') }
  }
}
