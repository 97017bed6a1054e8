// Attachments through the front door: uploaded by digest or carried, taken by the message that names them, read, bundled and erased.
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComposedMessage, Composition } from '../../src/client/compose.ts'
import { messageFile } from '../../src/client/compose.ts'
import { command } from '../../src/client/command.ts'
import { verifyBundle } from '../../src/hub/evidence/verify.ts'
import { ask, expectRefused, expectTaken, post, postHeader, compactOf, type Answer } from '../support/doors.ts'
import { invoiced, newInvoice } from '../support/invoices.ts'
import { keptWith, settled, spellingsOf } from '../support/kept.ts'
import { shelvedHeads } from '../support/shelved.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS } from '../support/patience.ts'

const [SELLER, BUYER, BANK, SUPERVISION] = ['guangxi-exporter', 'hanoi-importer', 'nanning-bank', 'fx-supervision']
const MIB = 1024 * 1024
let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

interface Paper {
  name: string
  type: string
  bytes: Buffer
}
const scan = (bytes = 200_000, name = '发票 1.pdf'): Paper => ({
  name,
  type: 'application/pdf',
  bytes: Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(bytes - 9)]),
})
const digestOf = ({ bytes }: Pick<Paper, 'bytes'>): string => createHash('sha256').update(bytes).digest('hex')

const put = (
  paper: Paper,
  folder: string | undefined = SELLER,
  more: { type?: string; digest?: string } = {},
): Promise<Answer> =>
  ask(world, folder, `/v1/attachments/${more.digest ?? digestOf(paper)}`, {
    method: 'PUT',
    headers: { 'content-type': more.type ?? paper.type },
    body: paper.bytes,
  })

/** An invoice that names papers; none of them is carried. */
async function naming(papers: Paper[], more: Partial<Composition> = {}): Promise<ComposedMessage> {
  const what = { ...invoiced([world.urn(BUYER!), world.urn(BANK!)], newInvoice(world)), attachments: papers, ...more }
  return { ...(await world.compose(SELLER!, what)), attachments: [] }
}
const send = (message: ComposedMessage): Promise<Answer> => post(world, SELLER, message)

async function fetchRaw(folder: string, index: number, sha256: string): Promise<Response> {
  const token = await world.client(folder).token('api')
  return fetch(`${world.url}/v1/messages/${index}/attachments/${sha256}`, {
    headers: { authorization: `Bearer ${token}` },
  })
}
const bytesFrom = async (folder: string, index: number, paper: Paper): Promise<Buffer> =>
  Buffer.from(await (await fetchRaw(folder, index, digestOf(paper))).arrayBuffer())

/** Names of what is stored: heads, and where it is in files all that lies there. */
async function kept(shelf: 'staged' | 'kept'): Promise<string[]> {
  const { cluster, data } = world.config
  return cluster ? [...(await shelvedHeads(world, shelf)).keys()] : readdirSync(join(data, 'attachments', shelf)).sort()
}

