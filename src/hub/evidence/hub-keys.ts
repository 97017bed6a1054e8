// The hub's own keys: a chain of `hub.key` messages, each signed by the operator's root and, after the first, by a receipt
// key of the generation before. Whoever trusts the root knows every key the hub ever signed with.
import { hash } from 'node:crypto'
import { HubError } from '../errors.ts'
import type { Certificate } from '../identity/certificate.ts'
import { readProtected, verifyJws } from '../identity/jws.ts'
import type { PublicKey } from '../identity/suite.ts'
import { publicKeyFromSpki } from '../identity/suites/index.ts'
import type { MessageSignature } from '../message/message.ts'
import { parseStrictJson } from '../message/strict-json.ts'
import { fromBase64url } from '../values/encoding.ts'
import { check, count, list, members, oneOf, text } from './form.ts'
import { type MessageFile, openMessage, type OpenedMessage } from './message-file.ts'

/** A key of the hub; `id` is the hex SHA-256 of its SPKI. */
export interface HubKey {
  id: string
  key: PublicKey
}

/** The keys named by one `hub.key`. Receipts: international first, then SM2. Checkpoints: Ed25519, then the SM2 cosigner, which is the SM2 receipt key where no other is named. */
export interface KeyGeneration {
  sequence: number
  /** messageCommitment of the `hub.key`, hex. */
  commitment: string
  receipt: HubKey[]
  checkpoint: HubKey[]
  /** Set when the generations before were compromised: what they signed above this size of the log counts for nothing. */
  lastGoodSize?: number
}

export interface KeyRing {
  hub: string
  /** Oldest first; the last one is current. */
  generations: KeyGeneration[]
  /** Size of the log up to which the keys of these ids may be believed. */
  limit(ids: readonly string[]): number
}

interface KeyBody {
  sequence: number
  previous?: string
  keys: { use: 'receipt' | 'checkpoint'; alg: string; spki: string; id: string }[]
  compromised?: { lastGoodSize: number }
}

/** Reads and verifies the chain of `hub.key` message files from the first on. Throws HubError naming the file by its sequence. */
export async function readHubKeys(files: readonly MessageFile[], operatorRoot: Certificate): Promise<KeyRing> {
  check(files.length > 0, 'hub.key: no entry is there')
  check(operatorRoot.party !== undefined, 'hub.key: the certificate of the operator names no hub')
  const generations: KeyGeneration[] = []
  for (const file of files) generations.push(await readGeneration(file, operatorRoot, generations.at(-1)))
  return { hub: operatorRoot.party!, generations, limit: (ids) => limitOf(generations, ids) }
}

async function readGeneration(file: MessageFile, root: Certificate, before?: KeyGeneration): Promise<KeyGeneration> {
  const sequence = before ? before.sequence + 1 : 0
  const what = `hub.key ${sequence}`
  const message = openMessage(file, what)
  const { envelope } = message
  check(envelope.kind === 'hub.key' && envelope.v === 1, `${what}: the message is of another kind`)
  check(envelope.hub === root.party && envelope.from === root.party, `${what}: it is of another hub`)
  check(message.attachments.length === 0, `${what}: it takes no attachments`)
  check(
    root.notBeforeMs <= message.createdMs && message.createdMs <= root.notAfterMs,
    `${what}: the operator root was not valid then`,
  )
  await verifySigners(file.signatures, message, root, before, what)
  const body = readBody(parseStrictJson(message.body), what)
  check(
    body.sequence === sequence && body.previous === before?.commitment,
    `${what}: it does not follow the one before`,
  )
  const generation = keysOf(body, message.commitment.toString('hex'), what)
  if (generation.lastGoodSize !== undefined)
    check(
      !generation.receipt.concat(generation.checkpoint).some(({ id }) => before && idsOf(before).includes(id)),
      `${what}: it goes on with a compromised key`,
    )
  return generation
}

