// A message that another hub has handed over: the bytes its author signed, with the certificates they are to be judged by.
import { HubError } from '../errors.ts'
import { type Certificate, readCertificate } from '../identity/certificate.ts'
import type { Envelope } from '../message/envelope.ts'
import { type MessageFile, openMessage } from './message-file.ts'
import { readPaths, verifyPaths, verifySignatures } from './verify-party.ts'

/** `anchors`: CAs of the sender's country as this hub's register has them; none: the path is the other hub's word. */
export interface HandedTrust {
  anchors: readonly Certificate[]
  /** Operator root of the other hub (DER). */
  operatorRoot: Buffer
  /** When the other hub took it in. */
  atMs: number
}

/** The author's signatures verify, and its certificate leads to a CA of its country where this hub knows one. Throws HubError. */
export async function openHandedMessage(
  file: MessageFile,
  certificates: readonly (readonly string[])[],
  { anchors, operatorRoot, atMs }: HandedTrust,
): Promise<{ envelope: Envelope; commitment: Buffer; body: Buffer }> {
  const opened = openMessage(file, 'the message handed over')
  const { from } = opened.envelope
  const root = readCertificate(operatorRoot)
  const message = { opened, signatures: file.signatures, paths: readPaths(certificates), root, hubKeys: [] }
  await verifySignatures(message)
  if (anchors.length > 0)
    await verifyPaths(message, { countries: new Map([[from.split(':')[2]!.toUpperCase(), anchors]]) }, atMs)
  else if (message.paths.some(([leaf]) => leaf?.party !== from))
    throw new HubError('PARTY_MISMATCH', `a certificate is of another party than ${from}`)
  return { envelope: opened.envelope, commitment: opened.commitment, body: opened.body }
}
