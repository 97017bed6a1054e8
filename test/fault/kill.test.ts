// kill -9 of the real process under load, again and again on one data folder: what was answered stays answered, and nothing is there twice.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FeedClient } from '../../src/client/feed-client.ts'
import type { FeedItem } from '../../src/client/feed-item.ts'
import { readCheckpoint, verifyCheckpoint } from '../../src/hub/evidence/checkpoint.ts'
import { verifyReceipt } from '../../src/hub/evidence/commit-signature.ts'
import { readHubKeys } from '../../src/hub/evidence/hub-keys.ts'
import { readMessageFile } from '../../src/hub/evidence/message-file.ts'
import { verifyConsistency } from '../../src/hub/evidence/merkle.ts'
import type { Journal } from '../../src/hub/journal/journal.ts'
import * as invariants from '../support/fault-invariants.ts'
import { openKept } from '../support/fault-kept.ts'
import { Load, type Outgoing } from '../support/fault-load.ts'
import { mortalHub, type MortalHub } from '../support/fault-process.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import { drive, pause, Traffic, TRAFFIC_PARTIES, type Consignment } from '../support/fault-traffic.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const RUNS = 20
const ANSWERED_MIN = 1_000
const LANES = 24
const SUBSCRIBERS = ['fx-supervision', 'vietnam-customs'] as const

const seed = faultSeed('kill')
const chance = chanceOf(seed)
let hub: MortalHub

beforeAll(async () => {
  hub = await mortalHub({ HUB_CHECKPOINT_MS: '100', HUB_SM2_WORKERS: '1' })
})
afterAll(() => hub?.remove())

interface Subscriber {
  folder: string
  items: FeedItem[]
  announced: string[]
  fault: Error | undefined
  close(): Promise<void>
}

/** Reads a named subscription from the first item on, over every death of the hub. */
function subscribe(folder: string): Subscriber {
  const client = hub.client(folder)
  const subscriber: Subscriber = { folder, items: [], announced: [], fault: undefined, close: async () => {} }
  const tell = (line: string): void => void (line.includes('are gone') && subscriber.announced.push(line))
  const token = (refused?: string): Promise<string> => client.token('feed', refused)
  const feed = new FeedClient({ url: hub.url, token, name: 'kill', after: 0, tell, purpose: client.purpose })
  const read = async (): Promise<void> => {
    for await (const item of feed) subscriber.items.push(item)
  }
  const reading = read().catch((error: Error) => void (subscriber.fault = error))
  subscriber.close = async () => {
    await feed.close()
    await reading
  }
  return subscriber
}

/** Everything this test knows from outside, over all lives of the hub. */
const notes = new Map<number, string>()
const subscribers: Subscriber[] = []
let load: Load
let tokens = new Map<string, Promise<string>>()

async function watchCheckpoints(stopped: () => boolean): Promise<void> {
  const client = hub.client('hub-operator', 1)
  while (!stopped()) {
    const note = await client.checkpoint().catch(() => undefined)
    if (note !== undefined && !stopped()) remember(note)
    await pause(40)
  }
}

function remember(note: string): void {
  const { size, root } = readCheckpoint(note)
  const before = notes.get(size)
  if (before) expect(readCheckpoint(before).root, `two logs of ${size} entries`).toEqual(root)
  notes.set(size, note)
}

/** Starts the hub; one life in four dies once more before or just as it is ready. */
async function begin(): Promise<void> {
  hub.spawn()
  if (chance.below(4) === 0) {
    await pause(300 + chance.below(2_000))
    await hub.kill()
    hub.spawn()
  }
  await hub.ready()
  tokens = new Map(TRAFFIC_PARTIES.map((folder) => [folder, hub.client(folder).token('api')]))
  await Promise.all(tokens.values())
  if (subscribers.length === 0) subscribers.push(...SUBSCRIBERS.map(subscribe))
}

/** The client's duty: the same bytes again until answered; and some that were answered, for the same answer. */
async function retry(sent: ReadonlyMap<string, Outgoing>): Promise<void> {
  for (let tries = 0; load.unanswered.size > 0 && tries < 1_000; tries++) {
    const sending = [...load.unanswered.values()].map((message) => load.send(message))
    if (!(await Promise.all(sending)).every(Boolean)) await pause(50)
  }
  expect([...load.unanswered.keys()], 'still unanswered').toEqual([])
  const again = chance.shuffled([...load.told.keys()].slice(-400)).slice(0, 60)
  for (const commitment of again) await expect.poll(() => load.send(sent.get(commitment)!), PATIENT).toBe(true)
}

/** One life: at least a thousand answers, then death at a moment of the seed while more are under way. */
async function live(work: { bulk: Outgoing[]; consignments: Consignment[] }): Promise<number> {
  const before = load.told.size
  const enough = ANSWERED_MIN + chance.below(300)
  const delayMs = chance.below(40)
  let dead = false
  const driving = drive(load, { ...work, lanes: LANES }, () => dead)
  const watching = watchCheckpoints(() => dead)
  while (load.told.size - before < enough) await pause(1)
  await pause(delayMs)
  await hub.kill()
  dead = true
  await Promise.all([driving, watching])
  return load.told.size - before
}

