// A hub of fictitious organisations in memory: real keys, real certificates, the real journal over the memory store.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { makeBundle } from '../../../src/hub/evidence/bundle.ts'
import { type CommitSigner, signCommit } from '../../../src/hub/evidence/commit-signature.ts'
import { type EvidenceAlone, evidenceFollower } from '../../support/evidence-alone.ts'
import type { EvidenceOptions } from '../../../src/hub/evidence/follower.ts'
import type { MessageFile } from '../../../src/hub/evidence/message-file.ts'
import type { Trust } from '../../../src/hub/evidence/trust.ts'
import { type Certificate, readCertificate } from '../../../src/hub/identity/certificate.ts'
import { issueCertificate } from '../../../src/hub/identity/issue.ts'
import { ocspRequest } from '../../../src/hub/identity/ocsp.ts'
import { signJws } from '../../../src/hub/identity/jws.ts'
import { keySigner } from '../../../src/hub/identity/signer.ts'
import type { Signer } from '../../../src/hub/identity/suite.ts'
import { openJournal } from '../../../src/hub/journal/append.ts'
import type { Appended, Draft, Journal } from '../../../src/hub/journal/journal.ts'
import { memoryStore } from '../../../src/hub/journal/memory-store.ts'
import { messageCommitment } from '../../../src/hub/message/envelope.ts'
import { type Judgement, nothingWanted } from '../../../src/hub/message/kind.ts'
import type { MessageSignature } from '../../../src/hub/message/message.ts'
import { toBase64url, toTime } from '../../../src/hub/values/encoding.ts'
import { answerOcsp, type OcspPaper } from '../../support/ocsp-paper.ts'
import { fakeCursors, fakeViews } from './fake-views.ts'

export const HUB = 'urn:hub:cn:operator:example-hub'
export const JOURNAL = `${HUB}:journal`
export const NOW_MS = Date.parse('2026-03-01T08:00:00.000Z')
const DAY_MS = 86_400_000
const validity = { notBeforeMs: NOW_MS - 30 * DAY_MS, notAfterMs: NOW_MS + 300 * DAY_MS }

export interface TestKey {
  privateKey: KeyObject
  spkiDer: Buffer
  id: string
  signer: Signer
}

/** A new key; SM2 keys are exported and read again, as only that makes them SM2 keys. */
export function testKey(alg: 'ES256' | 'EdDSA' | 'SM2SM3'): TestKey {
  const pair =
    alg === 'EdDSA'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: alg === 'ES256' ? 'P-256' : 'SM2' })
  const der = pair.privateKey.export({ type: 'pkcs8', format: 'der' })
  const privateKey = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' })
  const spkiDer = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return { privateKey, spkiDer, id: sha256(spkiDer), signer: keySigner(privateKey) }
}

export interface TestParty {
  urn: string
  signers: { signer: Signer; path: Buffer[] }[]
  /** What the responder of the SM2 CA said of its SM2 certificate. */
  answer: Buffer
  /** The SM2 CA. */
  caDer: Buffer
  /** Any other answer to the same request. */
  says(paper: Partial<OcspPaper>): Promise<Buffer>
}