/** The operator's root first; from the second generation on also a receipt key of the one before. */
async function verifySigners(
  signatures: readonly MessageSignature[],
  message: OpenedMessage,
  root: Certificate,
  before: KeyGeneration | undefined,
  what: string,
): Promise<void> {
  check(
    signatures.length === (before ? 2 : 1),
    `${what}: it needs ${before ? 'two signatures' : 'the one signature of the operator root'}`,
  )
  const [byRoot, byKey] = signatures
  const { fingerprint, x5c } = readProtected(byRoot!.protected)
  check(
    x5c ? x5c.length === 1 && x5c[0]!.equals(root.der) : fingerprint === root.fingerprint,
    `${what}: its first signature is not of the operator root`,
  )
  await verifyJws(message.bytes, byRoot!, 'hub-message+jws', root.publicKey)
  if (!byKey || !before) return
  const { fingerprint: id } = readProtected(byKey.protected)
  const key = before.receipt.find((one) => one.id === id)
  check(key !== undefined, `${what}: its second signature is not of a receipt key of the generation before`)
  await verifyJws(message.bytes, byKey, 'hub-message+jws', key!.key)
}

function readBody(value: unknown, what: string): KeyBody {
  const body = members(value, what, ['sequence', 'keys'], ['previous', 'compromised'])
  const keys = list(body.keys, `${what} keys`).map((one) => {
    const key = members(one, `${what} key`, ['use', 'alg', 'spki', 'id'])
    const use = oneOf(key.use, ['receipt', 'checkpoint'] as const, `${what} use`)
    return {
      use,
      alg: text(key.alg, `${what} alg`),
      spki: text(key.spki, `${what} spki`),
      id: text(key.id, `${what} id`),
    }
  })
  const compromised = body.compromised === undefined ? undefined : members(body.compromised, what, ['lastGoodSize'])
  return {
    sequence: count(body.sequence, `${what} sequence`),
    ...(body.previous !== undefined && { previous: text(body.previous, `${what} previous`) }),
    keys,
    ...(compromised && { compromised: { lastGoodSize: count(compromised.lastGoodSize, `${what} lastGoodSize`) } }),
  }
}

function keysOf(body: KeyBody, commitment: string, what: string): KeyGeneration {
  const of = (use: string): HubKey[] => body.keys.filter((key) => key.use === use).map((key) => readKey(key, what))
  const receipt = of('receipt')
  const named = of('checkpoint')
  const cosigner = named.length > 1 ? [] : receipt.filter(({ key }) => key.alg === 'SM2SM3')
  const checkpoint = [...named, ...cosigner]
  const algs = (keys: HubKey[]): string => keys.map(({ key }) => key.alg).join(' ')
  check(
    /^(ES256|EdDSA)( SM2SM3)?$/.test(algs(receipt)),
    `${what}: receipt keys are one P-256 or Ed25519 key and one SM2 key, in this order`,
  )
  check(
    /^EdDSA( SM2SM3)?$/.test(algs(checkpoint)),
    `${what}: checkpoint keys are one Ed25519 key and one SM2 key, in this order`,
  )
  const { sequence, compromised } = body
  return { sequence, commitment, receipt, checkpoint, ...(compromised && { lastGoodSize: compromised.lastGoodSize }) }
}

function readKey(key: KeyBody['keys'][number], what: string): HubKey {
  const spki = fromBase64url(key.spki, `${what} spki`)
  check(hash('sha256', spki, 'hex') === key.id, `${what}: the id of a key is not the digest of its SPKI`)
  const read = publicKeyFromSpki(spki)
  if (read.alg !== key.alg) throw new HubError('ALGORITHM_MISMATCH', `${what}: a key is not of the algorithm named`)
  return { id: key.id, key: read }
}

const idsOf = (generation: KeyGeneration): string[] =>
  [...generation.receipt, ...generation.checkpoint].map(({ id }) => id)

/** The smallest size named by a generation that came after the last one holding all these keys. */
function limitOf(generations: readonly KeyGeneration[], ids: readonly string[]): number {
  const last = generations.findLastIndex((generation) => ids.every((id) => idsOf(generation).includes(id)))
  const sizes = generations.slice(last + 1).flatMap(({ lastGoodSize }) => lastGoodSize ?? [])
  return Math.min(Number.MAX_SAFE_INTEGER, ...sizes)
}