describe('an uploaded attachment', () => {
  it('is taken by the message that names it, and read by those who see the whole of it', async () => {
    const paper = scan(3 * MIB)
    expect((await put(paper)).status).toBe(201)
    expect((await put(paper)).status).toBe(200)
    const message = await naming([paper])
    const { index } = expectTaken(await send(message)).body
    for (const folder of [SELLER, BUYER, BANK])
      expect((await bytesFrom(folder!, index, paper)).equals(paper.bytes)).toBe(true)
    const { headers } = await fetchRaw(BUYER!, index, digestOf(paper))
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(paper.bytes.length),
      'content-disposition': "attachment; filename*=UTF-8''%E5%8F%91%E7%A5%A8%201.pdf",
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    })
    expect((await fetchRaw(SUPERVISION!, index, digestOf(paper))).status).toBe(403)
    expect((await fetchRaw('second-bank', index, digestOf(paper))).status).toBe(404)
    expect((await fetchRaw(BUYER!, index, 'ab'.repeat(32))).status).toBe(404)
    const { items } = await world.client(BUYER!).feed({ kinds: ['tradefinance.invoice'], limit: 100 })
    expect(JSON.stringify(items)).not.toContain(paper.bytes.subarray(0, 300).toString('base64url'))
  })

  it('is nobody else\u2019s to name, and missing until it is there', async () => {
    const paper = scan()
    expect((await put(paper, BANK)).status).toBe(201)
    const message = await naming([paper])
    expectRefused(await send(message), 'ATTACHMENT_MISSING')
    expect((await put(paper)).status).toBe(201)
    expectTaken(await send(message))
  })

  it('may come with carried ones, in the header form and in a batch', async () => {
    const [uploaded, carried] = [scan(), scan(2_000, 'small.pdf')]
    await put(uploaded)
    const both = await world.compose(SELLER!, {
      ...invoiced([world.urn(BANK!)], newInvoice(world)),
      attachments: [uploaded, carried],
    })
    const file = messageFile(both)
    const { index } = expectTaken(await post(world, SELLER, { ...file, attachments: file.attachments!.slice(1) })).body
    expect((await bytesFrom(BANK!, index, uploaded)).equals(uploaded.bytes)).toBe(true)
    expect((await bytesFrom(BANK!, index, carried)).equals(carried.bytes)).toBe(true)
    const header = await naming([uploaded])
    expectTaken(await postHeader(world, SELLER!, compactOf(messageFile(header)), header.body))
    const lines = [messageFile(await naming([uploaded])), messageFile(await naming([scan()]))]
    const [first, second] = await world.client(SELLER!).submitBatch(lines)
    expect(first).toMatchObject({ outcome: 'accepted' })
    expect(second).toMatchObject({ problem: { code: 'ATTACHMENT_MISSING' } })
  })

  it('has all that is wrong with it found at once', async () => {
    const papers = [
      { ...scan(), name: '../etc/passwd' },
      { ...scan(), name: 'invoice\u202efdp.exe' },
      { name: 'a.png', type: 'image/png', bytes: Buffer.from('%PDF-1.7 not a picture') },
      { name: 'a.exe', type: 'application/x-msdownload', bytes: Buffer.from('MZ') },
    ]
    const what = { ...invoiced([world.urn(BANK!)], newInvoice(world)), attachments: [...papers, papers[0]!] }
    const message = await world.compose(SELLER!, what)
    const file = messageFile(message)
    const { findings } = expectRefused(
      await post(world, SELLER, { ...file, attachments: file.attachments!.slice(0, 4) }),
      'FINDINGS',
    ).body
    expect(findings!.map(({ code, path }) => `${code} ${path}`).sort()).toEqual([
      'ATTACHMENT_NAMED_TWICE /attachments/4',
      'ATTACHMENT_NAME_UNSAFE /attachments/0/name',
      'ATTACHMENT_NAME_UNSAFE /attachments/1/name',
      'ATTACHMENT_NAME_UNSAFE /attachments/4/name',
      'ATTACHMENT_NOT_ALLOWED /attachments/3/type',
      'ATTACHMENT_TYPE_WRONG /attachments/2/type',
    ])
    const large = scan(20 * MIB + 1)
    await put(large)
    const tooLarge = expectRefused(await send(await naming([large])), 'FINDINGS').body.findings
    expect(tooLarge).toMatchObject([{ code: 'ATTACHMENT_TOO_LARGE', path: '/attachments/0/bytes' }])
  })

  it('is not needed again for the same message, and stays usable after a refusal', async () => {
    const paper = scan()
    await put(paper)
    const invoice = newInvoice(world)
    const first = await naming([paper], { body: invoice })
    const { index } = expectTaken(await send(first)).body
    const before = await kept('kept')
    const claimed = await naming([paper], { body: invoice })
    expectRefused(await send(claimed), 'ALREADY_CLAIMED')
    expect(await kept('kept'), 'nothing is left of what was refused').toEqual(before)
    expectTaken(await send(await naming([paper])))
    world.clock.shiftMs += 25 * 3_600_000
    await world.restart()
    expect(await sweep()).toBeGreaterThan(0)
    expect(await kept('staged')).toEqual([])
    expect(expectTaken(await send(first), 200).body.index).toBe(index)
    expect((await bytesFrom(BANK!, index, paper)).equals(paper.bytes)).toBe(true)
  })

  it('survives a restart: staged ones can be named, half-written ones are gone, and none in use is swept', async () => {
    const [used, waiting] = [scan(), scan()]
    await put(used)
    const { index } = expectTaken(await send(await naming([used]))).body
    await put(waiting)
    await world.restart()
    expectTaken(await send(await naming([waiting])))
    world.clock.shiftMs += 25 * 3_600_000
    await sweep()
    expect((await bytesFrom(BUYER!, index, used)).equals(used.bytes)).toBe(true)
  })
})