it(`survives ${RUNS} deaths under load (seed ${seed})`, { timeout: 6 * LONG_MS }, async () => {
  const traffic = new Traffic(hub, chance)
  const sent = new Map<string, Outgoing>()
  const work = { bulk: [] as Outgoing[], consignments: [] as Consignment[] }
  load = new Load(hub.url, LANES + 2, async (folder) => tokens.get(folder)!)
  const figures: number[] = []
  let pending = 0
  for (let run = 0; run < RUNS; run++) {
    const starting = begin()
    while (work.bulk.length < 2_200) work.bulk.push(...(await traffic.bulk(100)))
    while (work.consignments.length < 30) work.consignments.push(await traffic.consignment())
    for (const message of [...work.bulk, ...work.consignments.flat(2)]) sent.set(message.commitment, message)
    await starting
    await retry(sent)
    figures.push(await live(work))
    pending += load.unanswered.size
  }
  await begin()
  await retry(sent)
  process.stdout.write(`kill: answered per run ${figures.join(' ')}; ${pending} left unanswered by deaths in all\n`)
  expect(Math.min(...figures)).toBeGreaterThanOrEqual(ANSWERED_MIN)
  expect(pending, 'no death left anything unanswered: it was not under load').toBeGreaterThan(0)
  expect(load.wrong).toEqual([])
  await finish()
})

async function finish(): Promise<void> {
  const operator = hub.client('hub-operator')
  const size = ((await (await fetch(`${hub.url}/health/ready`)).json()) as { entries: number }).entries
  let last = await operator.checkpoint()
  for (const until = Date.now() + 60_000; readCheckpoint(last).size < size && Date.now() < until; await pause(50))
    last = await operator.checkpoint()
  expect(readCheckpoint(last).size).toBeGreaterThanOrEqual(size)
  remember(last)
  await consistentByApi(last)
  await everythingCame()
  await Promise.all(subscribers.map((subscriber) => subscriber.close()))
  await load.close()
  expect(await hub.stop()).toBe(0)
  await lookInside(size)
}

/** Consistency proofs from every checkpoint ever seen to the last one, verified here; and the hub's signatures under each. */
async function consistentByApi(last: string): Promise<void> {
  const operator = hub.client('hub-operator')
  const to = readCheckpoint(last)
  const { generations } = await ring()
  const keys = generations[0]!.checkpoint.map(({ key }) => key)
  expect(notes.size).toBeGreaterThan(RUNS)
  for (const note of notes.values()) {
    const from = await verifyCheckpoint(note, keys)
    const proof = (await operator.consistency(from.size, to.size)) as { path: string[] }
    const path = proof.path.map((hash) => Buffer.from(hash, 'hex'))
    const sound = verifyConsistency({ from: from.size, to: to.size, fromRoot: from.root, toRoot: to.root, path })
    expect(sound, `the log of ${to.size} goes on from that of ${from.size}`).toBe(true)
  }
}

const ring = () =>
  readHubKeys(
    [readMessageFile(JSON.parse(readFileSync(hub.config.keyStatement, 'utf8')), 'the first hub.key')],
    hub.config.seed.operatorRoot,
  )

/** The subscribers were told everything, once each after `seq`, in order; nothing was announced as lost, and nothing is. */
async function everythingCame(): Promise<void> {
  for (const { folder, items, announced, ...subscriber } of subscribers) {
    // Without any load the hub still writes entries of its own (alerts, what was read), so the head is asked for anew.
    const headNow = async (): Promise<number> => (await hub.client(folder).feed({ limit: 1 })).head
    let head = await headNow()
    for (const until = Date.now() + 120_000; items.length !== head && !subscriber.fault && Date.now() < until; ) {
      await pause(50)
      head = await headNow()
    }
    expect(subscriber.fault, `the feed of ${folder}`).toBeUndefined()
    expect(announced).toEqual([])
    expect(items.length).toBe(head)
  }
}

async function lookInside(size: number): Promise<void> {
  const { journal, views, close } = await openKept(hub.config)
  try {
    const entries = await invariants.allEntries(journal)
    expect(entries.length).toBeGreaterThanOrEqual(size)
    // After the last answer only the hub itself has written.
    expect(entries.slice(size).filter(({ by }) => by !== 'hub')).toEqual([])
    invariants.checkOrder(entries)
    await invariants.checkHeads(entries, journal)
    expect(invariants.checkAccounts(entries)).toBeGreaterThan(RUNS)
    expect(await invariants.checkRefusals(entries, journal)).toBeGreaterThan(RUNS)
    await invariants.checkFeeds(entries, views)
    invariants.checkLog(entries, notes.values())
    await invariants.checkTold(load.told.values(), journal)
    await receiptsVerify(journal)
    for (const { folder, items } of subscribers)
      expect(items.map(({ seq, index, view }) => ({ seq, index, view }))).toEqual(
        invariants
          .feedOf(entries, hub.party(folder).card.party)
          .filter(({ index }, at) => at < items.length || index < size),
      )
    expect(load.told.size).toBeGreaterThanOrEqual(RUNS * ANSWERED_MIN)
  } finally {
    await close()
  }
}

/** Receipts given now, of entries on both sides of deaths, verify against the operator's root. */
async function receiptsVerify(journal: Journal): Promise<void> {
  const known = await ring()
  for (const { index, payload } of chance.shuffled([...load.told.values()]).slice(0, 300)) {
    const receipt = await journal.receipt(index)
    await verifyReceipt(receipt, known)
    expect(receipt.payload).toBe(payload)
  }
}
