// `beibu match`: compares the documents of one consignment, offline, and says of every difference what both sides have and why it counts.
import {
  directionDiffers,
  DOCUMENT_NAMES,
  DOCUMENT_TITLES,
  explainDifference,
  matchDocuments,
  type Difference,
  type DocumentName,
  type Documents,
  type Language,
} from '../../customs/match/index.ts'
import { looksLikeXml } from '../../customs/foreign.ts'
import { compileSchema, HubError, parseStrictJson, readSchemaFile } from '../../hub/index.ts'
import type { MatchReport } from '../../../schemas/types.d.ts'
import { UsageError } from '../usage.ts'
import { goByReference } from './go-by-reference.ts'
import { readInput } from './input.ts'
import { type CommandIo, EXIT, readArgs, type Verb } from './verb.ts'

const EXITS = { match: EXIT.good, tolerable: EXIT.good, mismatch: EXIT.refused, unknown: EXIT.unknown } as const
const OPTIONS = {
  exportDeclaration: 'export',
  importDeclaration: 'import',
  invoice: 'invoice',
  packingList: 'packing',
} as const

/** A report, and why documents that were given could not be read. */
interface Matched {
  report: MatchReport
  unread: { document: DocumentName; reason: string }[]
}

export const matchVerb: Verb = {
  name: 'match',
  summary: 'compare the documents of a consignment, offline',
  help: `beibu match --export <file> --import <file> [--invoice <file>] [--packing <file>]
            [--lang en|zh] [--json]

Compares every two of the documents in everything both say: references, parties,
countries, packages, masses, containers, currency, terms and total, and line by line HS
code (six digits), origin, quantity, mass and amount. Declarations are customs.declaration
or customs.wco-declaration, the others tradefinance.invoice and customs.packing-list.

  beibu match --export out.json --import in.json
  beibu match --export out.json --import in.json --invoice inv.json --packing pl.json --json

  !  hard mismatch: the documents do not match, whatever the score
  ~  mismatch that alone is tolerable
  =  within a tolerance, or explained by stated freight and insurance
  ?  not compared: other script, unit or currency

The score is the share of comparisons that agree, rounded down. A document that is missing
or cannot be read makes the verdict "unknown" unless there is a hard mismatch without it.
Units are those of the list that a hub with the same HUB_REFERENCE goes by.
Exit: 0 match or tolerable, 1 mismatch, 2 unknown.`,
  run(args, io) {
    const { values, positionals } = readArgs('match', args, {
      export: { type: 'string' },
      import: { type: 'string' },
      invoice: { type: 'string' },
      packing: { type: 'string' },
      lang: { type: 'string' },
    })
    if (positionals.length > 0) throw new UsageError('match takes documents by option. See: beibu match --help')
    const { lang = 'en' } = values
    if (lang !== 'en' && lang !== 'zh') throw new UsageError(`--lang is en or zh, not ${lang}`)
    if (DOCUMENT_NAMES.every((name) => values[OPTIONS[name]] === undefined))
      throw new UsageError('match needs documents: --export and --import. See: beibu match --help')
    goByReference(io)
    const matched = matchFiles((name) => values[OPTIONS[name]])
    if (values.json === true) io.out(JSON.stringify({ ...matched.report, unread: matched.unread }, null, 2))
    else tell(matched, lang, io)
    return Promise.resolve(EXITS[matched.report.verdict])
  },
}

function matchFiles(fileOf: (name: DocumentName) => string | undefined): Matched {
  const documents: { [name in DocumentName]?: unknown } = {}
  const unread: Matched['unread'] = []
  for (const document of DOCUMENT_NAMES) {
    const file = fileOf(document)
    if (file === undefined) continue
    const read = readDocument(document, file)
    documents[document] = 'body' in read ? read.body : 'withheld'
    if ('reason' in read) unread.push({ document, reason: read.reason })
  }
  // Each body has been checked against the schema of the kind it is.
  return { report: matchDocuments(documents as Documents), unread }
}

