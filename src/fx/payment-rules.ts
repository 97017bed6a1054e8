// The rules of a customer credit transfer (pacs.008), beyond its form: agents, settlement, dates, addresses, remittance, reporting.
import { compareDecimals, formatDecimal, type Finding } from '../hub/index.ts'
import { amountOf, parseXmlDecimal } from './amount.ts'
import { finding, onePerPlace } from './codes.ts'
import { checkConversion } from './conversion-rules.ts'
import { Element } from './element.ts'
import { agentOf, bicOf, checkBicThere, checkHeader, isCorrespondent } from './header-rules.ts'
import { restDay } from './settlement-days.ts'
import { checkAddresses, checkValues } from './value-rules.ts'

// From this day the correspondent network takes no unstructured addresses; what was created before may still have one.
const STRUCTURED_FROM = '2026-11-14'

/** The parts of a payment body that judging needs. */
export interface PaymentParts {
  body: Element
  group: Element
  transactions: Element[]
}

export function partsOf(value: unknown): PaymentParts {
  const body = new Element(value)
  const group = body.child('Document', 'FIToFICstmrCdtTrf') ?? new Element(undefined, '/Document/FIToFICstmrCdtTrf')
  return { body, group, transactions: group.each('CdtTrfTxInf') }
}

/** Findings of a payment body alone, with paths of elements. */
export function checkPayment(value: unknown): Finding[] {
  const { body, group, transactions } = partsOf(value)
  if (!body.child('Document')) return []
  const correspondent = isCorrespondent(body)
  return onePerPlace([
    ...checkValues(body, correspondent),
    ...checkHeader(body, group, transactions[0]),
    ...(correspondent && (body.text('AppHdr', 'CreDt') ?? '') >= STRUCTURED_FROM ? checkAddresses(group) : []),
    ...checkGroupHeader(group, transactions),
    ...transactions
      .slice(0, 1)
      .flatMap((transaction) => [
        ...(correspondent ? checkBics(group, transaction) : []),
        ...checkTransaction(transaction, group),
      ]),
  ])
}

const checkBics = (group: Element, transaction: Element): Finding[] =>
  ['InstgAgt', 'InstdAgt'].flatMap((name) => {
    const agent = agentOf(group, transaction, name)
    return agent ? checkBicThere(agent, name, agent.path) : []
  })

function checkGroupHeader(group: Element, transactions: Element[]): Finding[] {
  const found: Finding[] = []
  const said = group.text('GrpHdr', 'NbOfTxs')
  const count = transactions.length
  if (count > 1) found.push(finding('TRANSACTION_SINGLE', transactions[1]!.path))
  if (said !== undefined && count > 0 && Number(said) !== count)
    found.push(finding('TRANSACTION_COUNT', `${group.path}/GrpHdr/NbOfTxs`, { said, count }))
  found.push(...saidTwice(group, transactions[0]))
  const settlement = group.child('GrpHdr', 'SttlmInf')
  return settlement ? [...found, ...checkSettlement(settlement)] : found
}

/** What stands in the group header and in the one transaction is the same. */
function saidTwice(group: Element, transaction: Element | undefined): Finding[] {
  const found: Finding[] = []
  const pairs = [
    ['InstgAgt', bicOf(group.child('GrpHdr', 'InstgAgt')), bicOf(transaction?.child('InstgAgt'))],
    ['InstdAgt', bicOf(group.child('GrpHdr', 'InstdAgt')), bicOf(transaction?.child('InstdAgt'))],
    ['IntrBkSttlmDt', group.text('GrpHdr', 'IntrBkSttlmDt'), transaction?.text('IntrBkSttlmDt')],
  ] as const
  for (const [name, said, meant] of pairs)
    if (said !== undefined && meant !== undefined && said !== meant)
      found.push(finding('GROUP_HEADER_DIFFERS', `${group.path}/GrpHdr/${name}`, { group: said, transaction: meant }))
  return found
}

/** The address rule as of a moment of the hub's, for what is sent and not only checked: a header dated back evades nothing. */
export function checkAddressesAt(value: unknown, nowMs: number): Finding[] {
  const { body, group } = partsOf(value)
  return isCorrespondent(body) && nowMs >= Date.parse(STRUCTURED_FROM) ? checkAddresses(group) : []
}

const REIMBURSING = ['InstgRmbrsmntAgt', 'InstdRmbrsmntAgt', 'ThrdRmbrsmntAgt']

function checkSettlement(settlement: Element): Finding[] {
  const method = settlement.text('SttlmMtd')
  if (method === undefined) return []
  const named = REIMBURSING.filter((name) => settlement.child(name))
  if (method === 'COVE' && named.length === 0)
    return [finding('COVER_AGENT_MISSING', `${settlement.path}/InstgRmbrsmntAgt`)]
  const unexpected = method === 'COVE' ? [] : named
  return [
    ...unexpected.map((name) => finding('COVER_AGENT_UNEXPECTED', `${settlement.path}/${name}`, { method })),
    ...accountsWithoutAgents(settlement, REIMBURSING),
  ]
}

const CHAINS = [
  ['IntrmyAgt1', 'IntrmyAgt2', 'IntrmyAgt3'],
  ['PrvsInstgAgt1', 'PrvsInstgAgt2', 'PrvsInstgAgt3'],
] as const

