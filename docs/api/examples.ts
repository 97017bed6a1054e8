// Examples in the API documents: the project's own signed vectors and fixtures, never something made up for the page.
import { readdirSync, readFileSync } from 'node:fs'

const FIXTURES = new URL('../../fixtures/', import.meta.url)
const fixture = (path: string): string => readFileSync(new URL(path, FIXTURES), 'utf8')

interface Vector {
  name: string
  payload: string
  protected: string
  signature: string
  valid: boolean
}

const { lines } = JSON.parse(fixture('vectors/signing.json')) as { lines: Vector[] }

const decoded = (text: string): string => Buffer.from(text, 'base64url').toString()

/** The valid fixtures of a kind that are JSON, at most two. */
export function bodiesOf(kind: string): unknown[] {
  const [room, stem] = kind.split('.') as [string, string]
  const folder = new URL(`${room}/valid/`, FIXTURES)
  const files = readdirSync(folder).filter((name) => new RegExp(`^${stem}(-[a-z0-9-]+)?\\.json$`).test(name))
  return files.slice(0, 2).map((name) => JSON.parse(fixture(`${room}/valid/${name}`)) as unknown)
}

/** Bodies as they are posted beside `Hub-Message`, by content type. */
export const exampleBodies = {
  json: Object.fromEntries(
    [
      'customs.declaration',
      'customs.response',
      'tradefinance.financing',
      'tradefinance.invoice',
      'ledger.trust',
      'ledger.lane',
    ].map((kind) => [kind, { summary: `body of a ${kind}`, value: bodiesOf(kind)[0] }]),
  ),
  xml: Object.fromEntries(
    ['payment-cny-invoice', 'payment-status-settled'].map((name) => [
      name,
      {
        summary: `body of an fx.${name.startsWith('payment-status') ? 'payment-status' : 'payment'}`,
        value: fixture(`fx/valid/${name}.xml`),
      },
    ]),
  ),
}

const declaration = bodiesOf('customs.declaration')[0] as {
  entryId: string
  tradeCoScc: string
  items: { declTotal: string; tradeCurr: string }[]
}

/** An enquiry about the first declaration of the fixtures, by its number and what only a holder knows. */
export const exampleEnquiry = {
  enquiry: 'customs.declaration',
  v: 1,
  question: {
    entryId: declaration.entryId,
    shown: {
      consignor: declaration.tradeCoScc,
      declared: { amount: '544665.00', currency: declaration.items[0]!.tradeCurr },
    },
  },
}

/** What the vectors sign; they are about signing, not about customs. */
const BODY = Buffer.from('{"declaration":"530120260000000017","goods":"fresh pomelos, 18000 kg"}').toString('base64url')

/** One signed message file per suite, from the vectors. */
export const exampleMessages = Object.fromEntries(
  ['ES256', 'EdDSA', 'PS256', 'SM2SM3'].flatMap((suite) => {
    const line = lines.find(({ valid, protected: header }) => valid && decoded(header).includes(`"${suite}"`))
    if (line === undefined) return []
    const { payload, protected: header, signature } = line
    const value = { payload, signatures: [{ protected: header, signature }], body: BODY }
    return [[suite, { summary: `signed ${suite}`, value }]]
  }),
)
