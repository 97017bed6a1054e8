// Phones of the border-market story: one was offline at midnight, one is lost.
import type { HubRevocation } from '../../../schemas/types.d.ts'
import { toTime } from '../../hub/values/encoding.ts'
import type { Submitted } from '../hub-client.ts'
import { fingerprintOf } from '../sandbox/phones.ts'
import { yuan } from './border-market-book.ts'
import { enrolPhone, newPhone } from './border-market-devices.ts'
import { coconuts, shrimp } from './border-market-papers.ts'
import type { Resident } from './border-market-people.ts'
import { buy, checkDeal, declare, HOUR_MS, type Market, MINUTE_MS, trade } from './border-market-trading.ts'
import { accepted } from './marks.ts'

/** Signed at 23:58 and sent long after: the day is that of the site's statement. */
export async function offline(market: Market): Promise<void> {
  const { line, book, sites, residents, midnightMs } = market
  line.title('A phone without a network')
  const resident = residents[2]!
  const [, pingxiang] = sites
  const bought = { site: pingxiang, tradedMs: midnightMs - 20 * MINUTE_MS }
  const queued = book.enter({ ...bought, portions: [{ resident, goods: [shrimp(800_000n, 116n)] }] })
  await buy(market, queued)
  accepted(await declare(market, queued, midnightMs - 2 * MINUTE_MS))
  const next = await trade(market, {
    site: pingxiang,
    tradedMs: midnightMs + HOUR_MS,
    portions: [{ resident, goods: [shrimp(800_000n, 116n)] }],
  })
  await checkDeal(market, queued, `bought 23:40, signed 23:58, sent after midnight: counted for ${queued.day}`)
  await checkDeal(market, next, `what was bought at 01:00 has the quota of ${next.day}`)
}

const codeOf = (answer: Submitted): string => (answer.outcome === 'accepted' ? 'accepted' : answer.problem.code)

/** Reported lost, revoked, and another one in its place. */
export async function lost(market: Market): Promise<void> {
  const { line, book, sites, residents, midnightMs } = market
  line.title('A phone that is lost')
  const resident: Resident = residents[3]!
  const { group, phone } = resident
  const deal = book.enter({
    site: sites[0],
    tradedMs: midnightMs + 3 * HOUR_MS,
    portions: [{ resident, goods: [coconuts(312_345n, 540n)] }],
  })
  await buy(market, deal)
  const fingerprint = fingerprintOf(phone)
  const body = { act: 'lost', fingerprint, reason: 'LOST' }
  accepted(await group.actor.send({ kind: 'customs.border-device', to: [], body }))
  const stolen = await declare(market, deal)
  const said = stolen.outcome === 'refused' && stolen.problem.receipt ? ', with a receipt of it' : ''
  line.check(
    `${group.actor.name} reports it; what it signs now: ${codeOf(stolen)}${said}`,
    codeOf(stolen) === 'STATE_CONFLICT' && said !== '',
  )
  await revoke(market, resident)
  const code = codeOf(await declare(market, deal))
  line.check(`its certificate is revoked; at the door of the hub: ${code}`, code === 'CERTIFICATE_REVOKED')
  resident.phone = await newPhone(group, resident.serial)
  accepted(await enrolPhone(resident))
  accepted(await declare(market, deal))
  await checkDeal(market, deal, `a new phone signs the same declaration of CNY ${yuan(deal.totalFen)}`)
}

/** The register of the country says that a certificate is worth nothing any more. */
async function revoke({ stage }: Market, { group, phone }: Resident): Promise<void> {
  const body: HubRevocation = {
    fingerprint: fingerprintOf(phone),
    party: group.actor.urn,
    reason: 'keyCompromise',
    revokedAt: toTime(Date.now()),
  }
  accepted(await stage.authority('cn-register-office').send({ kind: 'hub.revocation', to: [], body }))
}
