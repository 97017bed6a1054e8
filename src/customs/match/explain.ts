// A difference as a sentence, in either language, from the same table as findings.
import { fillText } from '../../hub/index.ts'
import type { AcceptedDifference, Mismatch, NotCompared } from '../../../schemas/types.d.ts'
import { matchCodes } from './codes.ts'
import type { DocumentName } from './paper.ts'
import { FIELD_RULES } from './tolerances.ts'

export type Language = 'en' | 'zh'
export type Difference = Mismatch | AcceptedDifference | NotCompared

export const DOCUMENT_TITLES: Readonly<Record<DocumentName, Readonly<Record<Language, string>>>> = {
  exportDeclaration: { en: 'export declaration', zh: '出口报关单' },
  importDeclaration: { en: 'import declaration', zh: '进口报关单' },
  invoice: { en: 'invoice', zh: '发票' },
  packingList: { en: 'packing list', zh: '装箱单' },
}

const WITHHELD = { en: '(withheld)', zh: '(未提供)' } as const

/** The sentence of a difference. What a view has masked is said to be withheld. */
export function explainDifference(difference: Difference, language: Language): string {
  const { field, rule } = difference
  // A value that one side alone has is told from that side.
  const [left, right] =
    valueOf(difference.left) === undefined && valueOf(difference.right) !== undefined
      ? [difference.right, difference.left]
      : [difference.left, difference.right]
  const text = Object.hasOwn(matchCodes, rule) ? matchCodes[rule as keyof typeof matchCodes][language] : rule
  return fillText(text, {
    field: FIELD_RULES[field][language],
    left: valueOf(left) ?? WITHHELD[language],
    right: valueOf(right) ?? WITHHELD[language],
    leftDocument: DOCUMENT_TITLES[left.document][language],
    rightDocument: DOCUMENT_TITLES[right.document][language],
    tolerance: 'tolerance' in difference ? difference.tolerance! : '',
    charges: 'charges' in difference ? difference.charges! : '',
  })
}

const valueOf = ({ value, commercial }: Difference['left']): string | undefined => value ?? commercial
