// Payments through the real front door: taken, seen whole by the banks and masked by the supervisor, answered, refused.
import { randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command } from '../../src/client/command.ts'
import type { ComposedMessage } from '../../src/client/compose.ts'
import { verifyBundle } from '../../src/hub/evidence/verify.ts'
import { compact } from '../../src/hub/identity/jws.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { expectRefused, expectTaken, post, postHeader, type Answer } from '../support/doors.ts'
import { DAY_MS } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'
import { newPayment, paid, statusOf, told, type Payment } from './fx-papers.ts'

const [PAYER, PAYEE, OTHER] = ['hanoi-bank', 'nanning-bank', 'second-bank'] as const
let world: World

beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const send = async (folder: string, what: Parameters<World['compose']>[1]): Promise<Answer> =>
  post(world, folder, await world.compose(folder, what))

async function takenPayment(): Promise<{ payment: Payment; message: ComposedMessage; index: number }> {
  const payment = newPayment(world)
  const message = await world.compose(PAYER, paid(world, payment))
  const { index } = expectTaken(await post(world, PAYER, message)).body
  return { payment, message, index }
}

const codes = ({ body }: Answer): string[] => (body.findings ?? []).map(({ code, path }) => `${code} ${path}`)

describe('a payment', () => {
  it('is taken as the bytes it was signed with, in a message file and in the header form', async () => {
    const { index, message } = await takenPayment()
    const entry = (await world.client(PAYEE).entry(index)) as { message: { body: string }; view: string }
    expect(entry.view).toBe('full')
    expect(Buffer.from(entry.message.body, 'base64url').equals(message.body)).toBe(true)
    const second = await world.compose(PAYER, paid(world, newPayment(world)))
    const jws = compact(second.envelopeBytes, second.signatures[0]!)
    expectTaken(await postHeader(world, PAYER, jws, second.body, 'application/xml'))
  })

  it('verifies offline in a bundle', async () => {
    const { index } = await takenPayment()
    const bundle = await world.client(PAYEE).bundle(index)
    const { verdict, broken } = await verifyBundle(bundle, readFileSync(`${world.dir}/sandbox/trust.json`))
    expect([verdict, broken]).toEqual(['verified', undefined])
  })

  it('shows its supervisor amounts, currencies, countries, banks and purpose, and no name, address or account', async () => {
    const { index, payment } = await takenPayment()
    const entry = await readAsSupervisor(index)
    const text = JSON.stringify(entry['viewed'])
    for (const shown of [
      '2272000.00',
      '320000.00',
      'CNY',
      'USD',
      '"CtryOfRes":"VN"',
      'LOTUVNV1XXX',
      'GDDS',
      'CGODDR',
      payment.uetr,
    ])
      expect(text).toContain(shown)
    for (const masked of [
      'Bamboo',
      'Paper Lantern',
      'Made-up Quay',
      'Imaginary Avenue',
      'Ha Noi',
      '0011004567890',
      '45001604851050700088',
      '91450100MA5GX0TE5M',
    ])
      expect(text).not.toContain(masked)
    expect(entry).toMatchObject({ viewed: { view: { name: 'supervision', by: 'hub' } } })
  })

  it('is one per UETR, whoever sends it again and under whatever id', async () => {
    const { payment, message, index } = await takenPayment()
    const again = expectTaken(await post(world, PAYER, message), 200)
    expect(again.body.index).toBe(index)
    const copy = { ...payment, xml: payment.xml.replaceAll(payment.id, `${payment.id}-B`) }
    const refused = expectRefused(await send(PAYER, paid(world, copy)), 'ALREADY_CLAIMED')
    expect(refused.body.refusal).toMatchObject({ rule: 'payment-uetr' })
  })

  it('is one per MsgId of its sender', async () => {
    const { payment } = await takenPayment()
    const other = { ...payment, xml: payment.xml.replaceAll(payment.uetr, randomUUID()) }
    const refused = expectRefused(await send(PAYER, paid(world, other)), 'ALREADY_CLAIMED')
    expect(refused.body.refusal).toMatchObject({ rule: 'payment-message-id' })
  })

  it('is sent by its instructing agent, to its instructed agent, as far as the register knows their BICs', async () => {
    const payment = newPayment(world)
    const PATH = '/Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]'
    expect(codes(await send('bangkok-bank', paid(world, payment)))).toEqual([
      `AGENT_NOT_SENDER ${PATH}/InstgAgt/FinInstnId/BICFI`,
    ])
    expect(codes(await send(PAYER, paid(world, payment, [OTHER])))).toEqual([
      `AGENT_NOT_RECIPIENT ${PATH}/InstdAgt/FinInstnId/BICFI`,
    ])
    expect(codes(await send(PAYER, paid(world, payment, [])))).toEqual(['PAYMENT_RECIPIENT_MISSING '])
    expectTaken(await send(PAYER, paid(world, payment, [OTHER, PAYEE, 'guangxi-exporter'])))
  })

  it('may name a branch of the registered head office', async () => {
    const branch = newPayment(world, [['BNYNCNB1XXX', 'BNYNCNB1GUI']])
    expectTaken(await send(PAYER, paid(world, branch)))
  })

  it('is not from the future', async () => {
    const payment = newPayment(world)
    const ahead = payment.xml.replace(/<CreDt>[^<]+/, `<CreDt>${toTime(world.clock.now() + 366 * DAY_MS)}`)
    expect(codes(await send(PAYER, paid(world, { xml: ahead })))).toEqual(['HEADER_TIME_AHEAD /AppHdr/CreDt'])
  })

  it('has its findings all at once, and unsafe or malformed XML is refused before any', async () => {
    const { xml } = newPayment(world, [
      ['<ChrgBr>DEBT', '<ChrgBr>NONE'],
      ['<CtryOfRes>VN', '<CtryOfRes>VV'],
    ])
    const refused = expectRefused(await send(PAYER, paid(world, { xml })), 'FINDINGS')
    expect(codes(refused).sort()).toEqual([
      'PAYMENT_COUNTRY_UNKNOWN /Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/Dbtr/CtryOfRes',
      'VALUE_NOT_LISTED /Document/FIToFICstmrCdtTrf/CdtTrfTxInf[1]/ChrgBr',
    ])
    const bomb = newPayment(world).xml.replace('<Envelope', '<!DOCTYPE a [<!ENTITY b "c">]><Envelope')
    expectRefused(await send(PAYER, paid(world, { xml: bomb })), 'XML_UNSAFE')
    expectRefused(await send(PAYER, paid(world, { xml: newPayment(world).xml.slice(0, 500) })), 'XML_MALFORMED')
  })

  it('is for banks, and is XML', async () => {
    const payment = newPayment(world)
    expectRefused(await send('guangxi-exporter', paid(world, payment)), 'KIND_NOT_PERMITTED')
    expectRefused(await send(PAYER, { ...paid(world, payment), type: 'application/json' }), 'MEDIA_TYPE_UNSUPPORTED')
  })

  it('is taken from the command, which knows its content type', async () => {
    const file = join(world.dir, 'payment.xml')
    writeFileSync(file, newPayment(world).xml)
    const lines: string[] = []
    const say = (line: string) => void lines.push(line)
    const io = { out: say, progress: say, env: {}, stop: new AbortController().signal }
    const folder = join(world.dir, 'sandbox', 'parties', PAYER)
    const to = ['--to', PAYEE, '--url', world.url]
    expect(await command(['submit', '--as', folder, '--kind', 'fx.payment', ...to, file], io), lines.join('\n')).toBe(0)
    expect(lines.join('\n')).toMatch(/accepted: entry \d+/)
  })
})

