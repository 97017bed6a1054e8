// What is asked of a hub's log, our own or a partner's: the same questions, so that one transport serves both.
import type { HubExport } from '../../../../schemas/types.d.ts'
import type { MessageSignature, SignedView } from '../../../hub/index.ts'
import type { Fact } from '../../fact.ts'
import type { Packet, Word } from '../../packet.ts'
import type { LaneCounters, ReceivedPacket, SentPacket } from '../../transport.ts'
import type { InclusionProof } from '../../verifier.ts'

/** What a hub hands over with a packet. */
export interface Handed {
  form: HubExport['form']
  /** As it was signed; all binary values base64url. */
  message?: { payload: string; signatures: MessageSignature[]; certificates: string[][]; body: string }
  viewed?: SignedView
  unavailable?: 'erased'
}

export interface LaneFacts extends LaneCounters {
  packets: SentPacket[]
  receipts: ReceivedPacket[]
}

/** Every answer of a partner's is bounded in time and size; throws TransportFault. */
export interface HubLog {
  /** Size of the newest checkpoint. */
  head(): Promise<number>
  /** Header of the log of that size, with proofs that it goes on from the logs of `from`. */
  header(size: number, from: readonly number[]): Promise<Uint8Array>
  /** Counters of a lane, and of its packets those with from <= sequence <= to: what was sent, and what became of those received. */
  facts(lane: Word, from: number, to: number): Promise<LaneFacts>
  proof(box: Fact['box'], lane: Word, sequence: number, size: number): Promise<InclusionProof>
  /** What is handed over with a packet. */
  handed(packet: Pick<Packet, 'lane' | 'sequence'>): Promise<Handed>
}
