// Three processes of one hub over one database: whatever one of them has said is so at every other, at once.
import { randomBytes } from 'node:crypto'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ComposedMessage, composeMessage, type Composition } from '../../src/client/compose.ts'
import * as documents from '../../src/client/demo/documents.ts'
import { enquire } from '../../src/client/enquiry.ts'
import { FeedClient } from '../../src/client/feed-client.ts'
import type { FeedItem } from '../../src/client/feed-item.ts'
import { HubClient, type Submitted } from '../../src/client/hub-client.ts'
import { composerOf } from '../../src/client/party-folder.ts'
import type { CastParty } from '../../src/client/sandbox/cast.ts'
import { partyCertificate } from '../../src/client/sandbox/certificates.ts'
import { partyEntry } from '../../src/client/sandbox/register.ts'
import { verifyWith } from '../../src/client/trust-file.ts'
import { commitRoot } from '../../src/hub/evidence/receipt.ts'
import { keySigner } from '../../src/hub/identity/signer.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { readCa } from '../../bench/parties.ts'
import { newInvoice } from '../support/invoices.ts'
import { type MortalCluster, mortalCluster } from '../support/mortal-cluster.ts'
import type { MortalProcess } from '../support/mortal-process.ts'
import { canStartServers, servicesFor } from '../support/services.ts'
import { PATIENT } from '../support/patience.ts'

const SUITE = 'several processes'
const [EXPORTER, CUSTOMS, PARTNER] = ['guangxi-exporter', 'nanning-customs', 'vietnam-customs'] as const
const [BANK, SECOND_BANK, IMPORTER, OPERATOR] = [
  'nanning-bank',
  'second-bank',
  'hanoi-importer',
  'hub-operator',
] as const
const TERMS = { amount: '256000.00', currency: 'USD' }

const services = servicesFor(SUITE)
const together = services && canStartServers(SUITE) ? describe : describe.skip

let cluster: MortalCluster
let a: MortalProcess
let b: MortalProcess
let c: MortalProcess
let serial = 0

type What = Partial<Composition> & Pick<Composition, 'kind' | 'body'>

const urn = (folder: string): string => cluster.party(folder).card.party
const newDeclaration = (): CustomsDeclaration => documents.electronics(Date.now(), ++serial)
const declared = (body: CustomsDeclaration, ...to: string[]): What => ({
  kind: 'customs.declaration',
  to: to.map(urn),
  body,
})

const clients = new Map<string, HubClient>()

/** The client of a party that knows one process alone. A no is told as it comes, not tried again. */
function clientAt(folder: string, at: MortalProcess): HubClient {
  const key = `${folder} ${at.name}`
  let known = clients.get(key)
  if (!known) clients.set(key, (known = cluster.clientAt(folder, at, { retry: { attempts: 1 } })))
  return known
}

function compose(folder: string, what: What): Promise<ComposedMessage> {
  const { card } = cluster.party(folder)
  return composeMessage({ hub: card.hub, v: 1, from: card.party, to: [], ...what }, composerOf(cluster.party(folder)))
}

const send = async (folder: string, at: MortalProcess, what: What): Promise<Submitted> =>
  clientAt(folder, at).submit(await compose(folder, what))

function indexOf(answer: Submitted): number {
  if (answer.outcome === 'accepted') return answer.index
  throw new Error(`${answer.problem.code}: ${answer.problem.detail} ${JSON.stringify(answer.problem.findings ?? '')}`)
}

const codeOf = (answer: Submitted): string => (answer.outcome === 'refused' ? answer.problem.code : 'accepted')

/** The smallest message: a party has received the first item of its feed. */
async function receivedOne(folder: string): Promise<What> {
  const [first] = (await clientAt(folder, a).feed({ limit: 1 })).items
  const root = commitRoot([Buffer.from(first!.receipt!.payload, 'base64url')]).toString('hex')
  return { kind: 'hub.acknowledgement', body: { feed: urn(folder), epoch: 1, from: 1, to: 1, root } }
}

const trust = (): Buffer => readFileSync(join(cluster.dir, 'sandbox', 'trust.json'))

