// The match of the documents of one consignment: pure, the same for the same documents wherever it is worked out.
import type {
  CommercialInvoice,
  CustomsDeclaration,
  MatchReport,
  PackingList,
  WcoDeclaration,
} from '../../../schemas/types.d.ts'
import type { AmendedDeclaration } from '../amended-declaration.ts'
import { declarationPaper } from './declaration-paper.ts'
import { compareHeaders } from './header-comparison.ts'
import { invoicePaper } from './invoice-paper.ts'
import { compareLines } from './line-comparison.ts'
import { packingListPaper } from './packing-list-paper.ts'
import type { DocumentName, Paper } from './paper.ts'
import { Tally } from './tally.ts'
import { compareValues } from './value-comparison.ts'
import { wcoPaper } from './wco-paper.ts'

/** A declaration of Chinese customs or of a partner country. */
export type AnyDeclaration = CustomsDeclaration | WcoDeclaration

/** The documents there are, as they stand; 'withheld' stands for one that exists but cannot be read. */
export interface Documents {
  exportDeclaration?: AnyDeclaration | AmendedDeclaration | 'withheld'
  importDeclaration?: AnyDeclaration | AmendedDeclaration | 'withheld'
  invoice?: CommercialInvoice | 'withheld'
  packingList?: PackingList | 'withheld'
}

export const DOCUMENT_NAMES = [
  'exportDeclaration',
  'importDeclaration',
  'invoice',
  'packingList',
] as const satisfies readonly DocumentName[]

/** Without these two nothing can be said of the border. */
const NEEDED: readonly DocumentName[] = ['exportDeclaration', 'importDeclaration']

/** Compares every two of the documents in everything both of them say. */
export function matchDocuments(documents: Documents): MatchReport {
  const papers = papersOf(documents)
  const tallies: Tally[] = []
  const pairs: MatchReport['pairs'] = []
  for (const [at, left] of papers.entries())
    for (const right of papers.slice(at + 1)) {
      const tally = new Tally(left.document, right.document)
      pairs.push(...comparePapers(left, right, papers, tally))
      tallies.push(tally)
    }
  const missing = DOCUMENT_NAMES.filter(
    (name) => documents[name] === 'withheld' || (documents[name] === undefined && NEEDED.includes(name)),
  )
  const sum = (count: (tally: Tally) => number): number => tallies.reduce((all, tally) => all + count(tally), 0)
  const compared = sum((tally) => tally.compared)
  const agreed = sum((tally) => tally.agreed)
  const mismatches = tallies.flatMap((tally) => tally.mismatches)
  const accepted = tallies.flatMap((tally) => tally.accepted)
  return {
    verdict: verdictOf(
      mismatches,
      accepted.length,
      missing.length === 0 && NEEDED.every((name) => hasGoods(papers, name)),
    ),
    score: compared === 0 ? 0 : Math.floor((agreed * 100) / compared),
    compared,
    agreed,
    documents: papers.map(({ document }) => ({ document, version: versionOf(documents[document]) })),
    missing,
    pairs,
    mismatches,
    accepted,
    notCompared: tallies.flatMap((tally) => tally.notCompared),
  }
}

/** Compares two papers; `all` are the papers of the consignment, whose stated charges count between any two. */
export function comparePapers(left: Paper, right: Paper, all: readonly Paper[], tally: Tally): MatchReport['pairs'] {
  compareHeaders(left, right, tally)
  const prices = compareValues(left, right, all, tally)
  return compareLines(left, right, prices, tally)
}

/** A declaration without items, such as a cancellation, says nothing of the goods. */
const hasGoods = (papers: readonly Paper[], name: DocumentName): boolean =>
  papers.some(({ document, lines }) => document === name && lines.length > 0)

/** A hard mismatch stands whatever is missing; without one, a document that is missing leaves it open. */
function verdictOf(mismatches: MatchReport['mismatches'], accepted: number, whole: boolean): MatchReport['verdict'] {
  if (mismatches.some(({ hard }) => hard)) return 'mismatch'
  if (!whole) return 'unknown'
  return mismatches.length + accepted > 0 ? 'tolerable' : 'match'
}

function papersOf({ exportDeclaration, importDeclaration, invoice, packingList }: Documents): Paper[] {
  const invoiced = there(invoice)
  return [
    there(exportDeclaration) && declaredPaper(there(exportDeclaration)!, 'exportDeclaration'),
    there(importDeclaration) && declaredPaper(there(importDeclaration)!, 'importDeclaration'),
    invoiced && invoicePaper(invoiced),
    there(packingList) && packingListPaper(there(packingList)!, invoiced),
  ].filter((paper) => paper !== undefined)
}

const there = <T>(document: T | 'withheld' | undefined): T | undefined =>
  document === 'withheld' ? undefined : document

export const isChinese = (declaration: AnyDeclaration): declaration is CustomsDeclaration => 'ieFlag' in declaration

const isAmended = (found: object): found is AmendedDeclaration => 'version' in found

/** What was not amended is in the version that was sent. */
const versionOf = (found: Documents[DocumentName]): number =>
  typeof found === 'object' && isAmended(found) ? found.version : 1

function declaredPaper(declaration: AnyDeclaration | AmendedDeclaration, document: DocumentName): Paper {
  if (isAmended(declaration)) return declarationPaper(declaration.body, document, declaration.total)
  return isChinese(declaration) ? declarationPaper(declaration, document) : wcoPaper(declaration, document)
}
