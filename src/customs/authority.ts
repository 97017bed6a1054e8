// What release, amendment and cancellation have in common: only the customs authority that the declaration was filed with acts on it.
import {
  nothingWanted,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type Money,
  type OpenedEntry,
  type RefusalCode,
  type ValidMessage,
} from '../hub/index.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { finding } from './codes.ts'
import {
  declarationKey,
  declaredTotal,
  readHead,
  type DeclarationHead,
  type DeclarationState,
} from './declaration-head.ts'

/** Acts of an authority need a certificate that is known to be good. */
export const AUTHORITY = {
  type: 'application/json',
  bodyMaxBytes: 128 * 1024,
  senders: ['customs'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good' as const],
}

/** The declaration that an authority acts on, or the judgement that says why it cannot. */
export type Found = { head: DeclarationHead } | { judgement: Judgement }

export async function findDeclaration(
  message: ValidMessage,
  views: JudgeViews,
  entryId: string,
  states: readonly DeclarationState[],
): Promise<Found> {
  const key = declarationKey(views, entryId)
  const stored = await views.head(key)
  if (!stored) return { judgement: refused('NOT_KNOWN_HERE', 'declaration-known', key, 0) }
  const head = readHead(key, stored)
  const { sender } = message.authentic
  if (head.customs !== sender) return { judgement: await notCompetent(head, sender, views) }
  if (!states.includes(head.state))
    return { judgement: refused('STATE_CONFLICT', 'declaration-state', key, head.headVersion) }
  if (!message.envelope.to.includes(head.from))
    return { judgement: { ...nothingWanted(), findings: [finding('DECLARANT_NOT_ADDRESSED', '')] } }
  return { head }
}

/** An authority that was sent the declaration is told that it is not the one; any other cannot learn that the number exists. */
async function notCompetent(head: DeclarationHead, sender: string, views: JudgeViews): Promise<Judgement> {
  const filed = opened(await views.entry(head.declaration))
  if (filed?.envelope.to.includes(sender))
    return { ...nothingWanted(), findings: [finding('AUTHORITY_NOT_COMPETENT', '/entryId')] }
  return unknown(head)
}

/** Cannot tell: the declaration is there, but what is needed of it is withheld. */
export const unknown = (head: DeclarationHead): Judgement =>
  refused('NOT_KNOWN_HERE', 'declaration-known', head.key, head.headVersion)

export const refused = (code: RefusalCode, rule: string, key: HeadKey, version: number): Judgement => ({
  ...nothingWanted(),
  refusal: { code, rule, key, version },
})

export type Filed = Exclude<OpenedEntry, { withheld: unknown }>

/** The declaration as filed; undefined when it is withheld. */
export async function filedDeclaration(head: DeclarationHead, views: JudgeViews): Promise<Filed | undefined> {
  return opened(await views.entry(head.declaration))
}

const opened = (entry: OpenedEntry | undefined): Filed | undefined =>
  entry === undefined || 'withheld' in entry ? undefined : entry

/** The declared total as it stands; undefined when it is in a declaration that is withheld. */
export async function currentTotal(head: DeclarationHead, views: JudgeViews): Promise<Money | undefined> {
  if (head.total) return head.total
  const filed = await filedDeclaration(head, views)
  return filed && declaredTotal(filed.body as CustomsDeclaration)
}
