// Second and third layer of a stated match: each document once, of a kind that it can be, and a report of just these.
import { checkUcr, placed, rowsOf, textsOf, type Finding } from '../../hub/index.ts'
import type { CustomsMatch, MatchedDocument } from '../../../schemas/types.d.ts'
import { finding } from './codes.ts'

const KINDS: Readonly<Record<string, readonly string[]>> = {
  exportDeclaration: ['customs.declaration', 'customs.wco-declaration'],
  importDeclaration: ['customs.declaration', 'customs.wco-declaration'],
  invoice: ['tradefinance.invoice'],
  packingList: ['customs.packing-list'],
}

/** Findings of a stated match alone, with JSON Pointers. */
export function checkMatch(body: unknown): Finding[] {
  const { ucr } = textsOf<CustomsMatch>(body)
  const wrong = ucr === undefined ? undefined : checkUcr(ucr)
  const documents = rowsOf<MatchedDocument>(body, 'documents')
  const names = documents.map(({ document }) => document)
  return [
    ...(wrong ? [placed(wrong, '/ucr')] : []),
    ...documents.flatMap(({ document, kind }, at) => {
      const path = `/documents/${at}`
      if (document === undefined || !Object.hasOwn(KINDS, document)) return []
      return [
        ...(names.indexOf(document) < at ? [finding('MATCH_DOCUMENT_REPEATED', path, { document })] : []),
        ...(kind !== undefined && !KINDS[document]!.includes(kind)
          ? [finding('MATCH_DOCUMENT_KIND', `${path}/kind`, { document, kind })]
          : []),
      ]
    }),
    ...checkReported(body, names),
  ]
}

function checkReported(body: unknown, names: readonly (string | undefined)[]): Finding[] {
  const report: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'report') : undefined
  const documents: unknown =
    typeof report === 'object' && report !== null ? Reflect.get(report, 'documents') : undefined
  if (!Array.isArray(documents) || names.length === 0 || names.includes(undefined)) return []
  const same = documents.length === new Set(names).size && documents.every((one) => names.includes(one as string))
  return same ? [] : [finding('MATCH_DOCUMENTS_DIFFER', '/report/documents')]
}