function checkTransaction(transaction: Element, group: Element): Finding[] {
  return [
    ...checkAgents(transaction, group),
    ...checkTotals(transaction, group),
    ...checkDate(transaction, group),
    ...checkConversion(transaction),
    ...checkParties(transaction),
    ...checkRemittance(transaction),
    ...checkReporting(transaction),
  ]
}

function checkAgents(transaction: Element, group: Element): Finding[] {
  const found: Finding[] = ['InstgAgt', 'InstdAgt']
    .filter((agent) => !agentOf(group, transaction, agent))
    .map((agent) => finding('AGENT_MISSING', `${transaction.path}/${agent}`, { agent }))
  for (const chain of CHAINS) {
    const gap = chain.findIndex((agent, at) => at > 0 && transaction.child(agent) && !transaction.child(chain[at - 1]!))
    if (gap > 0) {
      const [agent, before] = [chain[gap]!, chain[gap - 1]!]
      found.push(finding('AGENT_GAP', `${transaction.path}/${agent}`, { agent, before }))
    }
    found.push(...accountsWithoutAgents(transaction, chain))
  }
  return found
}

const accountsWithoutAgents = (of: Element, agents: readonly string[]): Finding[] =>
  agents
    .filter((agent) => of.child(`${agent}Acct`) && !of.child(agent))
    .map((agent) => finding('ACCOUNT_WITHOUT_AGENT', `${of.path}/${agent}Acct`, { agent }))

/** With one transaction both totals of the group header are its amount. */
function checkTotals(transaction: Element, group: Element): Finding[] {
  const settled = amountOf(transaction.child('IntrBkSttlmAmt'))
  const header = group.child('GrpHdr')
  if (!settled || !header || group.each('CdtTrfTxInf').length !== 1) return []
  const [total, sum] = [amountOf(header.child('TtlIntrBkSttlmAmt')), parseXmlDecimal(header.text('CtrlSum'))]
  const said = { settled: `${settled.currency} ${formatDecimal(settled.value)}` }
  const found: Finding[] = []
  if (total && (total.currency !== settled.currency || compareDecimals(total.value, settled.value) !== 0))
    found.push(
      finding('PAYMENT_TOTAL_DIFFERS', `${header.path}/TtlIntrBkSttlmAmt`, {
        said: `${total.currency} ${formatDecimal(total.value)}`,
        ...said,
      }),
    )
  if (sum && compareDecimals(sum, settled.value) !== 0)
    found.push(finding('PAYMENT_TOTAL_DIFFERS', `${header.path}/CtrlSum`, { said: formatDecimal(sum), ...said }))
  return found
}

function checkDate(transaction: Element, group: Element): Finding[] {
  const date = transaction.child('IntrBkSttlmDt') ?? group.child('GrpHdr', 'IntrBkSttlmDt')
  if (!date) return [finding('SETTLEMENT_DATE_MISSING', `${transaction.path}/IntrBkSttlmDt`)]
  const currency = transaction.text('IntrBkSttlmAmt', 'Ccy')
  // A date of XML may carry an offset; the day is the first ten characters.
  const written = date.text()?.trim().slice(0, 10)
  const day = currency === undefined || written === undefined ? undefined : restDay(written, currency)
  return day ? [finding('SETTLEMENT_DATE_WEEKEND', date.path, { date: written!, day, currency: currency! })] : []
}

function checkParties(transaction: Element): Finding[] {
  return ['Dbtr', 'Cdtr'].flatMap((name) => {
    const party = transaction.child(name)
    const named = !party || party.child('Nm') || party.child('Id', 'OrgId', 'AnyBIC')
    return named ? [] : [finding('PARTY_UNNAMED', party.path)]
  })
}

function checkRemittance(transaction: Element): Finding[] {
  const remittance = transaction.child('RmtInf')
  const lines = remittance?.each('Ustrd') ?? []
  if (lines.length > 0 && remittance!.each('Strd').length > 0)
    return [finding('REMITTANCE_TWO_FORMS', remittance!.path)]
  return lines.length > 1 ? [finding('REMITTANCE_REPEATED', lines[1]!.path)] : []
}

/** CNY that crosses the border of mainland China carries a purpose code for its regulator; a BIC of Hong Kong or Macao is not CN. */
function checkReporting(transaction: Element): Finding[] {
  const currencies = [transaction.text('IntrBkSttlmAmt', 'Ccy'), transaction.text('InstdAmt', 'Ccy')]
  const ends = ['DbtrAgt', 'CdtrAgt'].map((name) => bicOf(transaction.child(name))?.slice(4, 6))
  const crosses = ends.every((end) => end !== undefined) && ends.filter((end) => end === 'CN').length === 1
  if (!currencies.includes('CNY') || !crosses) return []
  const reports = transaction.each('RgltryRptg')
  if (reports.some((report) => report.each('Dtls').some((detail) => detail.child('Cd')))) return []
  const path = reports[0] ? `${reports[0].path}/Dtls[1]/Cd` : `${transaction.path}/RgltryRptg`
  return [finding('REGULATORY_CODE_MISSING', path)]
}
