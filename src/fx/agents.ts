// Agents of a message against the parties of its envelope, as far as the register knows their BICs.
import { toTime, type Expectation, type Finding, type JudgeViews, type PartyUrn, type Register } from '../hub/index.ts'
import { finding } from './codes.ts'
import type { Element } from './element.ts'
import { agentOf, bicOf, wholeBic } from './header-rules.ts'

const AHEAD_MAX_MS = 5 * 60_000

/** A registered head office stands for its branches; a registered branch for itself. */
function stands(registered: string, agent: string): boolean {
  const whole = wholeBic(registered)
  return whole === agent || (whole.endsWith('XXX') && whole.slice(0, 8) === agent.slice(0, 8))
}

const registeredBic = (register: Register, party: PartyUrn): string | undefined =>
  register.party(party)?.identifiers?.bic

/** The parties that the register knows as this agent. */
export const partiesOf = (agent: string | undefined, among: readonly PartyUrn[], register: Register): PartyUrn[] =>
  agent === undefined
    ? []
    : among.filter((party) => {
        const bic = registeredBic(register, party)
        return bic !== undefined && stands(bic, agent)
      })

/** Findings when the instructing agent is not the sender, or the instructed one no recipient. A party without a registered BIC may be any. */
export function checkAgentsOfMessage(
  body: Element,
  group: Element,
  transaction: Element | undefined,
  ends: { sender: PartyUrn; to: readonly PartyUrn[] },
  register: Register,
): Finding[] {
  const found: Finding[] = []
  const instructing = agentOf(group, transaction, 'InstgAgt') ?? body.child('AppHdr', 'Fr', 'FIId')
  const instructed = agentOf(group, transaction, 'InstdAgt') ?? body.child('AppHdr', 'To', 'FIId')
  const [from, to] = [bicOf(instructing), bicOf(instructed)]
  const own = registeredBic(register, ends.sender)
  if (from !== undefined && own !== undefined && !stands(own, from))
    found.push(finding('AGENT_NOT_SENDER', `${instructing!.path}/FinInstnId/BICFI`, { agent: from, registered: own }))
  const known = ends.to.map((party) => registeredBic(register, party))
  if (to !== undefined && ends.to.length > 0 && !known.includes(undefined) && !known.some((bic) => stands(bic!, to)))
    found.push(
      finding('AGENT_NOT_RECIPIENT', `${instructed!.path}/FinInstnId/BICFI`, {
        agent: to,
        registered: known.join(', '),
      }),
    )
  return found
}

/** What the BICs were read from: when an entry of one of these parties changes before the append, the message is judged again. */
export const reliedOn = (parties: readonly PartyUrn[], views: JudgeViews): Expectation[] =>
  parties.map((party) => {
    const key = views.key('register', 'party', party)
    return { key, version: views.register.version(key) }
  })

/** A header from the future: its clock or the hub's is wrong. */
export function checkCreated(body: Element, nowMs: number): Finding[] {
  const created = body.child('AppHdr', 'CreDt')
  const value = created?.text()?.trim()
  if (value === undefined || !(Date.parse(value) > nowMs + AHEAD_MAX_MS)) return []
  return [finding('HEADER_TIME_AHEAD', created!.path, { value: toTime(Date.parse(value)) })]
}