together('several processes of one hub', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    cluster = await mortalCluster({ services: services!, ownRedis: true })
    ;[a, b, c] = cluster.processes as [MortalProcess, MortalProcess, MortalProcess]
    await cluster.start()
  }, 120_000)
  afterAll(() => cluster?.remove())

  describe('what one has answered 201', () => {
    it('a party entered at one speaks at the next, again and again', async () => {
      for (let n = 0; n < 6; n++) {
        const [at, next] = [cluster.processes[n % 3]!, cluster.processes[(n + 1) % 3]!]
        const { entry, client } = await newcomer(`newcomer-${n}`, next)
        indexOf(await clientAt('cn-register-office', at).submitFile(entry))
        const { card } = cluster.party('cn-register-office')
        const declaration = newDeclaration()
        const message = await composeMessage(
          { ...declared(declaration, CUSTOMS), hub: card.hub, v: 1, from: client.identity.party, to: [urn(CUSTOMS)] },
          {
            signers: [{ signer: client.identity.signer, by: { path: [...client.identity.path] } }],
            randomness: randomBytes,
            clock: Date.now,
          },
        )
        indexOf(await client.submit(message))
      }
    })

    it('a declaration taken at one is genuine for the bank that asks at another', async () => {
      for (const [at, next] of [
        [a, b],
        [b, c],
        [c, a],
      ] as const) {
        const declaration = newDeclaration()
        indexOf(await send(EXPORTER, at, declared(declaration, CUSTOMS, PARTNER)))
        const { entryId, tradeCoScc: consignor } = declaration
        const question = { entryId, shown: { consignor, declared: { amount: '320000.00', currency: 'USD' } } }
        const asked = { enquiry: 'customs.declaration', v: 1, question }
        const { proof } = await enquire(clientAt(BANK, next), asked, trust())
        expect(proof).toMatchObject({ proof: 'verified', attestation: { verdict: 'yes' } })
      }
    })

    it('each step of a consignment at another process, and of two banks at two processes one has the account', async () => {
      const declaration = newDeclaration()
      indexOf(await send(EXPORTER, a, declared(declaration, CUSTOMS, PARTNER)))
      const release = documents.release(declaration, Date.now() - 1_000)
      indexOf(await send(CUSTOMS, b, { kind: 'customs.release', to: [urn(EXPORTER)], body: release }))
      const apply = async (bank: string, at: MortalProcess): Promise<Submitted> => {
        const body = documents.application(declaration, { ...TERMS, applicationId: `RACE-${bank}` }, Date.now())
        return send(bank, at, { kind: 'tradefinance.financing', body })
      }
      const answers = await Promise.all([apply(BANK, c), apply(SECOND_BANK, a)])
      expect(answers.map(codeOf).toSorted()).toEqual(['BALANCE_INSUFFICIENT', 'accepted'])
    })

    it('the same message at another gives the same receipt, and of three at once one is the first', async () => {
      const message = await compose(EXPORTER, declared(newDeclaration(), CUSTOMS))
      const first = await clientAt(EXPORTER, a).submit(message)
      expect(await clientAt(EXPORTER, b).submit(message)).toEqual({ ...first, duplicate: true })
      for (let n = 0; n < 5; n++) {
        const raced = await compose(EXPORTER, declared(newDeclaration(), CUSTOMS))
        const answers = await Promise.all(cluster.processes.map((one) => clientAt(EXPORTER, one).submit(raced)))
        expect(answers.filter((answer) => answer.outcome === 'accepted' && !answer.duplicate)).toHaveLength(1)
        const receipts = answers.map((answer) => answer.outcome === 'accepted' && answer.receipt.payload)
        expect(new Set(receipts).size).toBe(1)
      }
    })
  })

  describe('sessions', () => {
    const feedWith = async (at: MortalProcess, token: string): Promise<number> => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${at.url}/v1/feed?limit=1`, { headers })).status
    }

    it('opened at one are good at every other, and over everywhere when they are closed', async () => {
      const token = await clientAt(IMPORTER, a).token('api')
      expect(await Promise.all(cluster.processes.map((at) => feedWith(at, token)))).toEqual([200, 200, 200])
      const act = { act: 'close-sessions', party: urn(IMPORTER), reason: 'a lost laptop' }
      indexOf(await send(OPERATOR, b, { kind: 'hub.admin', body: act }))
      for (const at of cluster.processes) await expect.poll(() => feedWith(at, token), PATIENT).toBe(401)
      for (const at of cluster.processes) clients.delete(`${IMPORTER} ${at.name}`)
    })

    it('a challenge of one is answered at another, once', async () => {
      const [challenged, answered, replayed] = [a, b, c]
      const bodies: string[] = []
      const client = cluster.clientAt(BANK, challenged, {
        fetch: (url, init) => {
          const at = bodies.push(String(init?.body)) === 1 ? challenged : answered
          return fetch(String(url).replace(challenged.url, at.url), init)
        },
      })
      expect(await feedWith(replayed, await client.token('api'))).toBe(200)
      expect(bodies).toHaveLength(2)
      for (const at of [replayed, challenged]) {
        const headers = { 'content-type': 'application/json' }
        const again = await fetch(`${at.url}/v1/sessions`, { method: 'POST', headers, body: bodies[1]! })
        expect([again.status, ((await again.json()) as { code: string }).code]).toEqual([401, 'SESSION_NONCE_USED'])
      }
    })
  })

  describe('feeds', () => {
    /** Milliseconds from each answer at one process to the item on a socket of another. */
    async function delays(count: number): Promise<number[]> {
      // Where the rows of feeds are written they are known at once; so the socket is at another process, and so is every other sender.
      const writer = await cluster.appender()
      const [at, other] = cluster.processes.filter((one) => one !== writer) as [MortalProcess, MortalProcess]
      const reader = follow(cluster.clientAt(PARTNER, at), `speed-${randomBytes(4).toString('hex')}`)
      try {
        await reader.until((items) => items.length >= 1)
        const found: number[] = []
        for (let n = 0; n < count; n++) {
          const index = indexOf(await send(IMPORTER, n % 2 === 0 ? writer : other, declared(newDeclaration(), PARTNER)))
          const answeredMs = performance.now()
          await reader.until((items) => items.some((item) => item.index === index))
          found.push(performance.now() - answeredMs)
        }
        return found
      } finally {
        await reader.close()
      }
    }

    it('a socket at one has within a second what was sent to another', async () => {
      indexOf(await send(IMPORTER, a, declared(newDeclaration(), PARTNER)))
      const found = await delays(20)
      process.stdout.write(`feed across processes: ${found.map((ms) => ms.toFixed(0)).join(' ')} ms\n`)
      expect(Math.max(...found)).toBeLessThan(1_000)
    })

    it('also while Redis is gone', async () => {
      await cluster.own.redis!.kill()
      try {
        const found = await delays(12)
        process.stdout.write(`feed across processes without Redis: ${found.map((ms) => ms.toFixed(0)).join(' ')} ms\n`)
        expect(Math.max(...found)).toBeLessThan(1_000)
      } finally {
        await cluster.own.redis!.start()
      }
    })

    it('a subscription left at one goes on at another, without loss and without what was acknowledged', async () => {
      const name = 'wandering'
      for (let n = 0; n < 9; n++) indexOf(await send(IMPORTER, a, declared(newDeclaration(), PARTNER)))
      await cluster.settled()
      const { head } = await clientAt(PARTNER, a).feed({ limit: 1 })
      const seqs: number[] = []
      for (let round = 0; seqs.at(-1) !== head; round++) {
        const client = cluster.clientAt(PARTNER, cluster.processes[round % 3]!)
        const feed = new FeedClient({
          url: client.addresses,
          token: (old) => client.token('feed', old),
          name,
          after: 0,
        })
        let read = 0
        for await (const { seq } of feed) {
          seqs.push(seq)
          feed.acknowledge(seq)
          if (++read === 4 || seq === head) break
        }
        await feed.close()
      }
      expect(seqs).toEqual(Array.from({ length: head }, (_, n) => n + 1))
    })

    it('a subscriber whose process is killed has everything once, in order', async () => {
      const client = cluster.client(PARTNER, b)
      const reader = follow(client, 'bereaved')
      await reader.until((items) => items.length > 0)
      const sent: number[] = []
      const sending = (async () => {
        const importer = cluster.client(IMPORTER, a)
        for (let n = 0; n < 60; n++)
          sent.push(indexOf(await importer.submit(await compose(IMPORTER, declared(newDeclaration(), PARTNER)))))
      })()
      while (sent.length < 20) await new Promise((wake) => setTimeout(wake, 5))
      await b.kill()
      await sending
      await reader.until((items) => sent.every((index) => items.some((item) => item.index === index)))
      expect(client.addresses.current).not.toBe(b.url)
      expect(reader.items.map(({ seq }) => seq)).toEqual(reader.items.map((_, n) => n + 1))
      await reader.close()
      await cluster.start()
      expect(sent).toHaveLength(60)
      expect(new Set(sent).size).toBe(60)
    })
  })

  describe('evidence', () => {
    it('of each process verifies, and all of them say the same', async () => {
      const index = indexOf(await send(EXPORTER, a, declared(newDeclaration(), CUSTOMS)))
      const views = await Promise.all(
        cluster.processes.map(async (one) => {
          const client = clientAt(EXPORTER, one)
          const { verdict } = await verifyWith(await client.bundle(index), trust())
          return { verdict, client }
        }),
      )
      expect(views.map(({ verdict }) => verdict)).toEqual(['verified', 'verified', 'verified'])
      const size = index + 1
      const proofs = await Promise.all(
        views.map(async ({ client }) => {
          await expect.poll(() => client.inclusion(index, size).then(Boolean, () => false), PATIENT).toBe(true)
          const { path } = (await client.inclusion(index, size)) as { path: string[] }
          const { path: consistent } = (await client.consistency(5, size)) as { path: string[] }
          return { path, consistent, receipt: (await client.entry(index))['receipt'] }
        }),
      )
      expect(proofs[0]!.path.length).toBeGreaterThan(0)
      expect(proofs[1]).toEqual(proofs[0])
      expect(proofs[2]).toEqual(proofs[0])
    })

    it('attachments uploaded at one are used at another and read at the third', async () => {
      const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(700_000)])
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      await clientAt(EXPORTER, a).upload({ sha256, type: 'application/pdf', bytes })
      const scan = { name: 'scan.pdf', type: 'application/pdf', bytes, upload: true }
      const body = newInvoice({ clock: { now: Date.now, shiftMs: 0 } })
      const what = { kind: 'tradefinance.invoice', to: [urn(IMPORTER), urn(BANK)], body, attachments: [scan] }
      const { uploads: _uploaded, ...message } = await compose(EXPORTER, what)
      const index = indexOf(await clientAt(EXPORTER, b).submit(message))
      expect((await clientAt(BANK, c).attachment(index, sha256)).equals(bytes)).toBe(true)
      const bundle = await clientAt(BANK, c).bundle(index, 'include')
      expect((await verifyWith(bundle, trust())).verdict).toBe('verified')
    })

    it('content erased at one is shown by no other, whoever had it at hand', async () => {
      const index = indexOf(await send(EXPORTER, a, declared(newDeclaration(), CUSTOMS, PARTNER)))
      const shown = async (at: MortalProcess): Promise<Partial<FeedItem>> => clientAt(PARTNER, at).entry(index)
      for (const at of cluster.processes) expect(await shown(at)).toHaveProperty('message')
      for (const at of cluster.processes) await clientAt(PARTNER, at).feed({ limit: 500 })
      const ground = 'asked for by the person concerned'
      indexOf(await send(OPERATOR, a, { kind: 'hub.erasure', body: { index, ground } }))
      for (const at of cluster.processes) {
        const entry = await shown(at)
        expect(entry, `at ${at.name}`).toMatchObject({ withheld: 'erased' })
        expect(entry).not.toHaveProperty('message')
        const items = await pulled(clientAt(PARTNER, at))
        expect(items.find((item) => item.index === index)).toMatchObject({ withheld: 'erased' })
      }
    })
  })

  describe('the operator', () => {
    it('pauses at one what no other takes then', async () => {
      const what = { party: urn(SECOND_BANK) }
      const waiting = await compose(SECOND_BANK, {
        kind: 'tradefinance.financing',
        body: { act: 'confirm', applicationId: 'NONE' },
      })
      indexOf(await send(OPERATOR, a, { kind: 'hub.admin', body: { act: 'pause', what, reason: 'exercise' } }))
      const answers = await Promise.all(cluster.processes.map((at) => clientAt(SECOND_BANK, at).submit(waiting)))
      expect(answers.map(codeOf)).toEqual(['PAUSED', 'PAUSED', 'PAUSED'])
      indexOf(await send(OPERATOR, b, { kind: 'hub.admin', body: { act: 'resume', what, reason: 'over' } }))
      const after = await Promise.all(cluster.processes.map((at) => clientAt(SECOND_BANK, at).submit(waiting)))
      expect(after.map(codeOf)).not.toContain('PAUSED')
    })

    it('gives a quota that all of them count together', async () => {
      const what = await receivedOne(SECOND_BANK)
      const limits = { messagesPerMinute: 6 }
      const quota = (given: object, at: MortalProcess): Promise<Submitted> =>
        send(OPERATOR, at, {
          kind: 'hub.admin',
          body: { act: 'quota', party: urn(SECOND_BANK), limits: given, reason: 'exercise' },
        })
      indexOf(await quota(limits, c))
      // A quota is looked at before anything else of a message: also before a process has heard of what another has just taken.
      await cluster.settled()
      const codes: string[] = []
      for (let n = 0; n < 12; n++) codes.push(codeOf(await send(SECOND_BANK, cluster.processes[n % 3]!, what)))
      // The bucket refills while it is used: one more may be taken in the seconds this lasts.
      const taken = codes.filter((code) => code === 'accepted').length
      expect(taken, codes.join(' ')).toBeGreaterThanOrEqual(6)
      expect(taken, codes.join(' ')).toBeLessThanOrEqual(7)
      expect(codes.filter((code) => code === 'QUOTA_EXCEEDED')).toHaveLength(12 - taken)
      indexOf(await quota({}, a))
    })

    it('sees each duty in one process, and every process at the end of the journal', async () => {
      await cluster.settled()
      const said = await Promise.all(cluster.processes.map((one) => one.said()))
      const duties = said.flatMap((one) => one!.duties.filter((duty) => !duty.startsWith('process/')))
      expect(duties.toSorted()).toEqual([...new Set(duties)].toSorted())
      expect(duties).toContain('append')
      expect(said.map((one) => [one!.process, one!.ready])).toEqual([
        ['a', true],
        ['b', true],
        ['c', true],
      ])
    })
  })
})

/** A trader nobody knows yet: the entry its authority signs, and its client at one process. */
async function newcomer(id: string, at: MortalProcess) {
  const sandbox = join(cluster.dir, 'sandbox')
  const cast: CastParty = {
    folder: id,
    party: `urn:hub:cn:trader:${id}`,
    country: 'CN',
    class: 'trader',
    name: `Invented ${id}`,
    ca: 'cn-p256',
  }
  const made = await partyCertificate(cast, readCa(sandbox, 'cn-p256', 'ES256'), Date.now())
  const office = cluster.party('cn-register-office')
  const authority: CastParty = { ...office.card, folder: 'cn-register-office', ca: 'cn-sm2' }
  const { message: entry } = await partyEntry(authority, cast, [made.certificateDer], composerOf(office))
  const identity = { party: cast.party, signer: keySigner(made.privateKey), path: [made.certificateDer] }
  const client = new HubClient({
    url: office.card.url,
    addresses: [at.url],
    hub: office.card.hub,
    identity,
    retry: { attempts: 1 },
  })
  return { entry, client }
}

async function pulled(client: HubClient): Promise<FeedItem[]> {
  const items: FeedItem[] = []
  for (;;) {
    const page = await client.feed({ after: items.length, limit: 500 })
    if (page.items.length === 0) return items
    items.push(...page.items)
  }
}

interface Reader {
  items: FeedItem[]
  until(fits: (items: readonly FeedItem[]) => boolean): Promise<void>
  close(): Promise<void>
}

const UNTIL_MS = 30_000

function follow(client: HubClient, name: string): Reader {
  const items: FeedItem[] = []
  const feed = new FeedClient({ url: client.addresses, token: (old) => client.token('feed', old), name, after: 0 })
  let fault: Error | undefined
  const reading = (async () => {
    for await (const item of feed) items.push(item)
  })().catch((error: Error) => void (fault = error))
  return {
    items,
    async until(fits) {
      for (const giveUpAt = performance.now() + UNTIL_MS; !fits(items); ) {
        if (fault) throw fault
        if (performance.now() > giveUpAt)
          throw new Error(`${name} has ${items.length} items, and not what it waits for`)
        await new Promise((wake) => setTimeout(wake, 2))
      }
    },
    async close() {
      await feed.close()
      await reading
    },
  }
}
