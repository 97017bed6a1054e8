// What header and document say of one another: the service, the message identifier, who instructs whom.
import { checkBic, type Finding } from '../hub/index.ts'
import { finding } from './codes.ts'
import type { Element } from './element.ts'

const SERVICE = /^(?:swift\.cbprplus(?:\.(?:stp|cov|adv))?\.\d{2}|(?!swift\.cbprplus)[A-Za-z0-9][A-Za-z0-9._-]{0,34})$/

/** Whether the message travels by the correspondent network, whose rules of characters and addresses then hold. */
export const isCorrespondent = (body: Element): boolean =>
  body.text('AppHdr', 'BizSvc')?.startsWith('swift.cbprplus') ?? true

/** A BIC of eight letters is that of the head office, written XXX by others. */
export const wholeBic = (bic: string): string => (bic.length === 8 ? `${bic}XXX` : bic)

/** The whole BIC of an agent; undefined if it has none or a malformed one, which is a finding of its own. */
export const bicOf = (agent: Element | undefined): string | undefined => {
  const bic = agent?.text('FinInstnId', 'BICFI')
  return bic === undefined || checkBic(bic) ? undefined : wholeBic(bic)
}

/** The agent as the transaction names it, or the group header for all. */
export const agentOf = (group: Element, transaction: Element | undefined, name: string): Element | undefined =>
  transaction?.child(name) ?? group.child('GrpHdr', name)

/** Findings of a header against its document, whose content is `group` and whose one transaction is `transaction`. */
export function checkHeader(body: Element, group: Element, transaction: Element | undefined): Finding[] {
  const header = body.child('AppHdr')
  if (!header) return []
  const found = checkService(header)
  const [said, id] = [header.text('BizMsgIdr'), group.text('GrpHdr', 'MsgId')]
  if (said !== undefined && id !== undefined && said !== id)
    found.push(finding('HEADER_ID_DIFFERS', `${header.path}/BizMsgIdr`, { header: said, document: id }))
  const correspondent = isCorrespondent(body)
  // Through a market system the header names the system, not the agent behind it; between correspondents there is none.
  if (!correspondent && group.text('GrpHdr', 'SttlmInf', 'SttlmMtd') === 'CLRG') return found
  for (const [end, name] of [['Fr', 'InstgAgt'] as const, ['To', 'InstdAgt'] as const]) {
    const agent = header.child(end, 'FIId')
    if (header.child(end) && correspondent) found.push(...checkBicThere(agent, end, `${header.path}/${end}/FIId`))
    const [named, instructed] = [bicOf(agent), bicOf(agentOf(group, transaction, name))]
    if (named !== undefined && instructed !== undefined && named !== instructed)
      found.push(
        finding('HEADER_AGENT_DIFFERS', `${agent!.path}/FinInstnId/BICFI`, { header: named, document: instructed }),
      )
  }
  return found
}

/** Who instructs whom is known by BIC alone, there and in the register. */
export const checkBicThere = (agent: Element | undefined, name: string, path: string): Finding[] =>
  agent?.child('FinInstnId', 'BICFI') ? [] : [finding('AGENT_BIC_MISSING', `${path}/FinInstnId/BICFI`, { agent: name })]

function checkService(header: Element): Finding[] {
  const service = header.child('BizSvc')
  if (!service) return [finding('HEADER_SERVICE_MISSING', `${header.path}/BizSvc`)]
  const value = service.text()
  if (value === undefined || SERVICE.test(value)) return []
  return [finding('HEADER_SERVICE_MALFORMED', service.path, { value })]
}
