// A ledger in memory for tests of the relay: real sealing rules over headers of its own form, its gateway's state under every header, and
// a port of transport over it. Faults are put around the port, not into it.
import { createHash } from 'node:crypto'
import type { PartyUrn } from '../../src/hub/index.ts'
import type { Place } from '../../src/crosschain/fact.ts'
import type { Packet, Word } from '../../src/crosschain/packet.ts'
import { TransportFault, type Submitted, type Transport } from '../../src/crosschain/transport.ts'
import type { TrustRoot } from '../../src/crosschain/verifier.ts'
import { FakeGateway } from './fake-gateway.ts'
import { fakeVerifier, readFakeHeader, sealFakeHeader, type FakeHeader } from './fake-verifier.ts'

export interface FakeLedgerOptions {
  name: string
  chainId: number
  clock: () => number
  validators?: readonly string[]
}

const VALIDATORS = ['v1', 'v2', 'v3', 'v4']
const GAS = 50_000n

export class FakeLedger {
  readonly urn: PartyUrn
  readonly chainId: number
  readonly gateway: FakeGateway
  readonly address: string
  readonly verifier = fakeVerifier
  readonly blocks: Buffer[] = []
  validators: readonly string[]
  /** The account that pays for our acts. */
  balance = 1_000
  private readonly states: Map<string, Word>[] = []
  private readonly clock: () => number

  constructor({ name, chainId, clock, validators = VALIDATORS }: FakeLedgerOptions) {
    this.urn = `urn:hub:sg:ledger:${name}` as PartyUrn
    this.chainId = chainId
    this.address = sha256(`gateway of ${name}`).slice(0, 40)
    this.gateway = new FakeGateway(chainId, this.address)
    this.clock = clock
    this.validators = validators
    this.mine()
  }

  head = (): number => this.blocks.length - 1

  trust(): TrustRoot {
    const { height, hash, validators, timestampS } = readFakeHeader(this.blocks[0]!)
    return { height, hash, validators, timestampS }
  }

  contracts() {
    return { gateway: { address: this.address, codeHash: 'c'.repeat(64) } }
  }

  mine(): number {
    const height = this.blocks.length
    const state = new Map(this.gateway.slots)
    this.states.push(state)
    this.blocks.push(sealFakeHeader({ ...this.next(), stateRoot: sha256(stateText(state)) }, this.validators))
    return height
  }

  /** Another sealed block in the place of that one. */
  equivocate(height: number): Buffer {
    const { signers: _, ...header } = readFakeHeader(this.blocks[height]!)
    return sealFakeHeader({ ...header, stateRoot: sha256('another state') }, header.validators)
  }

  /** The same block, sealed in another round. */
  resealed(height: number): Buffer {
    const { signers: _, ...header } = readFakeHeader(this.blocks[height]!)
    return sealFakeHeader({ ...header, round: header.round + 1 }, header.validators)
  }

  send(lane: Word, more: Partial<Packet> = {}): Packet {
    const packet = {
      kind: sha256('kind'),
      message: sha256(`message ${this.blocks.length}`),
      sender: '0'.repeat(64),
      receiver: '0'.repeat(64),
      deadline: Math.floor(this.clock() / 1000) + 3600,
      body: new Uint8Array(),
      ...more,
    }
    const sent = this.gateway.send(lane, packet, this.blocks.length)
    this.mine()
    return sent
  }

  transport(): Transport {
    const { gateway } = this
    const write = async (act: (atS: number, height: number) => void): Promise<Submitted> => {
      if (this.balance <= 0) throw new TransportFault('funds', 'the account is empty')
      act(this.next().timestampS, this.blocks.length)
      this.balance--
      const height = this.mine()
      return { transaction: sha256(`${this.urn}/${height}`), height, gasUsed: GAS }
    }
    const note = async (): Promise<Submitted> => {
      throw new TransportFault('reverted', 'there is no notary here')
    }
    return {
      chainId: async () => this.chainId,
      head: async () => this.head(),
      header: async (height) => this.blocks[height] ?? unheard(`block ${height}`),
      counters: async (lane) => gateway.counters(lane),
      sent: async (lane, from, to) => gateway.sent(lane, from, to).filter(({ height }) => height <= this.head()),
      received: async (lane, from, to) => gateway.received(lane, from, to),
      proof: async (place, height) => this.proof(place, height),
      logs: async () => [],
      logProof: async () => unheard('logs'),
      epoch: async () => gateway.epoch,
      deliver: (packet, signed) => write((atS, height) => gateway.deliver(packet, signed, atS, height)),
      expire: (packet, signed) => write((atS, height) => gateway.expire(packet, signed, atS, height)),
      acknowledge: (packet, outcome, answer, signed) =>
        write(() => gateway.acknowledge(packet, outcome, answer, signed)),
      anchor: note,
      range: note,
      funds: async () => ({ account: 'a'.repeat(40), balance: BigInt(this.balance), enough: this.balance > 3 }),
    } as Transport
  }

  private proof({ box, key, number }: Place, height: number) {
    const state = this.states[height] ?? unheard(`block ${height}`)
    const value = state.get(`${box}/${key}/${number}`) ?? '0'.repeat(64)
    return { value, proof: { account: [Buffer.from(stateText(state))], storage: [] } }
  }

  private next(): Omit<FakeHeader, 'hash' | 'signers' | 'stateRoot'> {
    const last = this.blocks.at(-1)
    const parent = last && readFakeHeader(last)
    return {
      height: this.blocks.length,
      parentHash: parent?.hash ?? '0'.repeat(64),
      timestampS: Math.max(parent?.timestampS ?? 0, Math.floor(this.clock() / 1000)),
      validators: this.validators,
      round: 0,
    }
  }
}

const stateText = (state: Map<string, Word>): string => JSON.stringify([...state].toSorted())

const sha256 = (text: string): Word => createHash('sha256').update(text).digest('hex')

function unheard(what: string): never {
  throw new TransportFault('answer', `the node has no ${what}`)
}
