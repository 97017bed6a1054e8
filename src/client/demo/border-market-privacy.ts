// What of the residents can be read in the border-market story: masked filings, and no number, name or phone in any feed or file.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { FeedItem } from '../feed-item.ts'
import { masked, secretsOf } from './border-market-people.ts'
import { itemsOf } from './border-market-totals.ts'
import type { Market } from './border-market-trading.ts'
import { namesAnywhere } from './marks.ts'
import type { Actor } from './stage.ts'
import { until } from './until.ts'

const KIND = 'customs.border-resident'
const HIDDEN = ['residentIdNo', 'name', 'mobile']

/** A filing as the app was told of it, which is all that anybody reads of it, customs too. */
export async function showMasked({ line, residents, groups, customs }: Market): Promise<void> {
  line.title('What is read of a resident')
  line.tell(`a resident: ${residents[0]!.filingNo}, masked: ${masked(residents[0]!)}`)
  const [{ actor }] = groups
  const first = await firstOf(actor)
  const { body, masked: taken } = first.viewed!
  const shown = Object.keys((body as { filing: object }).filing)
  line.check(
    `${actor.name} sees of a filing: ${shown.join(', ')}; ${taken.length} fields are taken out`,
    hides(first) && !HIDDEN.some((field) => shown.includes(field)),
  )
  line.check(`${customs.name}, which filed it, sees no more`, hides(await firstOf(customs)))
}

const firstOf = (actor: Actor): Promise<FeedItem> =>
  until(`a filing at ${actor.name}`, async () => (await itemsOf(actor, [KIND]))[0])

const hides = ({ message, viewed }: FeedItem): boolean =>
  message === undefined && HIDDEN.every((field) => viewed!.masked.includes(`/filing/${field}`))

/** Feeds are searched through all that is base64url in them; they do tell of filings, by their numbers. */
export async function checkSecrecy(market: Market): Promise<void> {
  const { line, stage, residents, customs, sites, groups, exchange } = market
  line.title('What of them has gone anywhere')
  const secrets = secretsOf(residents)
  const { bank } = stage.cast
  const readers = [customs, ...sites.map(({ actor }) => actor), groups[0].actor, groups[2].actor, exchange, bank]
  const feeds = await Promise.all(readers.map((reader) => itemsOf(reader)))
  const texts = feeds.map((items) => Buffer.from(JSON.stringify(items)))
  const telling = readers.filter((_, at) => namesAnywhere(texts[at]!, secrets)).map(({ name }) => name)
  const numbered = texts.filter((text) => namesAnywhere(text, [residents[39]!.filingNo])).length
  line.check(
    `${feeds.flat().length} items in ${readers.length} feeds: numbers of filings, no identity number, no name, no phone`,
    telling.length === 0 && numbered >= 4,
    telling.join(', '),
  )
  const files = filesBelow(dirname(stage.sandbox))
  const held = secrets.filter((secret) => files.some((bytes) => bytes.includes(secret))).length
  line.check(`nor are they in any of ${files.length} files of the hub, its log among them`, held === 0, `${held} are`)
}

const filesBelow = (folder: string): Buffer[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name)))
