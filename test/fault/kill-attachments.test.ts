// kill -9 of the real process while attachments are uploaded and messages that name them are sent: what was answered stays, byte for byte.
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { composeMessage, type ComposedMessage, headerForm } from '../../src/client/compose.ts'
import { composerOf } from '../../src/client/party-folder.ts'
import { AttachmentStore } from '../../src/hub/attachments/store.ts'
import { secretKey } from '../../src/hub/identity/hub-signers.ts'
import { allEntries } from '../support/fault-invariants.ts'
import { openKept } from '../support/fault-kept.ts'
import { mortalHub, type MortalHub } from '../support/fault-process.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import { pause } from '../support/fault-traffic.ts'
import { invoiced, newInvoice } from '../support/invoices.ts'
import { COMES_AGAIN } from '../support/doors.ts'
import { LONG_MS } from '../support/patience.ts'

const DEATHS = 3
const LANES = 4
const [SELLER, BANK] = ['guangxi-exporter', 'nanning-bank'] as const
const TYPE = 'application/pdf'
const DAY_MS = 86_400_000
/** A party may have 64 uploads waiting. */
const PAPERS_PER_LIFE = 16

const seed = faultSeed('kill-attachments')
const chance = chanceOf(seed)
let hub: MortalHub
beforeAll(async () => {
  hub = await mortalHub({ HUB_SM2_WORKERS: '1' })
})
afterAll(() => hub?.remove())

interface Paper {
  sha256: string
  bytes: Buffer
  message: ComposedMessage
  /** Answered 201 or 200 by some life. */
  staged: boolean
  index?: number
}
const papers: Paper[] = []

async function newPaper(): Promise<Paper> {
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), chance.bytes(1_000 + chance.below(150_000))])
  const party = hub.party(SELLER)
  const what = {
    hub: party.card.hub,
    v: 1,
    from: party.card.party,
    ...invoiced([hub.party(BANK).card.party], newInvoice({ clock: { now: Date.now, shiftMs: 0 } })),
    attachments: [{ name: 'scan.pdf', type: TYPE, bytes, upload: true }],
  }
  const message = await composeMessage(what, composerOf(party))
  const paper = { sha256: createHash('sha256').update(bytes).digest('hex'), bytes, message, staged: false }
  papers.push(paper)
  return paper
}

/** One request; undefined when the hub died over it. */
async function ask(token: string, method: string, path: string, headers: object, body: Buffer) {
  try {
    const authorization = `Bearer ${token}`
    for (;;) {
      const answer = await fetch(hub.url + path, {
        method,
        headers: { ...headers, authorization },
        body: new Uint8Array(body),
      })
      const told = { status: answer.status, body: (await answer.json()) as { index?: number; code?: string } }
      // A hub that is only slow asks for the same bytes again.
      if (!COMES_AGAIN.has(told.body.code)) return told
      await pause(20)
    }
  } catch {
    return undefined
  }
}

async function upload(paper: Paper, token: string): Promise<number | undefined> {
  const { sha256, bytes } = paper
  const answer = await ask(token, 'PUT', `/v1/attachments/${sha256}`, { 'content-type': TYPE }, bytes)
  if (!answer) return undefined
  expect([200, 201], JSON.stringify(answer)).toContain(answer.status)
  // What was said to be here is here, whatever has happened since.
  if (paper.staged) expect(answer.status, 'staged before').toBe(200)
  paper.staged = true
  return answer.status
}

async function submit(paper: Paper, token: string): Promise<void> {
  const { header, type, body } = headerForm(paper.message)!
  const answer = await ask(token, 'POST', '/v1/messages', { 'content-type': type, 'hub-message': header }, body)
  if (!answer) return
  expect([200, 201], JSON.stringify(answer)).toContain(answer.status)
  if (paper.index !== undefined) expect(answer).toMatchObject({ status: 200, body: { index: paper.index } })
  paper.index = answer.body.index!
}

/** Uploads and submits until the hub dies under it. */
async function live(token: string): Promise<void> {
  const life = { begun: 0, dead: false }
  const begins = (): boolean => !life.dead && life.begun++ < PAPERS_PER_LIFE
  const lane = async (): Promise<void> => {
    while (begins()) {
      const paper = await newPaper()
      if ((await upload(paper, token)) === undefined || chance.below(4) === 0) continue
      await submit(paper, token)
    }
  }
  const enough = 3 + chance.below(8)
  const taken = (): number => papers.filter(({ index }) => index !== undefined).length
  const before = taken()
  const lanes = Promise.all(Array.from({ length: LANES }, lane))
  const isYoung = (): boolean => taken() - before < enough && life.begun <= PAPERS_PER_LIFE
  while (isYoung()) await pause(1)
  await pause(chance.below(12))
  await hub.kill()
  life.dead = true
  await lanes
}

/** What was answered before the death: each entry has its attachment, each staged one can still be named without being sent again. */
async function holds(token: string): Promise<void> {
  const bank = hub.client(BANK)
  for (const { index, sha256, bytes } of papers)
    if (index !== undefined) expect((await bank.attachment(index, sha256)).equals(bytes), `entry ${index}`).toBe(true)
  const staged = papers.filter((paper) => paper.staged && paper.index === undefined)
  for (const paper of staged) {
    await submit(paper, token)
    expect(paper.index, 'staged and now named').toBeDefined()
    expect((await bank.attachment(paper.index!, paper.sha256)).equals(paper.bytes)).toBe(true)
  }
  // The same bytes again, uploaded and submitted, get the same answers.
  for (const paper of chance.shuffled(papers.filter(({ index }) => index !== undefined)).slice(0, 5)) {
    expect(await upload(paper, token)).toBe(200)
    await submit(paper, token)
  }
}

it(`every attachment that was answered is there after ${DEATHS} deaths (seed ${seed})`, {
  timeout: LONG_MS,
}, async () => {
  for (let death = 0; death <= DEATHS; death++) {
    hub.spawn()
    await hub.ready()
    const token = await hub.client(SELLER).token('api')
    await holds(token)
    if (death < DEATHS) await live(token)
  }
  expect(await hub.stop()).toBe(0)
  const taken = papers.filter(({ index }) => index !== undefined).length
  process.stdout.write(`kill-attachments: ${papers.length} begun, ${taken} in entries\n`)
  expect(taken).toBeGreaterThanOrEqual(3 * DEATHS)
  await onlyOwnedStay()
})

/** Every name an entry owns is kept; what belongs to none is destroyed by the sweep of the next day, and nothing else. */
async function onlyOwnedStay(): Promise<void> {
  const { journal, close } = await openKept(hub.config)
  const owned = (await allEntries(journal)).flatMap(({ blobs = [] }) => blobs)
  await close()
  const folder = join(hub.config.data, 'attachments')
  const kept = (): string[] =>
    [...new Set(readdirSync(join(folder, 'kept')).map((name) => name.replace(/\.\w+$/, '')))].sort()
  expect(kept()).toEqual(expect.arrayContaining(owned))
  const [sealingKey, indexKey] = (['sealing.key', 'index.key'] as const).map((name) =>
    secretKey(hub.config.keys, name, true),
  )
  const store = new AttachmentStore({
    folder,
    sealingKey: sealingKey!,
    indexKey: indexKey!,
    clock: Date.now,
    randomness: randomBytes,
  })
  await store.sweep(Date.now() + DAY_MS, async (name) => owned.includes(name))
  expect(kept()).toEqual([...owned].sort())
}
