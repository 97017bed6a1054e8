// Data sent once is referred to: what a declaration names of what is at the hub already must be there, told to the sender in full, and
// may not say otherwise than the declaration (single window).
import {
  type Finding,
  type JudgeViews,
  type Judgement,
  type PartyUrn,
  type ValidMessage,
  refused,
} from '../hub/index.ts'
import type { CustomsDeclaration, SupportingDocument } from '../../schemas/types.d.ts'
import { filedAt, type Filed } from './authority.ts'
import { finding } from './codes.ts'
import { declarationKey } from './declaration-head.ts'
import { compareSupporting } from './supporting-compare.ts'

/** Kinds that are the export declaration of goods, here or on the other side. */
const EXPORTS: ReadonlySet<string> = new Set(['customs.declaration', 'customs.wco-declaration', 'customs.acdd'])

/** Where a declaration refers to another message, and what it says of it; without a kind any export declaration will do. */
type Reference = Omit<SupportingDocument, 'kind'> & { path: string; kind?: string }

/** What is wrong with the references, and the entries they lead to; or that it cannot be told because a content is gone. */
export async function judgeSupporting(
  { body, authentic }: ValidMessage<CustomsDeclaration>,
  views: JudgeViews,
): Promise<Pick<Judgement, 'findings' | 'refers'> | { judgement: Judgement }> {
  const findings: Finding[] = []
  const documents: Filed[] = []
  for (const reference of referencesOf(body)) {
    const document = await open(reference, authentic.sender, views)
    if (document === 'withheld') return { judgement: await cannotTell(body.entryId, views) }
    if (document) documents.push(document)
    else findings.push(finding('SUPPORTING_UNKNOWN', reference.path, { id: reference.id }))
  }
  const differences = findings.length > 0 ? [] : compareSupporting(body, documents)
  return { findings: [...findings, ...differences], refers: [...new Set(documents.map(({ index }) => index))] }
}

function referencesOf({ supporting = [], exportDeclaration }: CustomsDeclaration): Reference[] {
  return [
    ...supporting.map((document, at) => ({ ...document, path: `/supporting/${at}` })),
    ...(exportDeclaration ? [{ ...exportDeclaration, path: '/exportDeclaration' }] : []),
  ]
}

/** Whoever sees a document in part alone has not sent or received it; comparing with it would tell what is hidden. */
async function open(
  { from, id, commitment, kind }: Reference,
  sender: PartyUrn,
  views: JudgeViews,
): Promise<Filed | 'withheld' | undefined> {
  const told = await views.told(sender, from, id)
  if (told?.view !== 'full' || told.commitment !== commitment) return undefined
  if (kind === undefined ? !EXPORTS.has(told.kind) : told.kind !== kind) return undefined
  const document = await filedAt(told.index, views)
  if (!document) return 'withheld'
  return kind === undefined && isImport(document) ? undefined : document
}

const isImport = ({ kind, body }: Filed): boolean =>
  kind === 'customs.declaration' && (body as CustomsDeclaration).ieFlag === 'I'

async function cannotTell(entryId: string, views: JudgeViews): Promise<Judgement> {
  const key = declarationKey(views, entryId)
  return refused('NOT_KNOWN_HERE', 'supporting-known', key, (await views.head(key))?.version ?? 0)
}
