// Names of metrics: the report, the dashboard and the alert rules speak of the same ones.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { METRICS, Report } from '../../../src/hub/report.ts'

const ROOT = new URL('../../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')
const namesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(/\bhub_[a-z0-9_]+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''))),
]

describe('metric names', () => {
  it.each(['ops/grafana-dashboard.json', 'ops/alerts.yml'])('of %s are all of the report', (path) => {
    const unknown = namesIn(read(path)).filter((name) => !Object.hasOwn(METRICS, name))
    expect(unknown).toEqual([])
  })

  it('are all on the dashboard', () => {
    const shown = new Set(namesIn(read('ops/grafana-dashboard.json')))
    expect(Object.keys(METRICS).filter((name) => !shown.has(name))).toEqual([])
  })

  it('are all printed, and no other', async () => {
    const text = await new Report().text()
    const printed = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => ({ name, type }))
    expect(printed).toEqual(Object.entries(METRICS).map(([name, { type }]) => ({ name, type })))
  })

  it('carry no label that could name a party', () => {
    const labels = new Set(Object.values(METRICS).flatMap((metric): readonly string[] => metric.labels))
    expect([...labels].sort()).toEqual(
      [
        'code',
        'follower',
        'kind',
        'method',
        'route',
        'source',
        'status',
        'where',
        'lane',
        'ledger',
        'state',
        'purpose',
      ].sort(),
    )
  })
})

describe('a report', () => {
  it('stands by itself: two of them do not share their counts', async () => {
    const [one, other] = [new Report(), new Report()]
    one.duplicate()
    expect(await one.text()).toContain('hub_duplicates_total 1')
    expect(await other.text()).toContain('hub_duplicates_total 0')
  })

  it('forgets the label values that a gauge no longer has', async () => {
    const report = new Report()
    let lag: Record<string, number> = { feed: 1, units: 2 }
    report.watch({ hub_follower_lag_entries: () => lag })
    expect(await report.text()).toContain('hub_follower_lag_entries{follower="units"} 2')
    lag = { feed: 0 }
    expect(await report.text()).not.toContain('follower="units"')
  })
})
