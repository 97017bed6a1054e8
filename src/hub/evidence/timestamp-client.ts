// Asks a timestamp authority (RFC 3161 over HTTP) for a token over a checkpoint, and keeps only what a verifier will take.
import { hash } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import { MessageImprint, TimeStampReq, TimeStampResp } from '@peculiar/asn1-tsp'
import { AlgorithmIdentifier } from '@peculiar/asn1-x509'
import { verifyTimestamp } from './timestamp.ts'

const SHA256 = '2.16.840.1.101.3.4.2.1'
const RESPONSE_MAX = 64 * 1024

/** `authorities`: DER certificates that the token's chain must reach; none: the token is only checked in itself. `intervalMs`: least time between two tokens, 60,000 if not given. */
export interface TimestampAuthority {
  url: string
  authorities?: readonly Buffer[]
  timeoutMs?: number
  intervalMs?: number
}

/** Token (DER) over SHA-256 of the note. `nonce` is 8 random bytes. Throws with the reason if there is none to be had. */
export async function requestTimestamp(note: Buffer, nonce: Buffer, authority: TimestampAuthority): Promise<Buffer> {
  const number = Buffer.concat([Buffer.from([1]), nonce])
  const request = new TimeStampReq({
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithm: SHA256, parameters: null }),
      hashedMessage: new OctetString(hash('sha256', note, 'buffer')),
    }),
    nonce: new Uint8Array(number).buffer,
    certReq: true,
  })
  const response = AsnConvert.parse(await post(authority, Buffer.from(AsnConvert.serialize(request))), TimeStampResp)
  const status: number = response.status.status
  if (status > 1 || !response.timeStampToken) throw new Error(`the timestamp authority refused: status ${status}`)
  const token = Buffer.from(AsnConvert.serialize(response.timeStampToken))
  const found = await verifyTimestamp(token, note, authority.authorities ?? [])
  if (!found.nonce?.equals(number)) throw new Error('the timestamp answers another request')
  if (authority.authorities?.length && !found.anchored)
    throw new Error(`the timestamp is by ${found.authority}, which leads to no authority that is configured`)
  return token
}

async function post({ url, timeoutMs }: TimestampAuthority, body: Buffer): Promise<Buffer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
    body: new Uint8Array(body),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs ?? 10_000),
  })
  if (!answer.ok || !answer.body) throw new Error(`the timestamp authority answered ${answer.status}`)
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length > RESPONSE_MAX) throw new Error('the answer of the timestamp authority is too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
