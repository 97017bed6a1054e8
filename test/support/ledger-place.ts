// Ledgers for tests as they are in earnest: devnets behind HTTP, gateways and notary contracts on them, a lane from each to each, and the
// keys of the relay validators. Time stands until it is told to move.
import { createDevnet } from '../../src/crosschain/devnet/index.ts'
import { type PacketWish, sendPacket } from '../../src/crosschain/ledgers/evm/deploy.ts'
import { type Outcome, type Packet, packetCommitment, receiptWord, type Word } from '../../src/crosschain/packet.ts'
import type { Attestation } from '../../src/crosschain/transport.ts'
import { attested, kindOf, KIND, laneTerms, openBoth, type PlaceLane } from './place-lane.ts'
import {
  devnetOptions,
  type KeyPair,
  keyPairs,
  type LedgerPlaceOptions,
  openLedger,
  type PlaceLedger,
} from './place-ledger.ts'

export { KIND, kindOf, type PlaceLane } from './place-lane.ts'
export { type KeyPair, keyPairs, type LedgerPlaceOptions, type PlaceLedger } from './place-ledger.ts'

export interface LedgerPlace {
  ledgers: PlaceLedger[]
  ledger(name: string): PlaceLedger
  lanes: PlaceLane[]
  lane(from: string, to: string): PlaceLane
  /** In ascending order of their addresses. */
  validators: KeyPair[]
  threshold: number
  nowMs(): number
  /** Moves the clock of all, and makes a block everywhere. */
  advance(ms: number): Promise<void>
  send(lane: PlaceLane, wish?: Partial<PacketWish>): Promise<{ packet: Packet; height: number }>
  /** Signatures for `deliver` and `expire`, by as many validators as are needed, or by those given. */
  signDeliver(lane: PlaceLane, packet: Packet, signers?: readonly KeyPair[]): Attestation
  signAcknowledge(
    lane: PlaceLane,
    packet: Packet,
    outcome: Outcome,
    acknowledgement: Word,
    signers?: readonly KeyPair[],
  ): Attestation
  /** Needs `folder`. */
  stop(name: string): Promise<void>
  restart(name: string): Promise<void>
  close(): Promise<void>
}

export const START_MS = Date.UTC(2026, 0, 1)
export const MESSAGE: Word = '5e'.repeat(32)
/** The acknowledgement of a receiver that says nothing. */
export const NO_ANSWER: Word = '0'.repeat(64)

export async function ledgerPlace(options: LedgerPlaceOptions): Promise<LedgerPlace> {
  const { names, validators: count = 3, threshold = 2, terms } = options
  let moved = 0
  const nowMs = options.clock ?? ((): number => START_MS + moved)
  const validators = keyPairs('relay validator', count)
  const ledgers: PlaceLedger[] = []
  const close = async (): Promise<void> => {
    await Promise.all(ledgers.map(({ devnet }) => devnet.close()))
  }
  try {
    for (const name of names) ledgers.push(await openLedger(name, { ...options, clock: nowMs }, validators, threshold))
    const lanes: PlaceLane[] = []
    for (const source of ledgers)
      for (const target of ledgers)
        if (source !== target) lanes.push(await openBoth(source, target, laneTerms(source, target, threshold, terms)))
    const found = <T>(one: T | undefined, what: string): T => {
      if (one === undefined) throw new Error(`the place has no ${what}`)
      return one
    }
    const ledger = (name: string): PlaceLedger =>
      found(
        ledgers.find((one) => one.name === name),
        name,
      )
    const some = validators.slice(0, threshold)
    return {
      ledgers,
      ledger,
      lanes,
      lane: (from, to) =>
        found(
          lanes.find(({ source, target }) => source.name === from && target.name === to),
          `lane from ${from} to ${to}`,
        ),
      validators,
      threshold,
      nowMs,
      async advance(ms) {
        moved += ms
        await Promise.all(ledgers.map(({ devnet }) => devnet.mine()))
      },
      async send({ id, source, terms: { timeoutS } }, wish = {}) {
        const plain = { lane: id, kind: kindOf(KIND), message: MESSAGE, timeoutS }
        return sendPacket(source.sender, source.contracts.gateway.address, { ...plain, ...wish })
      },
      signDeliver: ({ target }, packet, signers = some) =>
        attested(target, packet, 'deliver', packetCommitment(packet), signers),
      signAcknowledge({ source }, packet, outcome, acknowledgement, signers = some) {
        const value = receiptWord(outcome, packetCommitment(packet), Buffer.from(acknowledgement, 'hex'))
        return attested(source, packet, 'acknowledge', value, signers)
      },
      stop: (name) => ledger(name).devnet.close(),
      async restart(name) {
        const one = ledger(name)
        one.devnet = await createDevnet(devnetOptions(name, { ...options, clock: nowMs }))
        await one.devnet.listen(Number(new URL(one.url).port))
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
