// What must hold of a hub of several processes after every fault, seen from outside and in its store.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { verifyWith } from '../../src/client/trust-file.ts'
import { readCheckpoint, verifyCheckpoint } from '../../src/hub/evidence/checkpoint.ts'
import { verifyReceipt } from '../../src/hub/evidence/commit-signature.ts'
import { readHubKeys } from '../../src/hub/evidence/hub-keys.ts'
import { readMessageFile } from '../../src/hub/evidence/message-file.ts'
import { verifyConsistency } from '../../src/hub/evidence/merkle.ts'
import type { Head, HeadKey } from '../../src/hub/journal/heads.ts'
import type { Journal, JournalEntry } from '../../src/hub/journal/journal.ts'
import { openMongo } from '../../src/hub/journal/mongo.ts'
import type { ClusterStage } from './cluster-stage.ts'
import * as invariants from './fault-invariants.ts'
import type { Kept } from './fault-kept.ts'
import { pause } from './fault-traffic.ts'
import type { MortalCluster } from './mortal-cluster.ts'

const RECEIPTS = 100
const CONSISTENT = 40
const BUNDLES = 4
/** What these have sent is in their own feeds; acknowledgements are in nobody's. */
const SHOWN_TO = new Set(['hanoi-importer', 'vietnam-customs'])
const COMPLETE_WITHIN_MS = 90_000
const PAGE = 1_000
const AT_ONCE = 8
/** Without load the hub still writes a little of its own; then the look is taken again. */
const LOOKS = 8

export async function checkCluster(stage: ClusterStage): Promise<void> {
  const { load, cluster } = stage
  expect(load.wrong, faults(cluster)).toEqual([])
  await checkLogByApi(stage)
  await checkSubscribers(stage)
  const kept = await cluster.kept()
  try {
    for (let look = 1; ; look++) {
      const entries = await invariants.allEntries(kept.journal)
      try {
        await checkStore(stage, kept, entries)
        break
      } catch (error) {
        if (look === LOOKS || (await kept.journal.read(entries.length, 1)).length === 0) throw error
      }
    }
    await receiptsVerify(stage, kept)
  } finally {
    await kept.close()
  }
}

/** What the processes have logged of requests that they failed at. */
const faults = ({ processes }: MortalCluster): string =>
  processes
    .flatMap((one) => one.log().split('\n'))
    .filter((line) => line.includes('"msg":"fault"'))
    .map((line) => line.slice(0, 1_500))
    .join('\n')

async function checkStore(stage: ClusterStage, kept: Kept, entries: readonly JournalEntry[]): Promise<void> {
  const { load, notes, cluster, subscribers } = stage
  invariants.checkOrder(entries)
  await checkHeadsKept(entries, cluster)
  invariants.checkAccounts(entries)
  await invariants.checkRefusals(entries, remembering(kept.journal))
  await invariants.checkFeeds(entries, kept.views)
  invariants.checkLog(entries, notes.values())
  const told = [...load.told.values()]
  const part = (n: number) => told.filter((_, at) => at % AT_ONCE === n)
  await Promise.all(Array.from({ length: AT_ONCE }, (_, n) => invariants.checkTold(part(n), kept.journal)))
  for (const { folder, items } of subscribers)
    expect(items.map(({ seq, index, view }) => ({ seq, index, view }))).toEqual(
      invariants.feedOf(entries, cluster.party(folder).card.party).slice(0, items.length),
    )
}

/** Entries of a race are looked at once for each refusal. */
function remembering(journal: Journal): Pick<Journal, 'urn' | 'content'> {
  const known = new Map<number, ReturnType<Journal['content']>>()
  return {
    urn: journal.urn,
    content(index) {
      const content = known.get(index) ?? journal.content(index)
      known.set(index, content)
      return content
    },
  }
}

/** The heads that are kept are those the entries have moved, neither more nor fewer. */
async function checkHeadsKept(entries: readonly JournalEntry[], cluster: MortalCluster): Promise<void> {
  const moved = new Map<HeadKey, Head>()
  for (const { index, movements } of entries)
    for (const { key, from, to, value } of movements) {
      const version = moved.get(key)?.version ?? 0
      if (from !== version || to !== version + 1)
        throw new Error(`entry ${index} moves ${key} from ${from} to ${to}, it was at ${version}`)
      moved.set(key, { version: to, index, value })
    }
  const place = await openMongo(cluster.mongoUrl, { database: cluster.database })
  try {
    const store = place.store()
    const there = new Map<HeadKey, Head>()
    for (let after = ''; ; ) {
      const page = await store.listHeads(after as HeadKey, PAGE)
      for (const { key, head } of page) there.set(key, head)
      if (page.length < PAGE) break
      after = page.at(-1)!.key
    }
    expect(there).toEqual(moved)
  } finally {
    await place.close()
  }
}