const sweep = (): Promise<number | undefined> => world.hub.sweepAttachments()

describe('the bundle of a message with uploaded attachments', () => {
  const trust = (): Buffer => readFileSync(`${world.dir}/sandbox/trust.json`)
  const bundleOf = async (index: number, query = ''): Promise<Buffer> =>
    Buffer.from(JSON.stringify((await ask(world, BANK, `/v1/messages/${index}/bundle${query}`)).body))
  const linkOf = (verdict: Awaited<ReturnType<typeof verifyBundle>>) =>
    verdict.links.find(({ link }) => link === 'attachments')!

  it('lists those it does not hold, holds them if asked, and is checked against files beside it', async () => {
    const paper = scan()
    await put(paper)
    const { index } = expectTaken(await send(await naming([paper]))).body
    const without = await bundleOf(index)
    const verdict = await verifyBundle(without, trust())
    expect(verdict.verdict).toBe('verified')
    expect(linkOf(verdict)).toMatchObject({ state: 'absent', detail: expect.stringContaining(digestOf(paper)) })
    expect(linkOf(await verifyBundle(without, trust(), { attachments: [paper.bytes] })).state).toBe('ok')
    const other = await verifyBundle(without, trust(), { attachments: [scan().bytes] })
    expect(other).toMatchObject({ verdict: 'refused', broken: { link: 'attachments' } })
    expect(await verifyBundle(without, trust(), { require: ['attachments'] })).toMatchObject({ verdict: 'refused' })
    const whole = await bundleOf(index, '?attachments=include')
    expect(linkOf(await verifyBundle(whole, trust()))).toMatchObject({ state: 'ok' })
    const changed = JSON.parse(whole.toString()) as { message: { attachments: { data: string }[] } }
    const [held] = changed.message.attachments
    held!.data = Buffer.from(held!.data, 'base64url').fill(7, 100, 101).toString('base64url')
    expect(await verifyBundle(Buffer.from(JSON.stringify(changed)), trust())).toMatchObject({
      verdict: 'refused',
      broken: { link: 'body' },
    })
    expectRefused(await ask(world, BANK, `/v1/messages/${index}/bundle?attachments=some`), 'PARAMETER_INVALID')
  })
})

describe('erasing an entry', () => {
  it('destroys its attachments with their keys, and leaves those of another entry that used the same upload', async () => {
    const paper = scan()
    await put(paper)
    const [erased, other] = [
      expectTaken(await send(await naming([paper]))).body.index,
      expectTaken(await send(await naming([paper]))).body.index,
    ]
    const [entry] = await world.hub.house.journal.read(erased, 1)
    const heads = async (): Promise<Buffer[]> => [
      ...(await shelvedHeads(world, 'staged')).values(),
      ...(await shelvedHeads(world, 'kept')).values(),
    ]
    const head = (await shelvedHeads(world, 'kept')).get(entry!.blobs![0]!)!
    const before = (await heads()).length
    const body = { index: erased, ground: 'asked for by the person concerned' }
    expectTaken(await post(world, 'hub-operator', await world.compose('hub-operator', { kind: 'hub.erasure', body })))
    expect(await keptWith(world, [head])).toEqual([])
    expect((await heads()).some((one) => one.equals(head))).toBe(false)
    expect((await heads()).length, 'its own head and that of the upload').toBe(before - 2)
    expect(await keptWith(world, spellingsOf(paper.bytes.subarray(0, 60)))).toEqual([])
    const gone = await fetchRaw(BANK!, erased, digestOf(paper))
    expect(gone.status).toBe(404)
    expect((await bytesFrom(BANK!, other, paper)).equals(paper.bytes)).toBe(true)
    expectRefused(await send(await naming([paper])), 'ATTACHMENT_MISSING')
    await settled(world)
    await world.restart()
    expect((await bytesFrom(BANK!, other, paper)).equals(paper.bytes)).toBe(true)
    expect(await keptWith(world, [head])).toEqual([])
  })
})

