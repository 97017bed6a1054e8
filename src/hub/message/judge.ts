// From valid to judged: the room says what the message wants of the journal; the hub adds who is told.
import { HubError } from '../errors.ts'
import type { FoldedRegister } from '../identity/register-fold.ts'
import { signerNames } from '../identity/signer-names.ts'
import type { Draft, Journal } from '../journal/journal.ts'
import { PAUSES_HEAD } from '../admin/acts.ts'
import { audienceOf } from './audience.ts'
import { judgeAnswers } from './answers.ts'
import type { JudgeViews } from './kind.ts'
import { reach, type JudgedMessage, type ValidMessage } from './message.ts'
import { openEntry } from './opened.ts'
import { findTold } from './told.ts'

export interface Judges {
  journal: Journal
  identities: { register: FoldedRegister }
  clock: () => number
}

/** Throws FINDINGS with what the room finds against its own state. */
export async function judge(valid: ValidMessage, { journal, identities, clock }: Judges): Promise<JudgedMessage> {
  const { register } = identities
  // A pause that comes before the append counts: the message is looked at again.
  const pausesKey = register.headOf(...PAUSES_HEAD)
  const judgedAt = journal.size()
  const views: JudgeViews = {
    nowMs: clock(),
    register,
    key: (label, ...parts) => journal.headKey(label, ...parts),
    head: (key) => journal.head(key),
    entry: (index) => openEntry(journal, index),
    told: (party, from, id) => findTold(journal, party, from, id),
  }
  register.acts.checkPaused(valid.envelope)
  const unknown = valid.envelope.to.filter((party) => !register.party(party))
  if (unknown.length > 0) throw new HubError('RECIPIENT_UNKNOWN', `not in the register: ${unknown.join(', ')}`)
  const judgement = await valid.kind.judge(valid, views)
  const { countries, ...told } = audienceOf(valid, register)
  const answers = await judgeAnswers(valid, told.audience, { journal, register })
  const findings = [...judgement.findings, ...answers.findings]
  if (findings.length > 0)
    throw new HubError('FINDINGS', `the document has ${findings.length} finding(s)`, { findings })
  // Who is told depends on the supervisors of every country concerned: if they change before the append, it is looked at again.
  const expects = [...countries].map((country) => {
    const key = register.headOf('country', country)
    return { key, version: register.version(key) }
  })
  return reach<JudgedMessage>({
    valid,
    judgement: {
      ...judgement,
      claims: [...judgement.claims, ...answers.claims],
      moves: [...judgement.moves, ...answers.moves],
      expects: [...judgement.expects, ...expects, { key: pausesKey, version: register.version(pausesKey) }],
    },
    ...told,
    judgedAt,
    ...(answers.due && { due: answers.due }),
  })
}

/** What the journal is asked to append for a judged message. */
export function draftOf({ valid, judgement, audience, refusalAudience, judgedAt, due }: JudgedMessage): Draft {
  const { authentic, kind } = valid
  const { received } = authentic
  const { findings: _none, ...wanted } = judgement
  return {
    kind: kind.name,
    version: kind.version,
    by: authentic.by,
    sender: authentic.sender,
    id: received.envelope.id,
    commitment: received.commitment,
    content: {
      envelope: received.envelopeBytes,
      signatures: received.signatures,
      body: received.body,
      attachments: received.attachments,
      certificates: authentic.signers.map(({ path }) => path),
      status: authentic.status,
      ...(authentic.responses && { responses: authentic.responses }),
      ...(authentic.evidence && { evidence: authentic.evidence }),
    },
    judgement: { ...wanted, expects: [...authentic.expects, ...wanted.expects] },
    audience,
    refusalAudience,
    registerAt: authentic.registerAt,
    judgedAt,
    ...(due && { due }),
    signers: authentic.signers.flatMap(({ path: [leaf] }) => (leaf ? signerNames(leaf) : [])),
  }
}
