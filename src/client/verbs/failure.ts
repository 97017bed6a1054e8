// What the command says when it did not work: what happened, who must act, and which exit code that is.
import { HubError, REFUSALS } from '../../hub/errors.ts'
import { FeedBroken, FeedRefused } from '../feed-connection.ts'
import { HubProblem, HubSilent, type Problem } from '../hub-problem.ts'
import { UsageError } from '../usage.ts'
import { type CommandIo, EXIT } from './verb.ts'

const WHO: Record<string, string> = {
  sender: 'you, the sender',
  recipient: 'you, the recipient',
  operator: 'the operator of the hub',
  partner: 'the partner at the other end',
}

const RETRY: Record<string, string> = {
  no: 'sending the same again will not help',
  'same-id': 'send the same bytes again',
  after: 'try again later, when the hub knows more',
}

/** Codes that mean "cannot tell", which is not "no". */
const CANNOT_TELL: ReadonlySet<string> = new Set([
  'NOT_KNOWN_HERE',
  'NOT_FOUND',
  'CERTIFICATE_STATUS_UNKNOWN',
  'CERTIFICATE_STATUS_STALE',
])

/** Lines for a person about a refusal by the hub. */
export function problemLines(problem: Problem): string[] {
  const lines = [`${problem.code}: ${problem.title}`]
  if (problem.detail !== '' && problem.detail !== problem.title) lines.push(`  ${problem.detail}`)
  for (const finding of problem.findings ?? [])
    lines.push(`  ${finding.path === '' ? '/' : finding.path}  ${finding.code}  ${finding.message}`)
  if (problem.refusal !== undefined)
    lines.push(
      `  journaled as entry ${problem.refusal.index}: beibu bundle ${problem.refusal.index} gives the proof of it`,
    )
  lines.push(`  who acts: ${WHO[problem.who] ?? problem.who}; ${RETRY[problem.retry] ?? problem.retry}`)
  lines.push(`  more: beibu explain ${problem.code}`)
  return lines
}

export function exitOfProblem(problem: Problem): number {
  if (CANNOT_TELL.has(problem.code)) return EXIT.unknown
  return problem.status >= 500 ? EXIT.fault : EXIT.refused
}

/** Tells a failure on standard error (and as JSON on standard output when asked); gives the exit code. */
export function tellFailure(error: unknown, io: CommandIo, json: boolean): number {
  const { exit, value, lines } = failureOf(error)
  if (json) io.out(JSON.stringify(value))
  for (const line of lines) io.progress(line)
  return exit
}

function failureOf(error: unknown): { exit: number; value: unknown; lines: string[] } {
  if (error instanceof UsageError)
    return { exit: EXIT.usage, value: { error: 'usage', detail: error.message }, lines: [error.message] }
  if (error instanceof HubProblem)
    return { exit: exitOfProblem(error.problem), value: error.problem, lines: problemLines(error.problem) }
  if (error instanceof FeedRefused)
    return {
      exit: EXIT.refused,
      value: { error: 'refused', code: error.code, detail: error.detail },
      lines: [error.message, `  more: beibu explain ${error.code}`],
    }
  if (error instanceof HubSilent || error instanceof FeedBroken)
    return {
      exit: EXIT.unknown,
      value: { error: 'no-answer', detail: error.message },
      lines: [
        error.message,
        '  who acts: you; is the hub running and the address right? The same bytes may be sent again',
      ],
    }
  if (error instanceof HubError) return localRefusal(error)
  const detail = error instanceof Error ? error.message : String(error)
  return { exit: EXIT.fault, value: { error: 'fault', detail }, lines: [`fault: ${detail}`] }
}

/** A refusal found on this side, before anything was sent. */
function localRefusal(error: HubError): { exit: number; value: unknown; lines: string[] } {
  const row = REFUSALS[error.code]
  const value = { error: 'refused', code: error.code, detail: error.detail, findings: error.findings }
  return {
    exit: EXIT.refused,
    value,
    lines: [`${error.code}: ${row.en}`, `  ${error.detail}`, `  more: beibu explain ${error.code}`],
  }
}
