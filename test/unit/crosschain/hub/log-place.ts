// A hub's log made by hand: keys, entries of the hub itself, checkpoints, and all that can be shown of it.
import { createPrivateKey, hash as digest, randomBytes } from 'node:crypto'
import type { LedgerTrust } from '../../../../schemas/types.d.ts'
import { composeMessage, type MessageFile, messageFile } from '../../../../src/client/compose.ts'
import { type KeyAndCertificate, operatorRoot } from '../../../../src/client/sandbox/certificates.ts'
import { genesisStatement, type HubKey, makeHubKeys } from '../../../../src/client/sandbox/hub-keys.ts'
import { trustOfHub } from '../../../../src/crosschain/ledgers/hub/pins.ts'
import { signCheckpoint } from '../../../../src/hub/evidence/checkpoint.ts'
import { makeEntryProof } from '../../../../src/hub/evidence/entry-proof.ts'
import { buildLeaf } from '../../../../src/hub/evidence/leaf.ts'
import { type LogSources, makeLogHeader } from '../../../../src/hub/evidence/log-header.ts'
import { auditPath, leafHash, merkleRoot } from '../../../../src/hub/evidence/merkle.ts'
import { keySigner } from '../../../../src/hub/identity/signer.ts'
import { messageCommitment } from '../../../../src/hub/message/envelope.ts'
import { derivedId, hubContent, hubMessage } from '../../../../src/hub/message/hub-message.ts'
import { toBase64url, toTime } from '../../../../src/hub/values/encoding.ts'

export const HUB = 'urn:hub:vn:operator:paper-lotus'
export const LEDGER = 'urn:hub:vn:ledger:paper-lotus'
const JOURNAL = `${HUB}:journal`
export const START_MS = Date.parse('2026-11-21T08:00:00.000Z')

const how = { randomness: randomBytes, clock: () => START_MS - 60_000 }

export interface LogPlace {
  trust: LedgerTrust
  /** Appends an entry of the hub itself, a second after the one before; gives its index. */
  say(kind: string, body: object): number
  size(): number
  /** Header of the log of `size`, signed with the keys of a generation; `keys` are those it carries. */
  header(size: number, more?: { from?: number[]; generation?: number; carried?: number }): Promise<Buffer>
  proof(index: number, size: number): Promise<{ account: Buffer[]; storage: Buffer[] }>
  /** The same keys and the same beginning; what is said from here on is another history. */
  fork(at: number): LogPlace
  /** New keys, vouched for by the root and the keys before. */
  rotate(change?: { compromised?: { lastGoodSize: number } }): Promise<void>
}

interface Entry {
  leaf: Buffer
  atMs: number
  content: ReturnType<typeof hubContent> & { saltSeed: Buffer }
}
interface Keys {
  generations: HubKey[][]
  files: MessageFile[]
}

export async function logPlace(): Promise<LogPlace> {
  const root = await operatorRoot(HUB, START_MS)
  const first = makeHubKeys()
  const files = [await genesisStatement(HUB, first, root, how)]
  return placeOf(root, { generations: [first], files }, [])
}

