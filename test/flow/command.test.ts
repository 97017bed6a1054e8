// The command as a person uses it: real processes, in the order of the README, against a hub it started itself.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as documents from '../../src/client/demo/documents.ts'
import type { FeedItem } from '../../src/client/feed-item.ts'
import { readEnvFile } from '../../src/client/hub-process.ts'
import { freePort } from '../support/free-port.ts'
import { LONG_MS } from '../support/patience.ts'

const COMMAND = fileURLToPath(new URL('../../src/client/beibu.ts', import.meta.url))
const TRUST_UNSET = { BEIBU_TRUST: '', BEIBU_PARTY: '' }

let dir: string
let serving: ChildProcess
const at = (...parts: string[]): string => join(dir, ...parts)
const party = (name: string): string => at('sandbox', 'parties', name)
const trust = (): string => at('sandbox', 'trust.json')

const start = (args: string[], env: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', COMMAND, ...args], { env: { ...process.env, ...TRUST_UNSET, ...env } })

interface Run {
  exit: number | null
  out: string
  err: string
}

async function beibu(args: string[], env: Record<string, string> = {}): Promise<Run> {
  const child = start(args, env)
  const run: Run = { exit: null, out: '', err: '' }
  child.stdout!.on('data', (chunk) => (run.out += String(chunk)))
  child.stderr!.on('data', (chunk) => (run.err += String(chunk)))
  ;[run.exit] = (await once(child, 'close')) as [number | null]
  return run
}

/** Runs with --json and reads what it printed. */
async function told(args: string[], exit: number): Promise<Record<string, unknown>> {
  const run = await beibu([...args, '--json'])
  expect({ exit: run.exit, err: run.exit === exit ? '' : run.err + run.out }).toEqual({ exit, err: '' })
  return JSON.parse(run.out) as Record<string, unknown>
}

function body(name: string, value: object): string {
  writeFileSync(at(name), JSON.stringify(value))
  return at(name)
}

beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'beibu-flow-'))))
afterAll(() => {
  serving?.kill('SIGKILL')
  rmSync(dir, { recursive: true, force: true })
})

