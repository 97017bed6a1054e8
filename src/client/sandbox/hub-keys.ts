// The hub's own keys in the sandbox, and the first `hub.key`: the operator's root vouches for them.
import { createHash } from 'node:crypto'
import { generateKeyPair } from '../../hub/identity/issue.ts'
import { keySigner } from '../../hub/identity/signer.ts'
import type { SuiteName } from '../../hub/identity/suite.ts'
import { toBase64url } from '../../hub/values/encoding.ts'
import { composeMessage, type ComposeWith, type MessageFile, messageFile } from '../compose.ts'
import type { KeyAndCertificate } from './certificates.ts'

export interface HubKey {
  file: string
  use: 'receipt' | 'checkpoint'
  alg: SuiteName
  pem: string
  spkiDer: Buffer
}

/** New keys of the hub: receipts in two stacks, checkpoints in Ed25519. File names are those the hub reads. */
export function makeHubKeys(): HubKey[] {
  return [
    hubKey('receipt-p256.pem', 'receipt', 'ES256'),
    hubKey('receipt-sm2.pem', 'receipt', 'SM2SM3'),
    hubKey('checkpoint-ed25519.pem', 'checkpoint', 'EdDSA'),
  ]
}

function hubKey(file: string, use: HubKey['use'], alg: SuiteName): HubKey {
  const key = generateKeyPair(alg)
  return { file, use, alg, pem: key.privateKeyPem(), spkiDer: key.spkiDer }
}

/** The genesis `hub.key`, signed by the operator's root alone. */
export async function genesisStatement(
  hub: string,
  keys: readonly HubKey[],
  root: KeyAndCertificate,
  how: Omit<ComposeWith, 'signers'>,
): Promise<MessageFile> {
  const body = { sequence: 0, keys: keys.map(publicPart) }
  const signers = [{ signer: keySigner(root.privateKey), by: { path: [root.certificateDer] } }]
  return messageFile(await composeMessage({ hub, kind: 'hub.key', v: 1, from: hub, to: [], body }, { ...how, signers }))
}

const publicPart = ({ use, alg, spkiDer }: HubKey) => ({
  use,
  alg,
  spki: toBase64url(spkiDer),
  id: createHash('sha256').update(spkiDer).digest('hex'),
})
