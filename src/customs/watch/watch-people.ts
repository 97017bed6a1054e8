// Watches what people declare at market sites, by the heads of their declarations: no body is read.
import { formatAmount, type JournalEntry } from '../../hub/index.ts'
import { readTrade } from '../border/trade/trade-heads.ts'
import { acrossSites, added, taken, type AcrossSites, type SiteSum } from './across-sites.ts'
import { ACROSS_SITES, residentQuota } from './limits.ts'
import type { PlannedAlert, Watching } from './planned.ts'

const KIND = 'customs.border-trade'
/** Sums of a day are kept so long after it: what is declared later than that is looked at by itself. */
const DAYS_KEPT = 40

type PersonDay = { sums: SiteSum[]; told: boolean }

const dayRow = (day: string, person: string): string => `day/${day}/${person}`
const amountOf = (minor: bigint): string => formatAmount({ minor, currency: 'CNY' })

export async function watchPeople(entry: JournalEntry, { memory }: Watching): Promise<PlannedAlert[]> {
  const planned: PlannedAlert[] = []
  const quotaMinor = residentQuota().amountMinor
  for (const { key, to: version, value } of entry.movements) {
    if (!key.startsWith('border-trade:')) continue
    const { state, day, site, shares, declaration } = readTrade(key, { version, index: entry.index, value })
    if (state !== 'declared' && state !== 'rejected' && state !== 'cancelled') continue
    const change = state === 'declared' ? added : taken
    for (const { person, dutyFreeMinor, taxableMinor } of shares) {
      const row = dayRow(day, person)
      const known = (await memory.get<PersonDay>(row)) ?? { sums: [], told: false }
      const sums = change(known.sums, site, declaration, dutyFreeMinor + taxableMinor)
      const across = known.told ? undefined : acrossSites(sums, quotaMinor)
      memory.set(row, { sums, told: known.told || across !== undefined })
      if (across) planned.push(alertOf(person, day, sums, across))
    }
    await forgetDaysBefore(day, memory)
  }
  return planned
}

function alertOf(person: string, day: string, sums: readonly SiteSum[], across: AcrossSites): PlannedAlert {
  const { totalMinor, sites } = across
  const quota = residentQuota()
  const count = sums.reduce((all, one) => all + one.count, 0)
  const named = sums.flatMap(({ largest }) => largest).toSorted((a, b) => a.index - b.index)
  return {
    rule: 'QUOTA_ACROSS_SITES',
    about: [person, day],
    kind: KIND,
    entries: [...new Set(named.map(({ index }) => index))],
    says: {
      day,
      person,
      sites: sites.slice(0, 20),
      figures: [
        { name: 'total' as const, value: amountOf(totalMinor), unit: 'CNY' },
        { name: 'quota' as const, value: amountOf(quota.amountMinor), unit: 'CNY' },
        { name: 'sites' as const, value: String(sites.length) },
        { name: 'declarations' as const, value: String(count) },
        ...named.map(({ index, minor }) => ({
          name: 'value' as const,
          value: amountOf(BigInt(minor)),
          unit: 'CNY',
          entry: index,
        })),
      ].slice(0, 60),
      basis: ACROSS_SITES.excess.basis,
      source: `${ACROSS_SITES.excess.source}; ${quota.source}`.slice(0, 200),
    },
  }
}

/** Rows of days long past are dropped when a new day begins. */
async function forgetDaysBefore(day: string, memory: Watching['memory']): Promise<void> {
  const newest = await memory.get<string>('newest-day')
  if (newest !== undefined && newest >= day) return
  memory.set('newest-day', day)
  const ms = Date.parse(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00.000Z`)
  if (Number.isNaN(ms)) return
  const first = new Date(ms - DAYS_KEPT * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '')
  await memory.drop('day/', `day/${first}`)
}
