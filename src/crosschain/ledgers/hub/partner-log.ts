// A partner's log, asked over its own API in the name of a party that its register knows. Nothing it says is believed.
import { fromBase64url, toBase64url, type PartyUrn } from '../../../hub/index.ts'
import { packetOf } from '../../kinds/packet.ts'
import type { LedgerPacket } from '../../../../schemas/types.d.ts'
import { TransportFault, type ReceivedPacket } from '../../transport.ts'
import type { Handed, HubLog } from './hub-log.ts'
import { partnerSession, type HubCredentials } from './partner-session.ts'

export interface PartnerOptions {
  urls: readonly string[]
  hub: PartyUrn
  credentials: HubCredentials
  clock(): number
  timeoutMs: number
}

const ANSWER_MAX_BYTES = 16 * 1024 * 1024

interface FactsAnswer {
  sent: number
  received: number
  acknowledged: number
  packets: { packet: LedgerPacket['packet']; height: number }[]
  receipts: ReceivedPacket[]
}

/** Addresses are asked in their order until one answers. */
export function partnerHubLog(options: PartnerOptions): HubLog {
  const sessions = options.urls.map((url) => partnerSession({ ...options, url }))
  const ask = async (path: string): Promise<Buffer> => {
    let fault: unknown
    for (const session of sessions)
      try {
        return await session.get(path, ANSWER_MAX_BYTES)
      } catch (error) {
        fault = error
      }
    throw fault
  }
  const json = async <T>(path: string): Promise<T> => readJson<T>(await ask(path))
  return {
    async head() {
      const [, size] = (await ask('/v1/log/checkpoint')).toString().split('\n')
      return counted(Number(size), 'a size')
    },
    header: (size, from) => ask(`/v1/log/header?size=${size}&from=${from.join(',')}`),
    async facts(lane, from, to) {
      const said = await json<FactsAnswer>(`/v1/lanes/${lane}/facts?from=${from}&to=${to}`)
      return { ...said, packets: said.packets.map((one) => ({ ...one, packet: packetOf(one) })) }
    },
    async proof(box, lane, sequence, size) {
      const path = `/v1/lanes/${lane}/facts/${box}/${sequence}?size=${size}`
      const { account, storage } = await json<{ account: string[]; storage: string[] }>(path)
      const bytes = (list: string[]) => list.map((one) => fromBase64url(one, 'a proof'))
      return { account: bytes(account), storage: bytes(storage) }
    },
    handed: ({ lane, sequence }) => json<Handed>(`/v1/lanes/${lane}/deliveries/${sequence}`),
  }
}

/** What a hub answers about a lane, as its own API writes it. */
export const factsAnswer = ({ packets, ...facts }: Awaited<ReturnType<HubLog['facts']>>): FactsAnswer => ({
  ...facts,
  packets: packets.map(({ packet, height }) => ({ packet: { ...packet, body: toBase64url(packet.body) }, height })),
})

function readJson<T>(bytes: Buffer): T {
  try {
    return JSON.parse(bytes.toString()) as T
  } catch (cause) {
    throw new TransportFault('answer', 'what the hub answers is no JSON', { cause })
  }
}

function counted(value: number, what: string): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new TransportFault('answer', `the hub gives no ${what}`)
  return value
}
