// The walk of a question: permitted -> well formed -> not guessed at -> answered as of one moment -> signed. Nothing is journaled.
import { attestationBytes, ATTESTATION_TYPE, type Attestation } from '../evidence/attestation.ts'
import { HubError } from '../errors.ts'
import type { FoldedRegister } from '../identity/register-fold.ts'
import type { SuiteName } from '../identity/suite.ts'
import type { Journal, JournalEntry } from '../journal/journal.ts'
import type { HeadKey, Json } from '../journal/heads.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { openEntry } from '../message/opened.ts'
import { findTold } from '../message/told.ts'
import { toTime } from '../values/encoding.ts'
import type { Enquiries, Enquiry, EnquiryAnswer, EnquiryViews } from './enquiry.ts'
import type { Misses } from './misses.ts'

export interface EnquiryDeps {
  hub: PartyUrn
  journal: Journal
  register: FoldedRegister
  enquiries: Enquiries
  misses: Misses
  clock: () => number
  /** Waits until the register includes every entry below `size`. */
  caughtUp(size: number): Promise<boolean>
  /** One compact JWS per suite, of the hub's receipt keys; the first key if none is named. */
  sign(payload: Buffer, typ: string, suites: readonly SuiteName[]): Promise<string[]>
}

/** A question as it came. */
export interface Asked {
  enquirer: PartyUrn
  enquiry: string
  v: number
  question: unknown
  suites: readonly SuiteName[]
}

const TRIES_MAX = 5

/**
 * Answers a question with one signed attestation per suite. Throws READ_NOT_PERMITTED, FINDINGS, PARAMETER_INVALID, ENQUIRY_QUOTA,
 * VIEW_BEHIND or CONTENDED; that the hub cannot tell is an answer.
 */
export async function answerEnquiry(asked: Asked, deps: EnquiryDeps): Promise<string[]> {
  const { journal, register, enquiries } = deps
  const { enquirer, question, suites } = asked
  // Whoever was told 201 before this was asked must find it in the answer, and who was let in or shut out too.
  if (!(await deps.caughtUp(await journal.current())))
    throw new HubError('VIEW_BEHIND', 'the register lags behind the journal')
  const enquiry = enquiries.find(asked.enquiry, asked.v)
  const party = register.party(enquirer)
  if (party?.state !== 'active' || !enquiry.askers.includes(party.class))
    throw new HubError('READ_NOT_PERMITTED', `${enquiry.name} is asked by: ${enquiry.askers.join(', ')}`)
  const findings = enquiries.check(enquiry, question)
  if (findings.length > 0)
    throw new HubError('FINDINGS', `the question has ${findings.length} finding(s)`, { findings })
  const { answer, size } = await answerOnce(enquiry, asked, deps)
  const attestation: Attestation = {
    v: 1,
    hub: deps.hub,
    journal: journal.urn,
    epoch: journal.epoch,
    enquirer,
    enquiry: enquiry.name,
    version: enquiry.version,
    question: question as Json,
    at: toTime(deps.clock()),
    size,
    ...answer,
  }
  return deps.sign(attestationBytes(attestation), ATTESTATION_TYPE, suites)
}

/** Looks at the tally before and after: guesses sent all at once are told no more than those sent one by one. */
async function answerOnce(
  enquiry: Enquiry,
  { enquirer, question }: Asked,
  deps: EnquiryDeps,
): Promise<{ answer: EnquiryAnswer; size: number }> {
  const { misses } = deps
  const about = enquiry.about(question, viewsOf(deps, new Map()))
  const refuseSpent = async (): Promise<void> => {
    if (await misses.spent(enquirer, about))
      throw new HubError('ENQUIRY_QUOTA', 'too many questions of this party were not those of a holder; ask tomorrow', {
        retryAfterS: await misses.renewsInS(enquirer),
      })
  }
  await refuseSpent()
  const answered = await atOneMoment(enquiry, { enquirer, question }, deps)
  await refuseSpent()
  if (answered.answer.verdict === 'unknown') await misses.count(enquirer, about)
  return answered
}

/** Reads, then looks whether any head read has moved since. If none has, all of it was true when `size` was read. */
async function atOneMoment(
  enquiry: Enquiry,
  { enquirer, question }: Pick<Asked, 'enquirer' | 'question'>,
  deps: EnquiryDeps,
): Promise<{ answer: EnquiryAnswer; size: number }> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const seen = new Map<HeadKey, number>()
    const answer = await enquiry.answer(question, viewsOf(deps, seen), enquirer)
    const size = await deps.journal.current()
    if (!(await deps.journal.moved(seen))) return { answer, size }
  }
  throw new HubError('CONTENDED', 'what this question is about keeps changing')
}

/** Views that note the version of every head they have shown, and read each entry once. */
function viewsOf({ journal, register, clock }: EnquiryDeps, seen: Map<HeadKey, number>): EnquiryViews {
  const known = new Map<number, Promise<JournalEntry[]>>()
  const read = (index: number): Promise<JournalEntry[]> => {
    const entries = known.get(index) ?? journal.read(index, 1)
    known.set(index, entries)
    return entries
  }
  return {
    nowMs: clock(),
    register,
    key: (label, ...parts) => journal.headKey(label, ...parts),
    async head(key) {
      const head = await journal.head(key)
      seen.set(key, head?.version ?? 0)
      return head
    },
    entry: (index) => openEntry({ read, content: (at) => journal.content(at) }, index),
    told: (party, from, id) => findTold(journal, party, from, id),
    commitment: async (index) => (await read(index))[0]?.commitment.toString('hex'),
  }
}