function placeOf(root: KeyAndCertificate, keys: Keys, entries: Entry[]): LogPlace {
  const hashes = (size: number): Buffer[] => entries.slice(0, size).map(({ leaf }) => leafHash(leaf))
  const genesis = messageCommitment(Buffer.from(keys.files[0]!.payload, 'base64url')).toString('hex')
  const place = { ledger: LEDGER, sequence: 1, hub: HUB, journal: JOURNAL, epoch: 1 }
  const sources = async (size: number, generation: number, carried: number): Promise<LogSources> => {
    const checkpoint = { origin: JOURNAL, size, root: merkleRoot(hashes(size)) }
    const note = await signCheckpoint(checkpoint, signersOf(keys.generations[generation]!))
    const source = {
      journal: {
        read: async (from: number) => entries.slice(from, from + 1).map((one, n) => asEntry(one, from + n)),
        content: async (index: number) => entries[index]?.content,
      },
      evidence: {
        latest: () => ({ size, note }),
        at: async () => undefined,
        inclusion: async (index: number, of = size) => ({ path: auditPath(hashes(of), index) }),
        consistency: async (from: number, to = size) => ({ path: consistency(from, hashes(to), true) }),
      },
      hubKeys: { operatorRoot: { der: root.certificateDer }, files: keys.files.slice(0, carried) },
    }
    return source as unknown as LogSources
  }
  return {
    trust: trustOfHub({ ...place, operatorRoot: root.certificateDer, genesis }),
    size: () => entries.length,
    say(kind, body) {
      const index = entries.length
      entries.push(entryOf(index, kind, body))
      return index
    },
    async header(size, { from = [], generation = keys.generations.length - 1, carried = generation + 1 } = {}) {
      return makeLogHeader(size, from, await sources(size, generation, carried))
    },
    async proof(index, size) {
      const { place: where, envelope, body } = await makeEntryProof(index, size, await sources(size, 0, 1))
      return { account: [where], storage: [envelope, body] }
    },
    fork: (at) => placeOf(root, keys, entries.slice(0, at)),
    async rotate(change = {}) {
      const next = makeHubKeys()
      const before = messageCommitment(Buffer.from(keys.files.at(-1)!.payload, 'base64url')).toString('hex')
      const body = { sequence: keys.files.length, previous: before, keys: next.map(publicPart), ...change }
      const [old] = keys.generations.at(-1)!
      const signers = [
        { signer: keySigner(root.privateKey), by: { path: [root.certificateDer] } },
        { signer: keySigner(createPrivateKey(old!.pem)), by: { fingerprint: idOf(old!) } },
      ]
      const message = await composeMessage(
        { hub: HUB, kind: 'hub.key', v: 1, from: HUB, to: [], body },
        { ...how, signers },
      )
      keys.files.push(messageFile(message))
      keys.generations.push(next)
    },
  }
}

const idOf = ({ spkiDer }: HubKey): string => digest('sha256', spkiDer, 'hex')
const publicPart = (key: HubKey) => ({ use: key.use, alg: key.alg, spki: toBase64url(key.spkiDer), id: idOf(key) })

/** Ed25519, then the SM2 key of receipts as the cosigner. */
const signersOf = (keys: HubKey[]) =>
  ['checkpoint-ed25519.pem', 'receipt-sm2.pem']
    .map((file) => keys.find((key) => key.file === file)!)
    .map(({ pem, spkiDer }) => ({ signer: keySigner(createPrivateKey(pem)), spkiDer }))

function entryOf(index: number, kind: string, body: object): Entry {
  const atMs = START_MS + index * 1_000
  const message = hubMessage({
    hub: HUB,
    kind,
    id: derivedId('test', String(index), JSON.stringify(body)),
    to: [],
    atMs,
    salt: randomBytes(16),
    body,
  })
  const saltSeed = randomBytes(32)
  const leaf = buildLeaf({
    journal: JOURNAL,
    index,
    at: toTime(atMs),
    outcome: 'accepted',
    kind,
    sender: HUB,
    commitment: message.commitment,
    signatures: [],
    certificates: [],
    status: [],
    registerAt: 0,
    movements: [],
    saltSeed,
  })
  return { leaf, atMs, content: { ...hubContent(message), saltSeed } }
}

const asEntry = ({ leaf, atMs }: Entry, index: number) => ({
  index,
  atMs,
  leaf,
  by: 'hub',
  outcome: 'accepted',
  registerAt: 0,
})

/** RFC 6962 section 2.1.2, as it is written there. */
function consistency(from: number, leaves: Buffer[], whole: boolean): Buffer[] {
  if (from === leaves.length) return whole ? [] : [merkleRoot(leaves)]
  let half = 1
  while (half * 2 < leaves.length) half *= 2
  const [left, right] = [leaves.slice(0, half), leaves.slice(half)]
  return from <= half
    ? [...consistency(from, left, whole), merkleRoot(right)]
    : [...consistency(from - half, right, false), merkleRoot(left)]
}