/** The log goes on from every checkpoint seen to the last one, under the hub's signatures, and bundles of it verify. */
async function checkLogByApi(stage: ClusterStage): Promise<void> {
  const { cluster, notes, chance, load } = stage
  const operator = cluster.client('hub-operator')
  const last = readCheckpoint(await covering(stage))
  const keys = (await ring(cluster)).generations[0]!.checkpoint.map(({ key }) => key)
  const goesOn = async (note: string): Promise<void> => {
    const from = await verifyCheckpoint(note, keys)
    const { path } = (await operator.consistency(from.size, last.size)) as { path: string[] }
    const proof = { from: from.size, to: last.size, fromRoot: from.root, toRoot: last.root }
    const sound = verifyConsistency({ ...proof, path: path.map((hash) => Buffer.from(hash, 'hex')) })
    expect(sound, `the log of ${last.size} goes on from that of ${from.size}`).toBe(true)
  }
  await Promise.all(
    chance
      .shuffled([...notes.values()])
      .slice(0, CONSISTENT)
      .map(goesOn),
  )
  const trust = readFileSync(join(cluster.dir, 'sandbox', 'trust.json'))
  const senders = new Map([...load.told].map(([commitment, { index }]) => [index, stage.sent.get(commitment)!.folder]))
  const shown = [...senders].filter(([, folder]) => SHOWN_TO.has(folder))
  for (const [index, folder] of chance.shuffled(shown).slice(0, BUNDLES)) {
    const bundle = await cluster.client(folder).bundle(index)
    expect((await verifyWith(bundle, trust)).verdict, `entry ${index}`).toBe('verified')
  }
}

/** A checkpoint over everything that was answered. */
async function covering({ cluster, load, ...stage }: ClusterStage): Promise<string> {
  const size = 1 + Math.max(-1, ...[...load.told.values()].map(({ index }) => index))
  const operator = cluster.client('hub-operator')
  for (const giveUpAt = performance.now() + COMPLETE_WITHIN_MS; ; await pause(100)) {
    const note = await operator.checkpoint()
    stage.notes.set(readCheckpoint(note).size, note)
    if (readCheckpoint(note).size >= size) return note
    if (performance.now() > giveUpAt)
      throw new Error(`the log has ${readCheckpoint(note).size} entries, not ${size}\n${cluster.logs()}`)
  }
}

const ring = ({ config }: MortalCluster) =>
  readHubKeys(
    [readMessageFile(JSON.parse(readFileSync(config.keyStatement, 'utf8')), 'the first hub.key')],
    config.seed.operatorRoot,
  )

/** Every subscriber has been told everything, in order, and nothing was announced as lost. */
async function checkSubscribers({ cluster, subscribers }: ClusterStage): Promise<void> {
  for (const { folder, items, announced, ...subscriber } of subscribers) {
    const client = cluster.client(folder)
    const missing = async (): Promise<number> => (await client.feed({ limit: 1 })).head - items.length
    for (const giveUpAt = performance.now() + COMPLETE_WITHIN_MS; (await missing()) !== 0; await pause(100)) {
      expect(subscriber.fault, `the feed of ${folder}`).toBeUndefined()
      if (performance.now() > giveUpAt)
        throw new Error(`${folder} has ${items.length} items, ${await missing()} are missing\n${cluster.logs()}`)
    }
    expect(announced).toEqual([])
    expect(items.map(({ seq }) => seq)).toEqual(items.map((_, n) => n + 1))
  }
}

/** Receipts given now verify against the operator's root and say what they said first. */
async function receiptsVerify({ cluster, chance, load }: ClusterStage, { journal }: Kept): Promise<void> {
  const known = await ring(cluster)
  for (const { index, payload } of chance.shuffled([...load.told.values()]).slice(0, RECEIPTS)) {
    const receipt = await journal.receipt(index)
    await verifyReceipt(receipt, known)
    expect(receipt.payload).toBe(payload)
  }
}
