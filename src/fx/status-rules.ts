// The rules of a payment status (pacs.002), beyond its form.
import type { Finding } from '../hub/index.ts'
import { finding, onePerPlace } from './codes.ts'
import { Element } from './element.ts'
import { checkHeader, isCorrespondent } from './header-rules.ts'
import { isStatusReason } from './status-reasons.ts'
import { checkValues } from './value-rules.ts'

export interface StatusParts {
  body: Element
  group: Element
  reports: Element[]
}

export function statusParts(value: unknown): StatusParts {
  const body = new Element(value)
  const group = body.child('Document', 'FIToFIPmtStsRpt') ?? new Element(undefined, '/Document/FIToFIPmtStsRpt')
  return { body, group, reports: group.each('TxInfAndSts') }
}

/** Findings of a status body alone, with paths of elements. */
export function checkStatus(value: unknown): Finding[] {
  const { body, group, reports } = statusParts(value)
  if (!body.child('Document')) return []
  return onePerPlace([
    ...checkValues(body, isCorrespondent(body)),
    ...checkHeader(body, group, reports[0]),
    ...(reports.length > 1 ? [finding('STATUS_SINGLE', reports[1]!.path)] : []),
    ...reports.slice(0, 1).flatMap(checkReasons),
  ])
}

function checkReasons(report: Element): Finding[] {
  const codes = report.each('StsRsnInf').flatMap((reason) => reason.child('Rsn', 'Cd') ?? [])
  if (report.text('TxSts') === 'RJCT' && codes.length === 0)
    return [finding('STATUS_REASON_MISSING', `${report.path}/StsRsnInf`)]
  return codes.flatMap((code) => {
    const value = code.text()
    return value === undefined || isStatusReason(value)
      ? []
      : [finding('STATUS_REASON_NOT_LISTED', code.path, { value })]
  })
}
