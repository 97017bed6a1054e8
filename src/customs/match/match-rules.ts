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
    ...listOf(body, 'documents').flatMap((one, at) => checkAmendments(one, `/documents/${at}/amendments`)),
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
    ...checkReported(body),
  ]
}

/** Customs amends Chinese declarations alone; of its amendments none may be left out, or the version would say nothing. */
function checkAmendments(one: unknown, path: string): Finding[] {
  const amendments = listOf(one, 'amendments')
  const kind = textOf(memberOf(one, 'kind'))
  if (amendments.length === 0) return []
  if (kind !== 'customs.declaration') return [finding('MATCH_AMENDMENT_KIND', path, { kind })]
  const versions = amendments.map((amendment) => memberOf(amendment, 'version'))
  const at = versions.findIndex((version, n) => version !== n + 2)
  const value = textOf(versions[at])
  return at < 0 ? [] : [finding('MATCH_AMENDMENT_GAP', `${path}/${at}/version`, { expected: at + 2, value })]
}

/** The report is of the documents that are named, each in the version that its amendments make of it. */
function checkReported(body: unknown): Finding[] {
  const reported = memberOf(memberOf(body, 'report'), 'documents')
  const named = listOf(body, 'documents')
  const names = new Set(named.map((one) => memberOf(one, 'document')))
  if (!Array.isArray(reported) || names.size === 0 || names.has(undefined)) return []
  const same = reported.length === names.size && reported.every((one) => names.has(memberOf(one, 'document')))
  if (!same) return [finding('MATCH_DOCUMENTS_DIFFER', '/report/documents')]
  return reported.flatMap((one: unknown, at) => {
    const document = textOf(memberOf(one, 'document'))
    const value = textOf(memberOf(one, 'version'))
    const expected =
      listOf(
        named.find((other) => memberOf(other, 'document') === document),
        'amendments',
      ).length + 1
    return value === String(expected)
      ? []
      : [finding('MATCH_VERSION_DIFFERS', `/report/documents/${at}/version`, { document, value, expected })]
  })
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined

/** Bodies come here whatever their schema found. */
const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? value.toString() : ''

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = memberOf(value, name)
  return Array.isArray(list) ? list : []
}
