// customs.sanctions as an enquiry: whether a name is on a list of sanctions. While a list is stale, or one is missing, nobody can say no.
import { alpha3Of, fromTime } from '../../hub/index.ts'
import type { Enquiry, EnquiryAnswer, EnquiryViews, Head, Json } from '../../hub/index.ts'
import type { SanctionsList } from '../../../schemas/types.d.ts'
import { finding } from './codes.ts'
import { formsOf, type How, plainName } from './names.ts'
import { listKeepers } from './list-keepers.ts'
import { listsKey, type ListHead } from './sanctions-heads.ts'

/** `country`: whose lists (alpha-2); absent: those of all countries of the hub. */
export interface SanctionsQuestion {
  name: string
  country?: string
}

const SCHEMA = {
  title: 'SanctionsQuestion',
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: {
    name: { type: 'string', minLength: 2, maxLength: 200 },
    country: { type: 'string', pattern: '^[A-Z]{2}$' },
  },
}

export const sanctionsEnquiry: Enquiry<SanctionsQuestion> = {
  name: 'customs.sanctions',
  version: 1,
  schema: SCHEMA,
  askers: ['bank', 'customs', 'regulator'],
  check: ({ country }) =>
    country === undefined || alpha3Of(country) !== undefined
      ? []
      : [finding('SANCTIONS_COUNTRY_UNKNOWN', '/country', { value: country })],
  about: ({ name }, views) => views.key('sanctions-name', plainName(name)),
  async answer({ name, country }, views) {
    const { lists, isComplete } = await listsOf(country, views)
    const read = await Promise.all(lists.map(async (list) => ({ list, met: await meet(name, list, views) })))
    const hits = read.flatMap(({ list, met }) =>
      (met ?? []).map(({ listed, how }) => ({ list: list.value['name'] as string, listed, how })),
    )
    const facts = { lists: lists.map(shownList), hits }
    if (hits.length > 0) return { verdict: 'yes', facts }
    const isWhole = isComplete && read.every(({ met }) => met !== undefined)
    return isWhole ? { verdict: 'no', facts } : UNKNOWN
  },
}

const UNKNOWN: EnquiryAnswer = { verdict: 'unknown' }
const HITS_MAX = 20

/** `isComplete`: there is a list, and each country asked about that keeps lists has one. */
async function listsOf(
  country: string | undefined,
  views: EnquiryViews,
): Promise<{ lists: Head[]; isComplete: boolean }> {
  const keepers = country === undefined ? listKeepers(views.register) : new Set([country])
  const others = country === undefined ? views.register.countries().map((one) => one.country) : []
  const countries = [...new Set([...keepers, ...others])].sort()
  const heads = await Promise.all(countries.map((one) => views.head(listsKey(views, one))))
  const missed = countries.filter((one, at) => keepers.has(one) && !heads[at])
  const keys = heads.flatMap((head) => (head?.value['lists'] ?? []) as string[])
  const lists = (await Promise.all(keys.map((key) => views.head(key)))).flatMap((head) => head ?? [])
  return { lists, isComplete: lists.length > 0 && missed.length === 0 }
}

/** The entries that a name meets; undefined when the list is stale or its content is gone. */
async function meet(
  name: string,
  { value, index }: Head,
  views: EnquiryViews,
): Promise<{ listed: string; how: How }[] | undefined> {
  const entry = await views.entry(index)
  if (!entry || 'withheld' in entry || views.nowMs > fromTime((value as unknown as ListHead).staleAfter)!)
    return undefined
  const { entries } = entry.body as SanctionsList
  const asked = [...formsOf('name', name), ...formsOf('identifier', name)]
  const met = entries.flatMap(({ id, names, identifiers = [] }) => {
    const listed = [
      ...names.flatMap((one) => formsOf('name', one)),
      ...identifiers.flatMap((one) => formsOf('identifier', one)),
    ]
    const by = asked.find((one) => listed.some(({ how, form }) => how === one.how && form === one.form))
    return by ? [{ listed: id, how: by.how }] : []
  })
  return met.slice(0, HITS_MAX)
}

const shownList = ({ value, index }: Head): { [name: string]: Json } => {
  const { name, version, issuedAt, staleAfter, issuer } = value as unknown as ListHead
  return { name, version, issuedAt, staleAfter, issuer, entry: index }
}