const SCHEMAS: Readonly<Record<Exclude<DocumentName, 'exportDeclaration' | 'importDeclaration'>, string>> = {
  invoice: 'tradefinance/invoice.v1.json',
  packingList: 'customs/packing-list.v1.json',
}

const KINDS = { invoice: 'tradefinance.invoice', packingList: 'customs.packing-list' } as const

const xmlDeclaration = (file: string): string =>
  `${file} is XML; declarations are compared as JSON: beibu convert --to customs.declaration ${file} --out <file>`

/** The body, or why it is none; what a file says is not repeated. */
function readDocument(document: DocumentName, file: string): { body: unknown } | { reason: string } {
  const isDeclaration = document === 'exportDeclaration' || document === 'importDeclaration'
  let body: unknown
  try {
    const bytes = readInput(file)
    if (looksLikeXml(bytes))
      return { reason: isDeclaration ? xmlDeclaration(file) : `${file} is XML; ${KINDS[document]} is JSON` }
    body = parseStrictJson(bytes)
  } catch (error) {
    if (error instanceof UsageError) return { reason: error.message }
    if (!(error instanceof HubError)) throw error
    // What would be lost may be a name or a number of the document; what is malformed says nothing of it.
    const why = error.code === 'JSON_MALFORMED' ? `${error.code}, ${error.detail}` : error.code
    return { reason: `${file} is not JSON that can be read without loss: ${why}` }
  }
  const schema = isDeclaration ? declarationSchema(body) : SCHEMAS[document]
  const [wrong] = compileSchema(readSchemaFile(schema))(body)
  if (wrong) return { reason: `${file} does not fit ${schema}: ${wrong.code} at ${wrong.path || 'the top'}` }
  if (directionDiffers(body as object, document)) return { reason: `${file} is a declaration of the other direction` }
  return { body }
}

/** Only the Chinese profile says its direction in this way. */
const declarationSchema = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'ieFlag' in body
    ? 'customs/declaration.v1.json'
    : 'customs/wco-declaration.v1.json'

function tell({ report, unread }: Matched, lang: Language, io: CommandIo): void {
  const { verdict, score, compared, agreed, documents, missing, mismatches, accepted, notCompared } = report
  io.out(`${verdict}, score ${score}: ${agreed} of ${compared} comparisons agree`)
  io.out(`compared: ${documents.map((name) => DOCUMENT_TITLES[name][lang]).join(', ') || 'nothing'}`)
  if (missing.length > 0) io.out(`missing: ${missing.map((name) => DOCUMENT_TITLES[name][lang]).join(', ')}`)
  for (const { document, reason } of unread) io.progress(`${DOCUMENT_TITLES[document][lang]}: ${reason}`)
  const rows = [
    ...mismatches.filter(({ hard }) => hard).map((one) => rowOf('!', one)),
    ...mismatches.filter(({ hard }) => !hard).map((one) => rowOf('~', one)),
    ...accepted.map((one) => rowOf('=', one)),
    ...notCompared.map((one) => rowOf('?', one)),
  ]
  for (const { line, difference } of aligned(rows)) {
    io.out(plain(line))
    io.out(plain(`     ${explainDifference(difference, lang)}`))
  }
}

/** Documents are other people's: nothing in them may steer a terminal. */
const plain = (text: string): string => text.replace(/\p{Cc}/gu, ' ')

type Row = { cells: string[]; difference: Difference }

const rowOf = (mark: string, difference: Difference): Row => {
  const { field, rule, left, right } = difference
  const side = ({ document, path, value, commercial }: Difference['left']) =>
    `${OPTIONS[document]}:${path} ${value ?? commercial ?? '-'}`
  return { cells: [mark, field, side(left), side(right), rule], difference }
}

/** Columns as wide as their widest cell. */
function aligned(rows: readonly Row[]): { line: string; difference: Difference }[] {
  const widths = [0, 1, 2, 3].map((at) => Math.max(0, ...rows.map(({ cells }) => cells[at]!.length)))
  return rows.map(({ cells, difference }) => ({
    line: cells.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  '),
    difference,
  }))
}
