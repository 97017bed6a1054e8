// Payments between the invented banks of the sandbox, made of the fixtures and dated by the world's clock, each under a UETR of its own.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ComposedMessage, Composition } from '../../src/client/compose.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import type { World } from '../support/world.ts'

const fixture = (file: string): string =>
  readFileSync(new URL(`../../fixtures/fx/valid/${file}`, import.meta.url), 'utf8')

export interface Payment {
  uetr: string
  id: string
  xml: string
}

let serial = 0

const replaced = (text: string, edits: readonly (readonly [RegExp | string, string])[]): string =>
  edits.reduce((done, [from, to]) => done.replaceAll(from, to), text)

/** A payment of the bank in Hanoi to the one in Nanning: CNY for an invoice of USD 320,000.00. */
export function newPayment(world: World, edits: readonly (readonly [string, string])[] = []): Payment {
  const [uetr, id] = [randomUUID(), `LL-${++serial}`]
  const created = toTime(world.clock.now())
  const xml = replaced(fixture('payment-cny-invoice.xml'), [
    ['3f6a1c52-7d1e-4b7a-9c35-0a5b8e2d4f01', uetr],
    ['LL20261116-000001', id],
    ['2026-11-16T09:30:00+07:00', created],
    ...edits,
  ])
  return { uetr, id, xml }
}

/** What the bank in Nanning says of it: a status, and a reason code where it needs one. */
export function statusOf(
  world: World,
  { uetr, id }: Payment,
  status: string,
  edits: readonly (readonly [RegExp | string, string])[] = [],
): string {
  const file = status === 'RJCT' ? 'payment-status-rejected.xml' : 'payment-status-settled.xml'
  return replaced(fixture(file), [
    [/<TxSts>\w+</g, `<TxSts>${status}<`],
    ['3f6a1c52-7d1e-4b7a-9c35-0a5b8e2d4f01', uetr],
    ['LL20261116-000001', id],
    [/BY20261118-\d+/g, `BY-${++serial}`],
    ['2026-11-18T16:00:00+08:00', toTime(world.clock.now())],
    ...edits,
  ])
}

type Sent = Pick<Composition, 'kind' | 'to' | 'type'> & { body: Buffer }

export const paid = (world: World, { xml }: Pick<Payment, 'xml'>, to: readonly string[] = ['nanning-bank']): Sent => ({
  kind: 'fx.payment',
  type: 'application/xml',
  to: to.map((folder) => world.urn(folder)),
  body: Buffer.from(xml),
})

/** A status as the envelope carries it: to the payer's bank, naming the payment. */
export const told = (world: World, payment: ComposedMessage, xml: string, to: readonly string[] = ['hanoi-bank']) => ({
  kind: 'fx.payment-status',
  type: 'application/xml',
  to: to.map((folder) => world.urn(folder)),
  re: [{ from: payment.envelope.from, id: payment.envelope.id, digest: payment.commitment.toString('hex') }],
  body: Buffer.from(xml),
})
