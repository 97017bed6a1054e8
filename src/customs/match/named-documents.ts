// The documents that a stated match names, read from the journal as they stand.
import { type JudgeViews, type PartyUrn } from '../../hub/index.ts'
import type { CustomsMatch, MatchedDocument } from '../../../schemas/types.d.ts'
import type { Filed } from '../authority.ts'
import type { Documents } from './match-documents.ts'
import { amendedDeclaration, openNamed, partnerDeclaration, type Standing } from './standing.ts'

export interface NamedDocuments extends Pick<Standing, 'findings' | 'refers' | 'expects'> {
  /** As they were sent, in the order in which they are named. */
  sent: object[]
  documents: Documents
}

/**
 * Reads every document named, for the party that states the match. Undefined (cannot tell) when it was not told of one of them in full or of
 * its newest version, or one is another than its name says or is erased.
 */
export async function readNamed(
  { documents: named }: CustomsMatch,
  party: PartyUrn,
  views: JudgeViews,
): Promise<NamedDocuments | undefined> {
  const read: NamedDocuments = { sent: [], documents: {}, findings: [], refers: [], expects: [] }
  for (const [at, one] of named.entries()) {
    const filed = await openNamed(one.kind, one, party, views)
    const standing = filed && (await standingOf(one, filed, `/documents/${at}`, party, views))
    if (!standing) return undefined
    read.sent.push(filed.body as object)
    read.refers.push(filed.index, ...standing.refers)
    read.expects.push(...standing.expects)
    read.findings.push(...standing.findings)
    // Kind and schema of each entry were checked when it was taken in; rules have tied the kind to the place.
    Object.assign(read.documents, { [one.document]: standing.document })
  }
  return read
}

async function standingOf(
  named: MatchedDocument,
  filed: Filed,
  path: string,
  party: PartyUrn,
  views: JudgeViews,
): Promise<Standing<unknown> | undefined> {
  if (named.kind === 'customs.declaration') return amendedDeclaration({ named, filed, path, party, views })
  if (named.kind === 'customs.wco-declaration') return partnerDeclaration({ named, filed, path, party, views })
  return { document: filed.body, findings: [], refers: [], expects: [] }
}