async function readAsSupervisor(index: number): Promise<Record<string, unknown>> {
  return world.client('fx-supervision').entry(index)
}

describe('a payment status', () => {
  it('goes back to the payer, moves the payment and ends with it', async () => {
    const { payment, message, index } = await takenPayment()
    const say = async (status: string) => send(PAYEE, told(world, message, statusOf(world, payment, status)))
    expectTaken(await say('PDNG'))
    expectTaken(await say('ACSP'))
    const settled = expectTaken(await say('ACSC'))
    const refused = expectRefused(await say('RJCT'), 'STATE_CONFLICT')
    expect(refused.body.refusal).toMatchObject({ rule: 'payment-final' })
    const seen = (await world.client(PAYER).entry(settled.body.index)) as { view: string; kind: string }
    expect(seen).toMatchObject({ view: 'full', kind: 'fx.payment-status' })
    expect(index).toBeLessThan(settled.body.index)
  })

  it.each(['RJCT', 'ACCC'])('ends with %s too', async (final) => {
    const { payment, message } = await takenPayment()
    expectTaken(await send(PAYEE, told(world, message, statusOf(world, payment, final))))
    expectRefused(await send(PAYEE, told(world, message, statusOf(world, payment, 'ACSP'))), 'STATE_CONFLICT')
  })

  it('of a payment nobody sent cannot be told', async () => {
    const { message } = await takenPayment()
    const refused = expectRefused(
      await send(PAYEE, told(world, message, statusOf(world, newPayment(world), 'ACSC'))),
      'NOT_KNOWN_HERE',
    )
    expect(refused.body.refusal).toMatchObject({ rule: 'payment-known' })
  })

  it('comes from a party the payment was addressed to, and from nobody else', async () => {
    const { payment, message } = await takenPayment()
    const xml = statusOf(world, payment, 'RJCT', [['BNYNCNB1XXX', 'OSMACNB1XXX']])
    expect(codes(await send(OTHER, told(world, message, xml)))).toEqual([
      'STATUS_NOT_ADDRESSED /Document/FIToFIPmtStsRpt/TxInfAndSts[1]/OrgnlUETR',
    ])
  })

  it('goes to the bank that sent the payment, and its envelope names the payment', async () => {
    const { payment, message } = await takenPayment()
    const xml = statusOf(world, payment, 'ACSC')
    const { re: _re, ...unnamed } = told(world, message, xml, ['hanoi-importer'])
    expect(codes(await send(PAYEE, unnamed)).sort()).toEqual(['STATUS_NOT_TOLD ', 'STATUS_RE_MISSING '])
  })

  it('agrees with the payment in all it says of it', async () => {
    const { payment, message } = await takenPayment()
    const xml = statusOf(world, payment, 'ACSC', [
      ['<OrgnlMsgNmId>pacs.008.001.08', '<OrgnlMsgNmId>pacs.008.001.12'],
      ['INV-PL-2026-0117', 'INV-OTHER'],
    ])
    const at = '/Document/FIToFIPmtStsRpt/TxInfAndSts[1]'
    expect(codes(await send(PAYEE, told(world, message, xml)))).toEqual([
      `STATUS_ORIGINAL_DIFFERS ${at}/OrgnlGrpInf/OrgnlMsgNmId`,
      `STATUS_ORIGINAL_DIFFERS ${at}/OrgnlEndToEndId`,
    ])
  })

  it('cannot be told once the payment was erased', async () => {
    const { payment, message, index } = await takenPayment()
    expectTaken(await send('hub-operator', { kind: 'hub.erasure', to: [], body: { index, ground: 'court-order' } }))
    const refused = expectRefused(
      await send(PAYEE, told(world, message, statusOf(world, payment, 'ACSC'))),
      'NOT_KNOWN_HERE',
    )
    expect(refused.body.refusal).toMatchObject({ rule: 'payment-kept' })
  })

  it('is one when two that exclude each other come at once', async () => {
    const { payment, message } = await takenPayment()
    const answers = await Promise.all(
      ['ACSC', 'RJCT'].map((status) => send(PAYEE, told(world, message, statusOf(world, payment, status)))),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  })
})
