// The files that `beibu match` is given: each read as the document it stands for, a declaration as customs has amended it.
import { checkAmendment } from '../../customs/amendment-fields.ts'
import { asAmended, type AmendedDeclaration } from '../../customs/amended-declaration.ts'
import { looksLikeXml } from '../../customs/foreign.ts'
import {
  directionDiffers,
  DOCUMENT_NAMES,
  isChinese,
  type AnyDeclaration,
  type DocumentName,
  type Documents,
} from '../../customs/match/index.ts'
import { compileSchema, HubError, parseStrictJson, readSchemaFile } from '../../hub/index.ts'
import type { CustomsAmendment } from '../../../schemas/types.d.ts'
import { UsageError } from '../usage.ts'
import { readInput } from './input.ts'

/** A document that was given and could not be read. */
export interface UnreadDocument {
  document: DocumentName
  reason: string
}

interface Given {
  file: string | undefined
  /** Files of amendments of it by customs. */
  amendments: readonly string[]
}

type Read<T = unknown> = { body: T } | { reason: string }

/** Reads what is given of each document; one that cannot be read is withheld, and why. */
export function readDocuments(given: (name: DocumentName) => Given): {
  documents: Documents
  unread: UnreadDocument[]
} {
  const documents: { [name in DocumentName]?: unknown } = {}
  const unread: UnreadDocument[] = []
  for (const document of DOCUMENT_NAMES) {
    const { file, amendments } = given(document)
    if (file === undefined) continue
    const sent = readDocument(document, file)
    const read =
      'reason' in sent || amendments.length === 0 ? sent : amend(sent.body as AnyDeclaration, file, amendments)
    documents[document] = 'body' in read ? read.body : 'withheld'
    if ('reason' in read) unread.push({ document, reason: read.reason })
  }
  // Each body has been checked against the schema of the kind it is.
  return { documents: documents as Documents, unread }
}

const SCHEMAS: Readonly<Record<Exclude<DocumentName, 'exportDeclaration' | 'importDeclaration'>, string>> = {
  invoice: 'tradefinance/invoice.v1.json',
  packingList: 'customs/packing-list.v1.json',
}

const KINDS = { invoice: 'tradefinance.invoice', packingList: 'customs.packing-list' } as const

const xmlDeclaration = (file: string): string =>
  `${file} is XML; declarations are compared as JSON: beibu convert --to customs.declaration ${file} --out <file>`

function readDocument(document: DocumentName, file: string): Read {
  const read =
    document === 'exportDeclaration' || document === 'importDeclaration'
      ? readBody(file, declarationSchema, xmlDeclaration(file))
      : readBody(file, () => SCHEMAS[document], `${file} is XML; ${KINDS[document]} is JSON`)
  if ('reason' in read || !directionDiffers(read.body as object, document)) return read
  return { reason: `${file} is a declaration of the other direction` }
}

/** Only the Chinese profile says its direction in this way. */
const declarationSchema = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'ieFlag' in body
    ? 'customs/declaration.v1.json'
    : 'customs/wco-declaration.v1.json'

/** The body, or why it is none; what a file says is not repeated. */
function readBody(file: string, schemaOf: (body: unknown) => string, ofXml: string): Read {
  let body: unknown
  try {
    const bytes = readInput(file)
    if (looksLikeXml(bytes)) return { reason: ofXml }
    body = parseStrictJson(bytes)
  } catch (error) {
    if (error instanceof UsageError) return { reason: error.message }
    if (!(error instanceof HubError)) throw error
    // What would be lost may be a name or a number of the document; what is malformed says nothing of it.
    const why = error.code === 'JSON_MALFORMED' ? `${error.code}, ${error.detail}` : error.code
    return { reason: `${file} is not JSON that can be read without loss: ${why}` }
  }
  const schema = schemaOf(body)
  const [wrong] = compileSchema(readSchemaFile(schema))(body)
  if (wrong) return { reason: `${file} does not fit ${schema}: ${wrong.code} at ${wrong.path || 'the top'}` }
  return { body }
}

/** The declaration of a file with the amendments of others put in: all of them, so that its version is the one that stands. */
function amend(filed: AnyDeclaration, file: string, files: readonly string[]): Read<AmendedDeclaration> {
  if (!isChinese(filed))
    return { reason: `${file} is a customs.wco-declaration; customs.amendment is of a customs.declaration` }
  const amendments: CustomsAmendment[] = []
  for (const one of files) {
    const read = readBody(one, () => 'customs/amendment.v1.json', `${one} is XML; customs.amendment is JSON`)
    if ('reason' in read) return read
    const [wrong] = checkAmendment(read.body)
    if (wrong) return { reason: `${one} is no customs.amendment that is taken: ${wrong.code} at ${wrong.path}` }
    const amendment = read.body as CustomsAmendment
    if (amendment.entryId !== filed.entryId) return { reason: `${one} amends another declaration than ${file}` }
    amendments.push(amendment)
  }
  const versions = amendments.map(({ version }) => version).toSorted((a, b) => a - b)
  const at = versions.findIndex((version, n) => version !== n + 2)
  if (at >= 0)
    return { reason: `amendments are given from version 2 on, each once: ${at + 2} is expected, not ${versions[at]}` }
  const body = asAmended(filed, amendments)
  return body ? { body } : { reason: `with its amendments ${file} is no whole declaration` }
}
