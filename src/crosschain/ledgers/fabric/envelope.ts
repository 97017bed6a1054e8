// Envelopes: what a block is made of. A payload with two headers, signed by its creator.
import { BlockRefused } from './block-reasons.ts'
import { decode, messages } from './messages.ts'

/** An envelope as read; nothing is verified yet. */
export interface FabricEnvelope {
  type: number
  channel: string
  txId: string
  /** By the creator's clock: it is the creator's word. */
  timestampMs: number
  creator: Uint8Array
  nonce: Uint8Array
  signature: Uint8Array
  /** What is signed, and its parts as received. */
  payload: Uint8Array
  channelHeader: Uint8Array
  signatureHeader: Uint8Array
  data: Uint8Array
}

/** common.HeaderType, as far as it may stand in a block. */
export const CONFIG = 1
export const TRANSACTION = 3
export const ORDERER_TRANSACTION = 4

/** The end of the year 9999. */
const TIME_MAX_S = 253_402_300_799

/** Reads an envelope. Throws BlockRefused ENVELOPE. */
export function readEnvelope(bytes: Uint8Array): FabricEnvelope {
  const envelope = decode(messages.Envelope, bytes, 'ENVELOPE', 'it')
  const payloadBytes = envelope.getPayload_asU8()
  const payload = decode(messages.Payload, payloadBytes, 'ENVELOPE', 'its payload')
  const header = payload.getHeader()
  if (!header) throw new BlockRefused('ENVELOPE', 'it has no headers')
  const channelHeaderBytes = header.getChannelHeader_asU8()
  const signatureHeaderBytes = header.getSignatureHeader_asU8()
  const channelHeader = decode(messages.ChannelHeader, channelHeaderBytes, 'ENVELOPE', 'its channel header')
  const signatureHeader = decode(messages.SignatureHeader, signatureHeaderBytes, 'ENVELOPE', 'its signature header')
  return {
    type: channelHeader.getType(),
    channel: channelHeader.getChannelId(),
    txId: channelHeader.getTxId(),
    timestampMs: millisecondsOf(channelHeader.getTimestamp()),
    creator: signatureHeader.getCreator_asU8(),
    nonce: signatureHeader.getNonce_asU8(),
    signature: envelope.getSignature_asU8(),
    payload: payloadBytes,
    channelHeader: channelHeaderBytes,
    signatureHeader: signatureHeaderBytes,
    data: payload.getData_asU8(),
  }
}

function millisecondsOf(time: { getSeconds(): number; getNanos(): number } | undefined): number {
  const [seconds, nanos] = [time?.getSeconds() ?? 0, time?.getNanos() ?? 0]
  if (!(seconds >= 0 && seconds <= TIME_MAX_S && nanos >= 0 && nanos < 1e9))
    throw new BlockRefused('ENVELOPE', 'its time is none')
  return seconds * 1000 + Math.floor(nanos / 1e6)
}
