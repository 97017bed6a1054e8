// Who owes whom an answer: a message with `due` opens one head per awaited party, and that party's answer closes it. Late or in time,
// the head decides (src/hub/due.ts writes the overdue).
import type { Finding } from '../errors.ts'
import type { FoldedRegister } from '../identity/register-fold.ts'
import type { Claim, Head, HeadKey, Move } from '../journal/heads.ts'
import type { Journal, JournalEntry } from '../journal/journal.ts'
import { findingsOf, type FindingCodes } from '../values/finding.ts'
import { fromTime } from '../values/encoding.ts'
import type { Envelope, PartyUrn } from './envelope.ts'
import type { AudienceRow, ValidMessage } from './message.ts'

/** What the envelope itself can be found wrong in, whatever the kind. */
export const answerCodes = {
  DUE_NOBODY_AWAITED: {
    en: 'The message wants an answer but is told to nobody who could give one.',
    zh: '报文要求答复,但没有可答复的收件方。',
  },
  RE_DIGEST_DIFFERS: {
    en: 'The message {id} it answers has another digest; answer the message as it was received.',
    zh: '所答复报文 {id} 的摘要与此不同;请按收到的原报文答复。',
  },
} as const satisfies FindingCodes

const finding = findingsOf(answerCodes)
const LABEL = 'awaited'

export type AnswerState = 'awaited' | 'overdue' | 'answered'

/** Whether a head is one of those that say whether an answer has come. */
export const isAwaitedKey = (key: HeadKey): boolean => key.startsWith(`${LABEL}:`)

export const answerValue = (state: AnswerState): Head['value'] => ({ state })
export const answerState = (value: Head['value']): AnswerState => value['state'] as AnswerState

export interface Answers {
  findings: Finding[]
  claims: Claim[]
  moves: Move[]
  due?: NonNullable<JournalEntry['due']>
}

/** What a message wants of the journal because it asks for answers or is one. `told` are those who see it. */
export async function judgeAnswers(
  valid: ValidMessage,
  told: readonly AudienceRow[],
  deps: { journal: Pick<Journal, 'find' | 'head' | 'headKey'>; register: FoldedRegister },
): Promise<Answers> {
  const { re = [], due } = valid.envelope
  const given = re.length === 0 ? { findings: [], moves: [] } : await answersGiven(valid.envelope, told, deps.journal)
  return due === undefined ? { ...given, claims: [] } : withAwaited(valid, fromTime(due)!, told, deps, given)
}

/** One head per awaited party. Nobody is awaited who is not told of the message. */
function withAwaited(
  valid: ValidMessage,
  atMs: number,
  told: readonly AudienceRow[],
  { journal, register }: Parameters<typeof judgeAnswers>[2],
  given: Pick<Answers, 'findings' | 'moves'>,
): Answers {
  const { envelope, kind } = valid
  const waiting = [...new Set([envelope.from, ...(envelope.for ? [envelope.for] : [])])]
  const named = new Set(kind.awaits?.(valid, register) ?? envelope.to)
  const parties = [...named].filter((one) => !waiting.includes(one) && told.some(({ party }) => party === one))
  const findings = [...given.findings, ...(parties.length > 0 ? [] : [finding('DUE_NOBODY_AWAITED', '')])]
  const awaited = parties.map((party) => ({ party, key: awaitedKey(journal, envelope, party) }))
  return {
    findings,
    moves: given.moves,
    claims: awaited.map(({ key }) => ({ key, value: answerValue('awaited'), rule: 'answer-awaited' })),
    due: { atMs, waiting, awaited },
  }
}

const awaitedKey = (
  journal: Pick<Journal, 'headKey'>,
  { from, id }: Pick<Envelope, 'from' | 'id'>,
  party: PartyUrn,
): HeadKey => journal.headKey(LABEL, from, id, party)

/**
 * Moves of the heads that this message answers. What the sender was never told of is passed over without a word, so that nobody learns
 * by guessing which messages there are. An answer that those who wait are not told of is none.
 */
async function answersGiven(
  envelope: Envelope,
  told: readonly AudienceRow[],
  journal: Pick<Journal, 'find' | 'head' | 'headKey'>,
): Promise<Pick<Answers, 'findings' | 'moves'>> {
  const party = envelope.for ?? envelope.from
  const findings: Finding[] = []
  const moves = new Map<HeadKey, Move>()
  for (const re of envelope.re ?? []) {
    const asked = await journal.find(re.from, re.id)
    if (!asked?.audience.some((row) => row.party === party)) continue
    if (asked.commitment.toString('hex') !== re.digest) {
      findings.push(finding('RE_DIGEST_DIFFERS', '', { id: re.id }))
      continue
    }
    if (!asked.due?.waiting.some((one) => told.some((row) => row.party === one))) continue
    const key = awaitedKey(journal, re, party)
    const head = await journal.head(key)
    if (head && answerState(head.value) !== 'answered')
      moves.set(key, { key, version: head.version, value: answerValue('answered') })
  }
  return { findings, moves: [...moves.values()] }
}
