// A hub's log behind the port of transport. Each hub takes in by itself what is for it, so there is nothing to write at a partner; on our
// own side delivering is an entry of ours.
import { HubError } from '../../../hub/index.ts'
import type { Packet } from '../../packet.ts'
import { type GatewaySets, type Submitted, type Transport, TransportFault } from '../../transport.ts'
import type { HubLog } from './hub-log.ts'

/** What delivering and expiring are at the hub itself; gives the size of its log after it. */
export interface OwnInbox {
  deliver(packet: Packet): Promise<number>
  expire(packet: Packet): Promise<number>
}

export interface HubTransportOptions {
  log: HubLog
  /** Epoch of the journal. */
  chainId: number
  /** Height of the trust root, where belief does not begin with the empty log. */
  rootHeight: number
  /** Absent: the hub is a partner. */
  inbox?: OwnInbox
}

const EMPTY = '0'.repeat(64)
const NOBODY = '0'.repeat(40)

export function hubTransport({ log, chainId, rootHeight, inbox }: HubTransportOptions): Transport & GatewaySets {
  const none = async (): Promise<never> => {
    throw new TransportFault('answer', 'a hub has no contracts beside its log')
  }
  const written = async (act: 'deliver' | 'expire', packet: Packet): Promise<Submitted> => {
    if (!inbox)
      throw new TransportFault('reverted', 'the hub at the other end takes it in itself', { code: 'AlreadyReceived' })
    return { transaction: EMPTY, height: await inbox[act](packet), gasUsed: 0n }
  }
  const answered = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask()
    } catch (error) {
      throw error instanceof HubError ? new TransportFault('answer', error.detail, { cause: error }) : error
    }
  }
  return {
    chainId: async () => chainId,
    head: () => answered(() => log.head()),
    header: (height, after = 0) => answered(() => log.header(height, [after, rootHeight])),
    async counters(lane) {
      const { sent, received, acknowledged } = await answered(() => log.facts(lane, 1, 0))
      return { sent, received, acknowledged }
    },
    sent: async (lane, from, to) => (await answered(() => log.facts(lane, from, to))).packets,
    received: async (lane, from, to) => (await answered(() => log.facts(lane, from, to))).receipts,
    proof: async ({ box, key, number }, height) => ({
      value: EMPTY,
      proof: await answered(() => log.proof(box, key, number, height)),
    }),
    logs: none,
    logProof: none,
    deliver: (packet) => written('deliver', packet),
    expire: (packet) => written('expire', packet),
    async acknowledge() {
      throw new TransportFault('reverted', 'a hub reads the receipt by itself', { code: 'AlreadyAcknowledged' })
    },
    anchor: none,
    range: none,
    // Nothing is paid for at a hub.
    funds: async () => ({ account: NOBODY, balance: 0n, enough: true }),
    epoch: async () => 1,
    members: async () => [],
  }
}
