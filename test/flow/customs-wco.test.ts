// A declaration of the partner country and an ASEAN customs declaration document through the front door: who is told what, and what a
// stranger cannot learn.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AcddResponse, AseanCustomsDeclarationDocument, WcoDeclaration } from '../../schemas/types.d.ts'
import { command } from '../../src/client/command.ts'
import type { CheckResult } from '../../src/client/verbs/check.ts'
import { convert, ACDD, WCO } from '../../src/customs/wco/index.ts'
import { openReference, PACKAGED_REFERENCE, referenceList } from '../../src/customs/reference/index.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { enrol } from '../support/papers.ts'
import { refusalSeen } from '../support/refusal-seen.ts'
import { openWorld, type World } from '../support/world.ts'

const [TRADER, CUSTOMS, PARTNER, ELSEWHERE] = [
  'hanoi-importer',
  'vietnam-customs',
  'nanning-customs',
  'thailand-customs',
] as const
const RESPONSE = 'customs.acdd-response'
const fixture = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../fixtures/customs/valid/${name}.json`, import.meta.url), 'utf8')) as T
const declaration = fixture<WcoDeclaration>('wco-declaration-export')
const change = fixture<WcoDeclaration>('wco-declaration-change')

/** Another customs of the exporting country, which is told of nothing. */
const STRANGER = 'urn:hub:vn:customs:quick-heron'

let world: World
let stranger: Awaited<ReturnType<typeof enrol>>
beforeAll(async () => {
  world = await openWorld()
  stranger = await enrol(world, STRANGER, 'vn-p256')
})
afterAll(() => world.close())

const submit = async (folder: string, kind: string, to: string[], body: object) =>
  post(world, folder, await world.compose(folder, { kind, to: to.map((one) => world.urn(one)), body }))

/** What the stranger sees of the refusal of what it says. */
async function refusedToStranger(kind: string, to: string, body: object) {
  const { signer, path } = stranger.identity
  const said = { kind, from: STRANGER, to: [world.urn(to)], body }
  const message = await world.compose(TRADER, said, { signers: [{ signer, by: { path: [...path] } }] })
  const its = { ...world, client: () => stranger.client }
  return refusalSeen(its, STRANGER, expectRefused(await post(its, STRANGER, message), 'NOT_KNOWN_HERE'))
}

describe('customs.wco-declaration', () => {
  it('is filed once, told to both customs in full and to supervision abroad without prices and names', async () => {
    const { index } = expectTaken(await submit(TRADER, WCO, [CUSTOMS, PARTNER], declaration)).body
    for (const folder of [CUSTOMS, PARTNER])
      expect((await ask(world, folder, `/v1/messages/${index}`)).status).toBe(200)
    const { items } = await world.client('fx-supervision').feed({ kinds: [WCO], limit: 10 })
    expect(items).toMatchObject([{ index, view: 'supervision-abroad' }])
    const shown = JSON.stringify(items)
    expect(shown).toContain('081060')
    for (const hidden of ['36000.00', 'Example Fruit', 'Example Street', '示例路']) expect(shown).not.toContain(hidden)
    expectRefused(await submit(TRADER, WCO, [CUSTOMS, PARTNER], declaration), 'ALREADY_CLAIMED')
  })

  it('is changed by its declarant; for another customs it is as if there were none', async () => {
    expectTaken(await submit(TRADER, WCO, [CUSTOMS, PARTNER], change))
    const never = await refusedToStranger(WCO, PARTNER, { ...change, id: 'VN-NEVER-1' })
    expect(await refusedToStranger(WCO, PARTNER, change)).toEqual(never)
    expect(never['content']).toMatchObject({ rule: 'declaration-known', head: 'told', version: 0 })
  })
})

describe('customs.acdd', () => {
  const drafted = convert(declaration, WCO, ACDD)!.document as unknown as AseanCustomsDeclarationDocument
  const document = { ...drafted, importCountry: 'TH', portOfDischarge: 'THLCH' }
  let folder: string

  afterAll(() => {
    openReference(PACKAGED_REFERENCE, '2026-11-21')
    rmSync(folder, { recursive: true, force: true })
  })

  it('cannot be sent where the list of members does not tell, and is where it does', async () => {
    const today = { ...document, departureDate: toTime(world.clock.now() + 86_400_000).slice(0, 10) }
    const { refusal } = expectRefused(await submit(CUSTOMS, ACDD, [ELSEWHERE], today), 'NOT_KNOWN_HERE').body
    expect(refusal?.rule).toBe('exchange-ready')

    // What an operator would do who has learnt of two new members: a newer version of the list.
    folder = mkdtempSync(join(tmpdir(), 'beibu-reference-'))
    mkdirSync(join(folder, 'exchange-ready'))
    const list = referenceList<object>('exchange-ready')
    const member = (name: string) => ({ name, since: '2026-01-01' })
    const newer = {
      ...list,
      asOf: '2026-11-01',
      codes: { ...list.codes, TH: member('Thailand'), VN: member('Viet Nam') },
    }
    writeFileSync(join(folder, 'exchange-ready', '2026-11-01.json'), JSON.stringify(newer))
    openReference(folder, '2026-11-21')

    const { index } = expectTaken(await submit(CUSTOMS, ACDD, [ELSEWHERE], today)).body
    expect((await ask(world, ELSEWHERE, `/v1/messages/${index}`)).status).toBe(200)
    expect((await ask(world, TRADER, `/v1/messages/${index}`)).status).toBe(404)
  })

  it('is answered by the customs it was sent to, and by no other', async () => {
    const response: AcddResponse = {
      permitNumber: document.permitNumber,
      exportCountry: 'VN',
      outcome: 'ACCEPTED',
      respondedAt: toTime(world.clock.now() - 1_000),
    }
    const never = await refusedToStranger(RESPONSE, CUSTOMS, { ...response, permitNumber: 'VN-NEVER-1' })
    expect(await refusedToStranger(RESPONSE, CUSTOMS, response)).toEqual(never)
    expect(never['content']).toMatchObject({ rule: 'acdd-known', head: 'told', version: 0 })
    expectTaken(await submit(ELSEWHERE, RESPONSE, [CUSTOMS], response))
    expectRefused(await submit(ELSEWHERE, RESPONSE, [CUSTOMS], { ...response, outcome: 'RECEIVED' }), 'STATE_CONFLICT')
  })

  it('is cancelled by the customs that sent it; for another of its country it is as if there were none', async () => {
    const { permitNumber, exportCountry, importCountry } = document
    const cancellationReason = 'The goods were not loaded.'
    const request = { functionCode: '1', permitNumber, exportCountry, importCountry, cancellationReason }
    const never = await refusedToStranger(ACDD, ELSEWHERE, { ...request, permitNumber: 'VN-NEVER-1' })
    expect(await refusedToStranger(ACDD, ELSEWHERE, request)).toEqual(never)
    expect(never['content']).toMatchObject({ rule: 'acdd-known', head: 'told', version: 0 })
    expectTaken(await submit(CUSTOMS, ACDD, [ELSEWHERE], request))
  })
})

describe('beibu check', () => {
  it('finds the wrong check digit in a file of another country, and nothing else', async () => {
    const file = new URL('../../fixtures/customs/foreign/dms-export-container.xml', import.meta.url).pathname
    const lines: string[] = []
    const io = {
      out: (line: string) => lines.push(line),
      progress: () => {},
      env: {},
      stop: new AbortController().signal,
    }
    expect(await command(['check', WCO, file], io)).toBe(1)
    const result = JSON.parse(lines.join('\n')) as CheckResult
    expect(result).toMatchObject({ kind: WCO, form: 'wco-dec-xml', verdict: 'findings' })
    expect(result.findings.map(({ code }) => code)).toEqual(['CONTAINER_CHECK_DIGIT'])
  })
})
