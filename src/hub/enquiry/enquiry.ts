// Enquiry: the contract between a room and the hub for questions that change nothing. The hub says who may ask, at which moment it was
// answered, and signs; the room says what is true.
import type { Finding } from '../errors.ts'
import { HubError } from '../errors.ts'
import type { HeadKey, Json } from '../journal/heads.ts'
import type { PartyUrn } from '../message/envelope.ts'
import type { JudgeViews } from '../message/kind.ts'
import { compileSchema } from '../message/schema.ts'

/** What an answer may be made of. Everything read through it stands at one moment; the hub asks again if something moved meanwhile. */
export interface EnquiryViews extends JudgeViews {
  /** messageCommitment of an entry in hex; it stays when the content is erased. */
  commitment(index: number): Promise<string | undefined>
}

/** `unknown` carries no facts, so that nobody can tell from it why the hub cannot tell. */
export type EnquiryAnswer = { verdict: 'yes' | 'no'; facts: { [name: string]: Json } } | { verdict: 'unknown' }

export interface Enquiry<Question = unknown> {
  name: string
  version: number
  /** JSON Schema 2020-12 of the question. */
  schema: Record<string, unknown>
  /** Party classes that may ask. */
  askers: readonly string[]
  /** What is wrong with a question that fits the schema. */
  check(question: Question): Finding[]
  /** What the question is about: who keeps guessing at one thing is stopped. */
  about(question: Question, views: EnquiryViews): HeadKey
  /** `asker` is whom the answer is for; most answers are the same for everybody. */
  answer(question: Question, views: EnquiryViews, asker: PartyUrn): Promise<EnquiryAnswer>
}

/** The enquiries of a hub, compiled. */
export interface Enquiries {
  list: readonly Enquiry[]
  /** Throws PARAMETER_INVALID if there is none of that name and version. */
  find(name: string, version: number): Enquiry
  /** All findings of schema and rules; [] is a good question. */
  check(enquiry: Enquiry, question: unknown): Finding[]
}

// oxlint-disable-next-line typescript/no-explicit-any -- a list of enquiries of different questions
export function compileEnquiries(list: readonly Enquiry<any>[]): Enquiries {
  const shapes = new Map(list.map((enquiry) => [enquiry, compileSchema(enquiry.schema)]))
  return {
    list,
    find(name, version) {
      const found = list.find((enquiry) => enquiry.name === name && enquiry.version === version)
      if (found) return found
      const known = list.map((enquiry) => `${enquiry.name} v${enquiry.version}`).join(', ')
      throw new HubError('PARAMETER_INVALID', `there is no such enquiry; there are: ${known}`)
    },
    check(enquiry, question) {
      const findings = shapes.get(enquiry)!(question)
      return findings.length > 0 ? findings : enquiry.check(question)
    },
  }
}