describe('the typed client', () => {
  it('uploads what is marked, sends the message in the header form, and fetches the attachment again', async () => {
    const paper = scan(400_000)
    const what = { ...invoiced([world.urn(BANK!)], newInvoice(world)), attachments: [{ ...paper, upload: true }] }
    const taken = await world.submit(SELLER!, what)
    if (taken.outcome !== 'accepted') throw new Error(taken.problem.code)
    expect((await world.client(BANK!).attachment(taken.index, digestOf(paper))).equals(paper.bytes)).toBe(true)
    const bundle = await world.client(BANK!).bundle(taken.index, 'include')
    expect(bundle.toString()).toContain(paper.bytes.toString('base64url'))
    await expect(world.client('second-bank').attachment(taken.index, digestOf(paper))).rejects.toMatchObject({
      problem: { code: 'NOT_FOUND' },
    })
  })

  it('is told why an upload is refused', async () => {
    const wrong = { name: 'a.pdf', type: 'application/pdf', bytes: Buffer.from('not a PDF'), upload: true }
    const what = { ...invoiced([world.urn(BANK!)], newInvoice(world)), attachments: [wrong] }
    expect(await world.submit(SELLER!, what)).toMatchObject({ problem: { code: 'ATTACHMENT_TYPE_WRONG' } })
  })
})

describe('the command', () => {
  const run = async (args: string[]): Promise<{ exit: number; out: string; told: string }> => {
    const [out, told]: [string[], string[]] = [[], []]
    const io = {
      out: (line: string) => out.push(line),
      progress: (line: string) => told.push(line),
      env: {},
      stop: new AbortController().signal,
    }
    const exit = await command(args, io)
    return { exit, out: out.join('\n'), told: told.join('\n') }
  }

  it('uploads a large file with a message, fetches it, and verifies a bundle with it', {
    timeout: LONG_MS,
  }, async () => {
    const at = (name: string): string => join(world.dir, name)
    const acting = (folder: string): string[] => ['--as', at(`sandbox/parties/${folder}`), '--url', world.url]
    world.clock.shiftMs = 0
    await world.restart()
    const paper = scan(600_000)
    writeFileSync(at('scan.pdf'), paper.bytes)
    writeFileSync(at('invoice.json'), JSON.stringify(newInvoice(world)))
    const kind = ['--kind', 'tradefinance.invoice', '--to', world.urn(BANK!)]
    const submitted = await run([
      'submit',
      ...acting(SELLER!),
      ...kind,
      '--attach',
      at('scan.pdf'),
      '--json',
      at('invoice.json'),
    ])
    expect(submitted.exit, submitted.told + submitted.out).toBe(0)
    const { index } = JSON.parse(submitted.out) as { index: number }
    const fetching = ['attachment', String(index), digestOf(paper), ...acting(BANK!), '--out', at('fetched.pdf')]
    expect(await run(fetching)).toMatchObject({ exit: 0 })
    expect(readFileSync(at('fetched.pdf')).equals(paper.bytes)).toBe(true)
    expect(await run(fetching), 'no file is written over').toMatchObject({ exit: 64 })
    expect(await run(['bundle', String(index), ...acting(BANK!), '--out', at('bundle.json')])).toMatchObject({
      exit: 0,
    })
    const verifying = ['verify', at('bundle.json'), '--trust', at('sandbox/trust.json')]
    expect((await run(verifying)).out).toContain(digestOf(paper))
    const beside = await run([...verifying, '--require', 'attachments', '--attachment', at('fetched.pdf')])
    expect(beside, beside.out).toMatchObject({ exit: 0 })
    expect(await run([...verifying, '--attachment', at('invoice.json')])).toMatchObject({ exit: 1 })
    await run(['bundle', String(index), ...acting(BANK!), '--with-attachments', '--out', at('whole.json')])
    const whole = ['verify', at('whole.json'), '--trust', at('sandbox/trust.json'), '--require', 'attachments']
    expect(await run(whole)).toMatchObject({ exit: 0 })
  })
})
