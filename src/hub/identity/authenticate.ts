// From received to authentic: every signature, certificate path, party, permission and mandate proved against the register.
import { HubError } from '../errors.ts'
import type { Envelope } from '../message/envelope.ts'
import type { MessageKind } from '../message/kind.ts'
import { reach, type AuthenticMessage, type MessageSignature, type ReceivedMessage } from '../message/message.ts'
import { toBase64url } from '../values/encoding.ts'
import { readCertificate, type Certificate } from './certificate.ts'
import { readProtected, verifyJws } from './jws.ts'
import { isDevice } from './name-constraints.ts'
import { verifyPath } from './path.ts'
import type { RegisteredCa } from './register.ts'
import type { HubSigners } from './hub-signers.ts'
import type { FoldedRegister } from './register-fold.ts'
import type { OcspAnswer } from './ocsp.ts'
import { goesByResponder, statusOf } from './status.ts'
import type { CertificateStatusEvidence, SuiteName } from './suite.ts'

const PATHS_MAX = 20_000

/** Paths seen in x5c or when a session was opened, so that messages may name a certificate by its fingerprint alone. */
export class SeenPaths {
  readonly #paths = new Map<string, readonly Buffer[]>()
  get(fingerprint: string): readonly Buffer[] | undefined {
    return this.#paths.get(fingerprint)
  }
  add(path: readonly Buffer[], fingerprint: string): void {
    if (this.#paths.size >= PATHS_MAX) this.#paths.delete(this.#paths.keys().next().value!)
    this.#paths.set(fingerprint, path)
  }
}

/** An answer of a responder that a certificate is good, with its bytes (DER). */
export interface HeldAnswer extends OcspAnswer {
  der: Buffer
}

/** What the responders of CAs have said, and the one who asks them off the walk. */
export interface Responders {
  answer(certificate: Certificate, issuer: Certificate): HeldAnswer | undefined
  /** A proved signer whose CA goes by responders was here: they are asked in the background if it is time. */
  seen(signer: Pick<ProvedSigner, 'path' | 'chain'>): void
}

export interface Identities {
  hub: string
  hubSigners: HubSigners
  register: FoldedRegister
  seen: SeenPaths
  responders?: Responders
}

export interface ProvedSigner {
  alg: SuiteName
  party: string
  path: readonly Buffer[]
  chain: readonly Certificate[]
  ca: RegisteredCa
  country: string
}

/**
 * Proves one signature and the path of its certificate at `atMs`. `offered` is a path that came beside the signature; it is remembered only
 * once it is proved. Throws an identity refusal.
 */
export async function proveSigner(
  payload: Buffer,
  signature: MessageSignature,
  typ: string,
  identities: Identities,
  atMs: number,
  offered?: readonly Buffer[],
): Promise<ProvedSigner> {
  const { fingerprint, x5c } = readProtected(signature.protected)
  const brought = x5c ?? (offered?.[0] && readCertificate(offered[0]).fingerprint === fingerprint ? offered : undefined)
  const path = brought ?? identities.register.certificate(fingerprint!) ?? identities.seen.get(fingerprint!)
  if (!path) throw new HubError('CERTIFICATE_UNKNOWN', `no certificate with fingerprint ${fingerprint} is known here`)
  const signer = await proveCertificate(path, identities, atMs)
  await verifyJws(payload, signature, typ, signer.chain[0]!.publicKey)
  if (brought) identities.seen.add(brought, signer.chain[0]!.fingerprint)
  return signer
}

/** Proves that a certificate path leads to a CA of its party's country. */
export async function proveCertificate(
  path: readonly Buffer[],
  { register }: Identities,
  atMs: number,
): Promise<ProvedSigner> {
  const certificates = path.map((der) => readCertificate(der))
  const leaf = certificates[0]!
  if (!leaf.party)
    throw new HubError('PARTY_MISMATCH', `certificate ${leaf.subject} names no party (SAN URI urn:hub:...)`)
  const country = leaf.party.split(':')[2]!.toUpperCase()
  const entry = register.country(country)
  if (!entry) throw new HubError('CERTIFICATE_UNTRUSTED', `country ${country} is not in the trust register`)
  const { chain } = await verifyPath({ path: certificates, anchors: entry.anchors, atMs })
  const ca = entry.anchors.find(({ certificate }) => certificate.fingerprint === chain.at(-1)!.fingerprint)!
  const partyClass = leaf.party.split(':')[3]!
  if (ca.classes.length > 0 && !ca.classes.includes(partyClass))
    throw new HubError(
      'CERTIFICATE_UNTRUSTED',
      `${ca.certificate.subject} is registered for ${ca.classes.join(', ')}, not for ${partyClass}`,
    )
  return {
    alg: leaf.publicKey.alg,
    party: leaf.party,
    path: chain.slice(0, -1).map(({ der }) => der),
    chain,
    ca,
    country,
  }
}

/** The CA may have been taken out of the register, or narrowed, since the path was proved. */
function checkAnchor({ chain, party, country }: ProvedSigner, register: FoldedRegister): void {
  const anchor = chain.at(-1)!
  const ca = register
    .country(country)
    ?.anchors.find(({ certificate }) => certificate.fingerprint === anchor.fingerprint)
  if (!ca || (ca.classes.length > 0 && !ca.classes.includes(party.split(':')[3]!)))
    throw new HubError('CERTIFICATE_UNTRUSTED', `${anchor.subject} is not a CA of ${country} for ${party} any more`)
}

/** Throws the refusal of an identity the register does not let through: revoked, suspended, not a party. */
export function checkStanding(
  signer: ProvedSigner,
  { register, responders }: Identities,
  allows: readonly string[],
  atMs: number,
): CertificateStatusEvidence[] {
  const cas = (fingerprint: string): RegisteredCa | undefined =>
    register.country(signer.country)!.anchors.find(({ certificate }) => certificate.fingerprint === fingerprint)
  const revocations = {
    at: register.at,
    revoked: (one: string) => register.revoked(signer.country, one),
    ...(responders && { answer: responders.answer }),
  }
  checkAnchor(signer, register)
  const asked = goesByResponder(signer.chain, cas)
  if (asked) responders?.seen(signer)
  const evidence = statusOf(signer.chain, cas, revocations, atMs)
  for (const { status, fingerprint, thisUpdate, nextUpdate } of evidence) {
    const subject = signer.chain.find((certificate) => certificate.fingerprint === fingerprint)!.subject
    if (status === 'revoked') throw new HubError('CERTIFICATE_REVOKED', `certificate ${subject} has been revoked`)
    if (allows.includes(status)) continue
    if (status === 'stale')
      throw new HubError(
        'CERTIFICATE_STATUS_STALE',
        `the newest list or answer for ${subject} is of ${thisUpdate}, due again ${nextUpdate ?? 'an hour later'}`,
      )
    throw new HubError(
      'CERTIFICATE_STATUS_UNKNOWN',
      asked ? `no responder has answered for ${subject} yet` : `no revocation list for ${subject} has been entered`,
    )
  }
  const party = register.party(signer.party)
  if (!party) throw new HubError('PARTY_UNKNOWN', `${signer.party} is not in the register`)
  if (party.state !== 'active') throw new HubError('PARTY_UNKNOWN', `${signer.party} is suspended by its authority`)
  return evidence
}

/** The walk's first step. `kind` is the registered kind, or undefined if this hub has none of that name (refused in the next step). */
export async function authenticate(
  received: ReceivedMessage,
  kind: MessageKind | undefined,
  identities: Identities,
): Promise<AuthenticMessage> {
  const { envelope, envelopeBytes, signatures, receivedAtMs } = received
  const { register } = identities
  if (envelope.hub !== identities.hub)
    throw new HubError('OTHER_HUB', `this is ${identities.hub}; the message is for ${envelope.hub}`)
  if (kind?.name === 'hub.key') return authenticateHubKey(received, identities)
  // Read before anything is proved: proving takes time, and what moves meanwhile must make the append look again.
  const expects = registerHeads(envelope, register)
  const registerAt = register.at
  const signers: ProvedSigner[] = []
  const status: CertificateStatusEvidence[] = []
  const responses = new Map<string, Buffer>()
  for (const signature of signatures) {
    const signer = await proveSigner(envelopeBytes, signature, 'hub-message+jws', identities, receivedAtMs)
    if (signer.party !== envelope.from)
      throw new HubError(
        'PARTY_MISMATCH',
        `the envelope is from ${envelope.from}, the certificate is of ${signer.party}`,
      )
    const evidence = checkStanding(signer, identities, kind?.statusAllows ?? ['good'], receivedAtMs)
    status.push(...evidence)
    for (const { sha256, der } of answersBehind(evidence, signer, identities)) responses.set(sha256, der)
    if (signers.some(({ chain }) => chain[0]!.fingerprint === signer.chain[0]!.fingerprint))
      throw new HubError('SIGNATURE_INVALID', 'two signatures are by the same certificate; each signer signs once')
    signers.push(signer)
  }
  const missing = (envelope.suites ?? []).filter((suite) => !signers.some(({ alg }) => alg === suite))
  if (missing.length > 0)
    throw new HubError('SUITE_MISSING', `the envelope requires ${missing.join(', ')}, which did not sign`)
  if (kind) {
    checkPermission(received, kind, register)
    checkDevices(signers, kind)
  }
  return reach<AuthenticMessage>({
    by: 'signature',
    received,
    sender: envelope.from,
    signers: signers.map(({ alg, path, chain }) => ({ alg, path, ...(isDevice(chain) && { device: true as const }) })),
    status,
    ...(responses.size > 0 && { responses: [...responses.values()] }),
    registerAt,
    expects,
  })
}

/** The answers that evidence rests on, to be kept with the entry. Called in the same breath as `checkStanding`, so they are still those. */
function answersBehind(
  evidence: readonly CertificateStatusEvidence[],
  { chain }: ProvedSigner,
  { responders }: Identities,
): HeldAnswer[] {
  return evidence.flatMap(({ source }, at) => {
    const held = source === 'ocsp' ? responders?.answer(chain[at]!, chain[at + 1]!) : undefined
    return held ? [held] : []
  })
}

/** Heads of the register that the proof relies on, as they are now. A certificate's party is the sender, so its country is known. */
function registerHeads(
  { from, for: principal }: Envelope,
  register: FoldedRegister,
): { key: string; version: number }[] {
  const country = register.headOf('country', from.split(':')[2]!.toUpperCase())
  const parties = new Set([from, ...(principal ? [principal] : [])])
  const keys = [country, ...[...parties].map((party) => register.headOf('party', party))]
  return keys.map((key) => ({ key, version: register.version(key) }))
}

/** The hub's own keys are vouched for by the operator's root and the keys before them, not by the register. */
async function authenticateHubKey(
  received: ReceivedMessage,
  { hub, hubSigners, register }: Identities,
): Promise<AuthenticMessage> {
  const { envelope, signatures } = received
  if (envelope.from !== hub) throw new HubError('PARTY_MISMATCH', `hub.key is from ${hub}`)
  await hubSigners.prove({
    payload: toBase64url(received.envelopeBytes),
    signatures: [...signatures],
    body: toBase64url(received.body),
  })
  return reach<AuthenticMessage>({
    by: 'signature',
    received,
    sender: hub,
    signers: signatures.map((signature, n) => ({
      alg: readProtected(signature.protected).alg as SuiteName,
      path: n === 0 ? [hubSigners.operatorRoot.der] : [],
    })),
    status: [],
    registerAt: register.at,
    expects: [],
  })
}

/** A device of a party says alone only what its kinds are made for: not what binds the party itself. */
function checkDevices(signers: readonly ProvedSigner[], kind: MessageKind): void {
  if (!kind.devices && signers.every(({ chain }) => isDevice(chain)))
    throw new HubError('KIND_NOT_PERMITTED', `${kind.name} is not signed by a device of a party alone`)
}

function checkPermission(
  { envelope, receivedAtMs }: ReceivedMessage,
  kind: MessageKind,
  register: FoldedRegister,
): void {
  const who = envelope.for ?? envelope.from
  const party = register.party(who)
  if (!party || party.state !== 'active')
    throw new HubError('PARTY_UNKNOWN', `${who} is not an active party of the register`)
  const roles = [
    party.class,
    ...(register.countries().some(({ authority }) => authority === who) ? ['authority'] : []),
    'any',
  ]
  if (
    !kind.senders.some((role) => roles.includes(role)) ||
    (party.kinds && !party.kinds.some((k) => k === kind.name || k === '*'))
  )
    throw new HubError('KIND_NOT_PERMITTED', `${who} (${party.class}) may not send ${kind.name}`)
  if (envelope.for && !register.mandate(envelope.for, envelope.from, kind.name, receivedAtMs))
    throw new HubError('NO_MANDATE', `${envelope.for} has given ${envelope.from} no live mandate for ${kind.name}`)
}
