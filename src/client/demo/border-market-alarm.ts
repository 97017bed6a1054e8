// Abuse of a quota in the border-market story: one identity at both markets in a day, the alarm with its evidence, and whose it is, by two officers.
import type { BorderTrade, SupervisionAlert } from '../../../schemas/types.d.ts'
import { enquire } from '../enquiry.ts'
import type { FeedItem } from '../feed-item.ts'
import type { Submitted } from '../hub-client.ts'
import { type Deal, yuan } from './border-market-book.ts'
import { coconuts, shrimp } from './border-market-papers.ts'
import { masked, type Resident } from './border-market-people.ts'
import { bodyOf, itemsOf } from './border-market-totals.ts'
import { checkDeal, HOUR_MS, type Market, trade } from './border-market-trading.ts'
import { accepted, verdictLine } from './marks.ts'
import type { Actor } from './stage.ts'
import { until } from './until.ts'

const ALARM_WITHIN_MS = 30_000
const REQUEST_NO = 'UM7207-2026-0001'
const KIND = 'customs.border-unmasking'

/** One resident declares nearly two quotas at two markets, which is taxed, and is told to supervisors. */
export async function alarm(market: Market): Promise<void> {
  const { line, sites, residents, midnightMs, desk } = market
  line.title('One identity at both markets in a day')
  const resident = residents[5]!
  const [dongxing, pingxiang] = sites
  const tradedMs = midnightMs + HOUR_MS
  const first = await trade(market, {
    site: dongxing,
    tradedMs,
    portions: [{ resident, goods: [shrimp(760_000n, 110n)] }],
  })
  const second = await trade(market, {
    site: pingxiang,
    tradedMs: tradedMs + HOUR_MS / 2,
    portions: [{ resident, goods: [coconuts(750_000n, 1290n)] }],
  })
  await checkDeal(market, first, `${resident.filingNo}: 7600.00 at ${dongxing.title}`)
  await checkDeal(market, second, `${resident.filingNo}: 7500.00 at ${pingxiang.title}`)
  const { item } = await desk.find('the alarm', ({ kind }) => kind === 'customs.alert', ALARM_WITHIN_MS)
  await showAlarm(market, item, [first, second])
  await unmask(market, resident)
}

/** The alarm, the entries that show it, and that customs was told of this one and no other. */
async function showAlarm(
  { line, customs, exchange, evidence }: Market,
  item: FeedItem,
  shown: readonly Deal[],
): Promise<void> {
  const alert = bodyOf<SupervisionAlert>(item)!
  const figures = new Map((alert.figures ?? []).map((one) => [`${one.name} ${one.entry ?? ''}`, one.value]))
  line.tell(`${alert.rule}, entry ${item.index}, day ${alert.day}: ${alert.source}`)
  const alarms = await until('the alarm at customs', async () => {
    const items = await itemsOf(customs, ['customs.alert'])
    return items.length > 0 ? items : undefined
  })
  const declared = await itemsOf(customs, ['customs.border-trade'])
  const numbers = alert.entries.map((entry) => {
    const body = bodyOf<BorderTrade>(declared.find(({ index }) => index === entry)!)!
    line.tell(`evidence: entry ${entry}, ${body.declarationNo}, CNY ${figures.get(`value ${entry}`)}, ${body.site}`)
    return body.declarationNo
  })
  const total = figures.get('total ')
  line.check(
    `${exchange.name} is alerted: CNY ${total} at ${alert.sites?.length} markets, quota ${figures.get('quota ')}`,
    alert.rule === 'QUOTA_ACROSS_SITES' &&
      total === yuan(shown.reduce((sum, { totalFen }) => sum + totalFen, 0n)) &&
      numbers.join() === shown.map(({ no }) => no).join(),
  )
  line.check(
    `${customs.name} has the same, and there is no other`,
    alarms.length === 1 && alarms[0]!.index === item.index,
  )
  const { verdict } = await evidence.exhibit(await evidence.keep(exchange.client, item.index, 'alarm'))
  line.check(`alarm.json: ${verdictLine(verdict)}`, verdict.verdict === 'verified')
}

/** A case needs a name: one officer asks, another one allows it, and the reading is signed before it is answered. */
async function unmask({ line, customs, officers, evidence }: Market, resident: Resident): Promise<void> {
  line.title('Whose identity it is: two officers, a case number, a signed reading')
  const [asking, deciding] = officers
  const to = officers.map(({ urn }) => urn)
  const act = (officer: Actor, body: object): Promise<Submitted> =>
    officer.send({ kind: KIND, to, for: customs.urn, body: { requestNo: REQUEST_NO, ...body } })
  const why = { reasonCode: 'INVESTIGATION', reason: 'Quota drawn at two sites on one day', caseNo: 'CASE-2026-0001' }
  const fields = ['residentIdNo', 'name', 'mobile']
  accepted(await act(asking, { act: 'request', filingNo: resident.filingNo, fields, ...why }))
  const own = await act(asking, { act: 'approve' })
  const found = own.outcome === 'refused' ? own.problem.findings?.[0]?.code : 'accepted'
  line.check(`${asking.name} asks; allowing it to oneself: ${found}`, found === 'OFFICER_SAME')
  accepted(await act(deciding, { act: 'approve' }))
  accepted(await act(asking, { act: 'read' }))
  const read = async (officer: Actor) => {
    const asked = {
      enquiry: 'customs.border-identity',
      v: 1,
      question: { customs: customs.urn, requestNo: REQUEST_NO },
    }
    return (await enquire(officer.client, asked, evidence.trust())).proof
  }
  const { proof, attestation } = await read(asking)
  const { residentIdNo, name, mobile } =
    (attestation?.facts as { unmasked: Partial<Resident> } | undefined)?.unmasked ?? {}
  const matches = residentIdNo === resident.residentIdNo && name === resident.name && mobile === resident.mobile
  line.check(
    `${deciding.name} allows it, and the first reads it: ${matches ? 'matches' : 'does not match'} ${masked(resident)}`,
    proof === 'verified' && matches,
  )
  const other = (await read(deciding)).attestation?.verdict
  line.check(`to the other officer the same question is: ${other}`, other === 'unknown')
}