interface Ca {
  certificateDer: Buffer
  privateKey: KeyObject
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const pem = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`

async function certify(CN: string, key: TestKey, more: { issuer?: Ca; ca?: object; party?: string }): Promise<Buffer> {
  const subject = { C: 'CN', O: 'Example Fictions Ltd', CN }
  const self = more.issuer ? {} : { privateKey: key.privateKey }
  return issueCertificate({ subject, spkiDer: key.spkiDer, ...validity, ...self, ...more })
}

async function ca(CN: string, alg: 'ES256' | 'SM2SM3', issuer?: Ca): Promise<Ca> {
  const key = testKey(alg)
  const certificateDer = await certify(CN, key, { ca: {}, ...(issuer && { issuer }) })
  return { certificateDer, privateKey: key.privateKey }
}

/** PEM of a new operator root for the hub of this URN. */
export const certifyHub = async (hub: string): Promise<string> =>
  pem(await certify('Example Hub Operator Root', testKey('ES256'), { party: hub }))

/** Keys the hub signs with at one time. */
export interface HubKeys {
  p256: TestKey
  sm2: TestKey
  ed25519: TestKey
}
export const newHubKeys = (): HubKeys => ({ p256: testKey('ES256'), sm2: testKey('SM2SM3'), ed25519: testKey('EdDSA') })

export const keyList = ({ p256, sm2, ed25519 }: HubKeys) =>
  [
    ['receipt', 'ES256', p256] as const,
    ['receipt', 'SM2SM3', sm2] as const,
    ['checkpoint', 'EdDSA', ed25519] as const,
    ['checkpoint', 'SM2SM3', sm2] as const,
  ].map(([use, alg, { spkiDer, id }]) => ({ use, alg, spki: toBase64url(spkiDer), id }))

export interface Room {
  journal: Journal
  evidence: EvidenceAlone
  trust: Trust
  root: Certificate
  rootKey: TestKey
  keys: HubKeys
  statements: MessageFile[]
  bankA: TestParty
  bankB: TestParty
  /** Appends messages in one group commit. */
  enter(...messages: Promise<Draft>[]): Promise<Appended[]>
  bundle(index: number): ReturnType<typeof makeBundle>
  /** Starts to sign with other keys. */
  rotate(keys: HubKeys, statement: MessageFile): void
  close(): Promise<void>
}

export async function openRoom(options: Partial<Omit<EvidenceOptions, 'published'>> = {}): Promise<Room> {
  const rootKey = testKey('ES256')
  const rootDer = await certify('Example Hub Operator Root', rootKey, { party: HUB })
  const nationalP256 = await ca('Example National CA', 'ES256')
  const issuingP256 = await ca('Example Issuing CA', 'ES256', nationalP256)
  const nationalSm2 = await ca('Example National SM2 CA', 'SM2SM3')
  const party = async (name: string): Promise<TestParty> => {
    const urn = `urn:hub:cn:bank:${name}`
    const [p256, sm2] = [testKey('ES256'), testKey('SM2SM3')]
    const leafP256 = await certify(name, p256, { issuer: issuingP256, party: urn })
    const leafSm2 = await certify(name, sm2, { issuer: nationalSm2, party: urn })
    const signers = [
      { signer: p256.signer, path: [leafP256, issuingP256.certificateDer] },
      { signer: sm2.signer, path: [leafSm2] },
    ]
    const asked = { certificate: readCertificate(leafSm2), issuer: readCertificate(nationalSm2.certificateDer) }
    const times = { thisUpdateMs: NOW_MS, nextUpdateMs: NOW_MS + DAY_MS }
    const request = ocspRequest(asked, randomBytes(16))
    const answer = await answerOcsp(request, { signer: nationalSm2, ...times })
    const says = (paper: Partial<OcspPaper>) => answerOcsp(request, { signer: nationalSm2, ...times, ...paper })
    return { urn, signers, answer, says, caDer: nationalSm2.certificateDer }
  }
  const root = readCertificate(rootDer)
  let keys = newHubKeys()
  const statements = [await keyStatement(root, rootKey, { sequence: 0, keys: keyList(keys) })]
  let atMs = NOW_MS
  const commitSigners = (): CommitSigner[] =>
    [keys.p256, keys.sm2].map(({ signer, id }) => ({ signer, fingerprint: id }))
  const journal = await openJournal({
    store: memoryStore(),
    hub: HUB,
    urn: JOURNAL,
    epoch: 1,
    sealingKey: randomBytes(32),
    indexKey: randomBytes(32),
    clock: () => (atMs += 7),
    signCommit: (commit) => signCommit(commit, commitSigners()),
  })
  const evidence = await evidenceFollower({
    journal,
    views: fakeViews(),
    cursors: fakeCursors(),
    signers: () => [keys.ed25519, keys.sm2],
    clock: () => atMs,
    intervalMs: 1_000,
    ...options,
  })
  return {
    journal,
    evidence,
    root,
    rootKey,
    statements,
    get keys() {
      return keys
    },
    trust: {
      operatorRoot: pem(rootDer),
      countries: { CN: [nationalP256, nationalSm2].map((one) => pem(one.certificateDer)) },
    },
    bankA: await party('first-fictitious-bank'),
    bankB: await party('second-fictitious-bank'),
    enter: async (...messages) => Promise.all((await Promise.all(messages)).map((draft) => journal.append(draft))),
    async bundle(index) {
      await evidence.step()
      return makeBundle(index, { journal, evidence, hubKeys: { operatorRoot: root, files: statements } })
    },
    rotate(next, statement) {
      keys = next
      statements.push(statement)
    },
    async close() {
      await evidence.close()
      await journal.close()
    },
  }
}

interface Composed {
  envelope: Buffer
  body: Buffer
  attachments: { sha256: string; bytes: Buffer }[]
}

function compose(
  from: string,
  kind: string,
  content: unknown,
  more: { hub?: string; suites?: string[]; attachment?: Buffer } = {},
): Composed {
  const body = Buffer.from(JSON.stringify(content))
  const attachments = more.attachment ? [{ sha256: sha256(more.attachment), bytes: more.attachment }] : []
  const envelope = {
    v: 1,
    hub: more.hub ?? HUB,
    id: '019c9000-0000-7000-8000-' + randomBytes(6).toString('hex'),
    kind,
    from,
    to: [],
    created: toTime(NOW_MS),
    salt: toBase64url(randomBytes(16)),
    body: {
      sha256: sha256(body),
      sm3: createHash('sm3').update(body).digest('hex'),
      bytes: body.length,
      type: 'application/json',
    },
    ...(attachments.length > 0 && {
      attachments: attachments.map(({ sha256, bytes }) => ({
        sha256,
        bytes: bytes.length,
        type: 'text/plain',
        name: 'note.txt',
      })),
    }),
    ...(more.suites && { suites: more.suites }),
  }
  return { envelope: Buffer.from(JSON.stringify(envelope)), body, attachments }
}

/** A signed message of a party as the walk hands it to the journal. */
export async function draftOf(
  party: TestParty,
  wanted: Partial<Judgement>,
  more: { content?: unknown; attachment?: Buffer; x5c?: boolean } = {},
): Promise<Draft> {
  const { signers } = party
  const suites = signers.map(({ signer }) => signer.alg)
  const kind = 'tradefinance.financing'
  const message = compose(party.urn, kind, more.content ?? { amount: '80000.00' }, {
    suites,
    ...(more.attachment && { attachment: more.attachment }),
  })
  const signatures: MessageSignature[] = []
  for (const { signer, path } of signers) {
    const by = more.x5c ? { path } : { fingerprint: sha256(path[0]!) }
    signatures.push(await signJws(message.envelope, 'hub-message+jws', signer, by))
  }
  const paths = signers.map(({ path }) => path)
  const listed = { thisUpdate: toTime(NOW_MS), nextUpdate: toTime(NOW_MS + DAY_MS), crlSha256: 'cd'.repeat(32) }
  const answered = {
    thisUpdate: toTime(NOW_MS),
    nextUpdate: toTime(NOW_MS + DAY_MS),
    producedAt: toTime(NOW_MS),
    responseSha256: sha256(party.answer),
    ageMs: 7,
  }
  // By a list, by the register, and for the SM2 certificate by a responder.
  const sources = ['crl', 'register', 'ocsp'] as const
  const status = paths.flat().map((der, at) => ({
    fingerprint: sha256(der),
    status: 'good' as const,
    source: sources[at]!,
    ...(at === 0 && listed),
    ...(at === 2 && answered),
    registerAt: 3,
  }))
  return {
    kind,
    version: 1,
    by: 'signature',
    sender: party.urn,
    id: (JSON.parse(message.envelope.toString()) as { id: string }).id,
    commitment: messageCommitment(message.envelope),
    content: { ...message, signatures, certificates: paths, status, responses: [party.answer] },
    judgement: { ...nothingWanted(), ...wanted },
    audience: [],
    refusalAudience: [],
    registerAt: 3,
    judgedAt: 0,
  }
}

/** A `hub.key` message file: by the operator's root and, for a rotation, by a receipt key of the hub. */
export async function keyStatement(
  root: Certificate,
  rootKey: TestKey,
  body: object,
  countersigner?: TestKey,
): Promise<MessageFile> {
  const message = compose(HUB, 'hub.key', body)
  const signatures = [await signJws(message.envelope, 'hub-message+jws', rootKey.signer, { path: [root.der] })]
  if (countersigner)
    signatures.push(
      await signJws(message.envelope, 'hub-message+jws', countersigner.signer, { fingerprint: countersigner.id }),
    )
  return { payload: toBase64url(message.envelope), signatures, body: toBase64url(message.body) }
}

/** Commitment of a message file, hex: what the next `hub.key` names as `previous`. */
export const commitmentOf = (file: MessageFile): string =>
  messageCommitment(Buffer.from(file.payload, 'base64url')).toString('hex')

/** The draft by which a `hub.key` enters the journal. */
export function keyDraft(file: MessageFile, root: Certificate): Draft {
  const envelope = Buffer.from(file.payload, 'base64url')
  return {
    kind: 'hub.key',
    version: 1,
    by: 'signature',
    sender: HUB,
    id: (JSON.parse(envelope.toString()) as { id: string }).id,
    commitment: messageCommitment(envelope),
    content: {
      envelope,
      signatures: file.signatures,
      body: Buffer.from(file.body, 'base64url'),
      attachments: [],
      certificates: file.signatures.map((_, at) => (at === 0 ? [root.der] : [])),
      status: [],
    },
    judgement: nothingWanted(),
    audience: [],
    refusalAudience: [],
    registerAt: 3,
    judgedAt: 0,
  }
}