describe('beibu, from an empty folder to a proof', { timeout: LONG_MS }, () => {
  const declaration = documents.electronics(Date.now(), 31)
  const terms = { applicationId: 'FLOW-1', amount: '256000.00', currency: 'USD' }
  let declared: number
  let refused: number

  it('sandbox init makes a world whose keys only we can read', async () => {
    const made = await told(['sandbox', 'init', at('sandbox'), '--listen', `127.0.0.1:${await freePort()}`], 0)
    expect(made['trust']).toBe(trust())
    expect(statSync(join(party('nanning-bank'), 'key.pem')).mode & 0o777).toBe(0o600)
    const again = await beibu(['sandbox', 'init', at('sandbox')])
    expect(again).toMatchObject({ exit: 64, err: expect.stringContaining('is not empty') })
  })

  it('status says that nobody answers while the hub is not there: exit 2', async () => {
    expect(await told(['status', '--as', party('nanning-bank')], 2)).toMatchObject({ ready: false })
  })

  it('submit keeps a message that nobody answered', async () => {
    const file = body('declaration.json', declaration)
    const run = await beibu([
      'submit',
      '--as',
      party('guangxi-exporter'),
      '--attempts',
      '1',
      '--kind',
      'customs.declaration',
      '--to',
      'nanning-customs',
      file,
    ])
    expect(run.exit).toBe(2)
    expect(run.err).toMatch(/kept in .*unsent.*\.json; send it with --message/)
  })

  it('serve is ready', async () => {
    serving = start(['serve', '--sandbox', at('sandbox'), '--json'])
    let err = ''
    serving.stderr!.on('data', (chunk) => (err += String(chunk)))
    const [line] = (await Promise.race([
      once(serving.stdout!, 'data'),
      once(serving, 'exit').then(() => Promise.reject(new Error(`serve ended: ${err}`))),
    ])) as [Buffer]
    expect(JSON.parse(line.toString())).toMatchObject({ ready: true })
    expect(await told(['status', '--as', party('nanning-bank')], 0)).toMatchObject({ ready: true })
  })

  it('serve takes neither the port of another hub nor its word: one sentence, exit 64', async () => {
    await told(['sandbox', 'init', at('second')], 0)
    const { host } = new URL(readEnvFile(at('sandbox', 'hub.env'))['HUB_ORIGIN']!)
    const run = await beibu(['serve', '--sandbox', at('second')], { HUB_LISTEN: host, HUB_ORIGIN: `http://${host}` })
    expect(run).toMatchObject({ exit: 64, out: '' })
    expect(run.err).toMatch(/^the hub cannot listen on .*; set HUB_LISTEN .*\n$/)
  })

  it('serve is ready also where nobody can ask it by its origin', async () => {
    const env = { HUB_LISTEN: `127.0.0.1:${await freePort()}`, HUB_ORIGIN: 'https://hub.invalid' }
    const hub = start(['serve', '--sandbox', at('second'), '--json'], env)
    const [line] = (await once(hub.stdout!, 'data')) as [Buffer]
    expect(JSON.parse(line.toString())).toMatchObject({ ready: true })
    hub.kill('SIGTERM')
    expect(await once(hub, 'exit')).toEqual([0, null])
  })

  it('check finds nothing in a good declaration', async () => {
    expect(await told(['check', 'customs.declaration', at('declaration.json')], 0)).toMatchObject({ verdict: 'ok' })
  })

  it('submit: accepted; the saved message again: the first receipt', async () => {
    const who = ['submit', '--as', party('guangxi-exporter')]
    const what = ['--kind', 'customs.declaration', '--to', 'nanning-customs', '--to', 'vietnam-customs']
    const first = await told([...who, ...what, '--save', at('message.json'), at('declaration.json')], 0)
    expect(first).toMatchObject({ outcome: 'accepted', duplicate: false, id: expect.any(String) })
    declared = first['index'] as number
    const again = await told([...who, '--message', at('message.json')], 0)
    expect(again).toMatchObject({ outcome: 'accepted', duplicate: true, index: declared })
    expect((again['receipt'] as { payload: string }).payload).toBe((first['receipt'] as { payload: string }).payload)
    const found = await told(['status', '--as', party('guangxi-exporter'), first['id'] as string], 0)
    expect(found).toMatchObject({ index: declared, kind: 'customs.declaration', outcome: 'accepted' })
    const { out } = await beibu(['status', '--as', party('guangxi-exporter'), String(declared)])
    expect(out).toMatch(/^outcome +accepted\nat +20[^\n]+Z\nindex +\d+\nkind +customs\.declaration\nfrom +urn:hub:cn:/)
  })

  it('submit: findings are listed, exit 1', async () => {
    const file = body('bad.json', { ...declaration, tradeCoScc: '1' })
    const run = await beibu([
      'submit',
      '--as',
      party('guangxi-exporter'),
      '--kind',
      'customs.declaration',
      '--to',
      'nanning-customs',
      file,
    ])
    expect(run.exit).toBe(1)
    expect(run.err).toMatch(/^FINDINGS: .*\n[\s\S]*\/tradeCoScc[\s\S]*who acts: you, the sender/)
  })

  it('tail shows the partner customs its item and goes on where it stood', async () => {
    const who = ['tail', '--as', party('vietnam-customs'), '--json', '--limit', '1']
    const first = JSON.parse(
      (await beibu([...who, '--kinds', 'customs.declaration', '--name', 'desk'])).out,
    ) as FeedItem
    expect(first).toMatchObject({ index: declared, view: 'full', kind: 'customs.declaration' })
    const release = body('release.json', documents.release(declaration, Date.now()))
    const to = ['--to', 'guangxi-exporter', '--to', 'vietnam-customs']
    const released = await told(
      ['submit', '--as', party('nanning-customs'), '--kind', 'customs.release', ...to, release],
      0,
    )
    const items = (
      await beibu(['tail', '--as', party('guangxi-exporter'), '--json', '--limit', '1', '--kinds', 'customs.release'])
    ).out
    expect(JSON.parse(items)).toMatchObject({ index: released['index'] })
  })

  it('a financing is accepted, the second bank is refused with a journaled refusal: exit 1', async () => {
    const first = body('apply.json', documents.application(declaration, terms, Date.now()))
    await told(['submit', '--as', party('nanning-bank'), '--kind', 'tradefinance.financing', first], 0)
    const second = body(
      'second.json',
      documents.application(declaration, { ...terms, applicationId: 'FLOW-2' }, Date.now()),
    )
    const no = await told(['submit', '--as', party('second-bank'), '--kind', 'tradefinance.financing', second], 1)
    const problem = no['problem'] as { code: string; refusal: { index: number } }
    expect(problem.code).toBe('BALANCE_INSUFFICIENT')
    refused = problem.refusal.index
  })

  it('what the hub never saw is "cannot tell": exit 2', async () => {
    const entryId = documents.entryIdOf('7208', Date.now(), 999_999_998)
    const file = body(
      'never.json',
      documents.application({ ...declaration, entryId }, { ...terms, applicationId: 'FLOW-3' }, Date.now()),
    )
    const no = await told(['submit', '--as', party('nanning-bank'), '--kind', 'tradefinance.financing', file], 2)
    expect(no).toMatchObject({ problem: { code: 'NOT_KNOWN_HERE' } })
  })

  it('bundle and verify: verified with trust, unknown without, refused when forged', async () => {
    await told(['bundle', String(declared), '--as', party('guangxi-exporter'), '--out', at('bundle.json')], 0)
    await told(['bundle', String(refused), '--as', party('second-bank'), '--out', at('refusal.json')], 0)
    for (const name of ['bundle.json', 'refusal.json'])
      expect(await told(['verify', at(name), '--trust', trust()], 0)).toMatchObject({ verdict: 'verified' })
    expect(await told(['verify', at('bundle.json')], 2)).toMatchObject({ verdict: 'unknown' })
    expect((await beibu(['verify', at('bundle.json')], { BEIBU_TRUST: trust() })).exit).toBe(0)
    const bundle = JSON.parse(readFileSync(at('bundle.json'), 'utf8')) as { message: { body: string } }
    bundle.message.body = `${bundle.message.body.slice(0, -4)}AAAA`
    const verdict = await told(['verify', body('forged.json', bundle), '--trust', trust()], 1)
    expect(verdict).toMatchObject({ verdict: 'refused', broken: { link: 'body', reason: expect.any(String) } })
    const anchored = await told(['verify', at('bundle.json'), '--trust', trust(), '--require', 'anchor'], 1)
    expect(anchored).toMatchObject({ verdict: 'refused', broken: { link: 'anchor' } })
  })

  it('erase is the operator\u2019s alone; afterwards there is no bundle, and the old one still verifies', async () => {
    const act = ['erase', String(declared), '--ground', 'flow test']
    expect((await beibu([...act, '--as', party('nanning-bank')])).exit).toBe(1)
    await told([...act, '--as', party('hub-operator')], 0)
    const gone = await beibu(['bundle', String(declared), '--as', party('guangxi-exporter')])
    const sentence = `the content of entry ${declared} has been erased; bundles made before still verify\n`
    expect(gone).toEqual({ exit: 2, out: '', err: sentence })
    expect(await told(['bundle', String(declared), '--as', party('guangxi-exporter')], 2)).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await told(['verify', at('bundle.json'), '--trust', trust()], 0)).toMatchObject({ verdict: 'verified' })
  })

  it('serve ends in good order', async () => {
    serving.kill('SIGTERM')
    const [exit] = (await once(serving, 'exit')) as [number]
    expect(exit).toBe(0)
  })
})
