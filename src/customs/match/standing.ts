// Whether a declaration that a match names is the newest version of it: every amendment by customs put in, and no later one by its declarant.
// Whether it was rejected, cancelled or seized does not matter: why it was is often what a report shows.
import { countryOf, type Expectation, type Finding, type JudgeViews, type PartyUrn } from '../../hub/index.ts'
import type { CustomsAmendment, CustomsDeclaration, MatchedDocument, WcoDeclaration } from '../../../schemas/types.d.ts'
import { asAmended, type AmendedDeclaration } from '../amended-declaration.ts'
import { filedAt, type Filed } from '../authority.ts'
import { amendedKey, declarationKey, readHead } from '../declaration-head.ts'
import { isTold } from '../told.ts'
import { readWcoHead, wcoKey } from '../wco/wco-head.ts'
import { finding } from './codes.ts'
import type { AnyDeclaration } from './match-documents.ts'

/** A document as it stands, with what says so; without `document` the findings say why there is none. */
export interface Standing<T = AnyDeclaration | AmendedDeclaration> {
  document?: T
  findings: Finding[]
  /** Entries it is made of besides the one that is named. */
  refers: number[]
  /** Heads that say that it stands: should one move before the report is on record, it is judged again. */
  expects: Expectation[]
}

interface Asked {
  named: MatchedDocument
  filed: Filed
  /** Of the named document in the body of the match. */
  path: string
  /** Who states the match. */
  party: PartyUrn
  views: JudgeViews
}

/** A Chinese declaration with the amendments that are named. Undefined (cannot tell) of what the party was not told of, or is erased. */
export async function amendedDeclaration(asked: Asked): Promise<Standing<AmendedDeclaration> | undefined> {
  const { named, filed, path, party, views } = asked
  const declaration = filed.body as CustomsDeclaration
  const key = declarationKey(views, declaration.entryId)
  const stored = await views.head(key)
  const amendments = await openAmendments(asked)
  if (!stored || !amendments) return undefined
  const head = readHead(key, stored)
  const standing = {
    refers: amendments.map(({ index }) => index),
    expects: [{ key, version: head.headVersion }],
  }
  const bodies = amendments.map(({ body }) => body as CustomsAmendment)
  const { document } = named
  const others = bodies.flatMap(({ entryId: value }, at) =>
    value === declaration.entryId
      ? []
      : [finding('MATCH_AMENDMENT_OTHER', `${path}/amendments/${at}`, { document, value })],
  )
  if (others.length > 0) return { ...standing, findings: others }
  const value = bodies.length + 1
  if (head.version > value) {
    const newest = amendedKey(views, declaration.entryId, head.version)
    const isKnown = head.customs === party || (await isTold(views, newest, party))
    const params = { document, value, expected: head.version }
    return isKnown ? { ...standing, findings: [finding('MATCH_OUTDATED', path, params)] } : undefined
  }
  const amended = asAmended(declaration, bodies)
  return amended
    ? { ...standing, document: amended, findings: [] }
    : { ...standing, findings: [finding('MATCH_AMENDED_INVALID', `${path}/amendments`, { document })] }
}

/** One that is another than its name says is as good as unknown. */
async function openAmendments({ named: { amendments = [] }, party, views }: Asked): Promise<Filed[] | undefined> {
  const opened = await Promise.all(amendments.map((one) => openNamed('customs.amendment', one, party, views)))
  const known = opened.filter((one, at) => (one?.body as CustomsAmendment)?.version === amendments[at]!.version)
  return known.length === amendments.length ? (known as Filed[]) : undefined
}

/** A declaration of a partner country, which its declarant changes or replaces by one of its own: each of them is a document as it is sent. */
export async function partnerDeclaration(asked: Asked): Promise<Standing<WcoDeclaration> | undefined> {
  const { named, filed, path, party, views } = asked
  const declaration = filed.body as WcoDeclaration
  const { envelope } = filed
  const key = wcoKey(views, countryOf(envelope.for ?? envelope.from), declaration.id)
  const stored = await views.head(key)
  if (!stored) return undefined
  const head = readWcoHead(key, stored)
  const standing = { document: declaration, refers: [], expects: [{ key, version: head.headVersion }], findings: [] }
  if (filed.index === head.standing) return standing
  // Where the newest is erased nobody can tell whom it was told to, but for the customs it was declared to.
  const newest = await filedAt(head.standing, views)
  const isKnown = head.customs === party || (newest && [newest.envelope.from, ...newest.envelope.to].includes(party))
  const params = { document: named.document, expected: head.version }
  return isKnown ? { ...standing, findings: [finding('MATCH_REPLACED', path, params)] } : undefined
}

/** An entry by the name of its message; undefined when the party was not told of it in full, it is another, or its content is gone. */
export async function openNamed(
  kind: string,
  { from, id, commitment }: Pick<MatchedDocument, 'from' | 'id' | 'commitment'>,
  party: PartyUrn,
  views: JudgeViews,
): Promise<Filed | undefined> {
  const told = await views.told(party, from, id)
  const known = told?.kind === kind && told.commitment === commitment && told.view === 'full'
  return known ? filedAt(told.index, views) : undefined
}
