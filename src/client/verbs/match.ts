// `beibu match`: compares the documents of one consignment, offline, and says of every difference what both sides have and why it counts.
import {
  DOCUMENT_NAMES,
  DOCUMENT_TITLES,
  explainDifference,
  matchDocuments,
  type Difference,
  type DocumentName,
  type Language,
} from '../../customs/match/index.ts'
import { fillText } from '../../hub/index.ts'
import type { ComparedDocument, MatchReport } from '../../../schemas/types.d.ts'
import { UsageError } from '../usage.ts'
import { goByReference } from './go-by-reference.ts'
import { readDocuments, type UnreadDocument } from './matched-documents.ts'
import { type CommandIo, EXIT, plain, readArgs, type Verb } from './verb.ts'

const EXITS = { match: EXIT.good, tolerable: EXIT.good, mismatch: EXIT.refused, unknown: EXIT.unknown } as const
/** The option that names a document, and which document it is in a row of the table. */
const OPTIONS = {
  exportDeclaration: 'export',
  importDeclaration: 'import',
  invoice: 'invoice',
  packingList: 'packing',
} as const

/** A report, and why documents that were given could not be read. */
interface Matched {
  report: MatchReport
  unread: UnreadDocument[]
}

export const matchVerb: Verb = {
  name: 'match',
  summary: 'compare the documents of a consignment, offline',
  help: `beibu match --export <file> --import <file> [--invoice <file>] [--packing <file>]
            [--export-amendment <file>]... [--import-amendment <file>]...
            [--lang en|zh] [--json]

Compares every two of the documents in everything both say: references, parties,
countries, packages, masses, containers, currency, terms and total, and line by line HS
code (six digits), origin, quantity, mass and amount. Declarations are customs.declaration
or customs.wco-declaration, the others tradefinance.invoice and customs.packing-list.

  beibu match --export out.json --import in.json
  beibu match --export out.json --import in.json --invoice inv.json --packing pl.json --json
  beibu match --export out.json --export-amendment amended.json --import in.json

A declaration that customs has amended is compared as amended: give every customs.amendment
of it, in any order. The report names the version of each document that was compared.

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
      'export-amendment': { type: 'string', multiple: true },
      'import-amendment': { type: 'string', multiple: true },
      lang: { type: 'string' },
    })
    if (positionals.length > 0) throw new UsageError('match takes documents by option. See: beibu match --help')
    const { lang = 'en' } = values
    if (lang !== 'en' && lang !== 'zh') throw new UsageError(`--lang is en or zh, not ${lang}`)
    if (DOCUMENT_NAMES.every((name) => values[OPTIONS[name]] === undefined))
      throw new UsageError('match needs documents: --export and --import. See: beibu match --help')
    const amendments: { [name in DocumentName]?: string[] | undefined } = {
      exportDeclaration: values['export-amendment'],
      importDeclaration: values['import-amendment'],
    }
    const alone = DOCUMENT_NAMES.find((name) => amendments[name] && values[OPTIONS[name]] === undefined)
    if (alone) throw new UsageError(`--${OPTIONS[alone]}-amendment needs --${OPTIONS[alone]}. See: beibu match --help`)
    goByReference(io)
    const { documents, unread } = readDocuments((name) => ({
      file: values[OPTIONS[name]],
      amendments: amendments[name] ?? [],
    }))
    const matched = { report: matchDocuments(documents), unread }
    if (values.json === true) io.out(JSON.stringify({ ...matched.report, unread: matched.unread }, null, 2))
    else tell(matched, lang, io)
    return Promise.resolve(EXITS[matched.report.verdict])
  },
}

function tell({ report, unread }: Matched, lang: Language, io: CommandIo): void {
  const { verdict, score, compared, agreed, documents, missing, mismatches, accepted, notCompared } = report
  io.out(`${verdict}, score ${score}: ${agreed} of ${compared} comparisons agree`)
  io.out(`compared: ${documents.map((one) => titleOf(one, lang)).join(', ') || 'nothing'}`)
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

const titleOf = ({ document, version }: ComparedDocument, lang: Language): string =>
  version === 1
    ? DOCUMENT_TITLES[document][lang]
    : fillText(AS_AMENDED[lang], { document: DOCUMENT_TITLES[document][lang], version })
const AS_AMENDED = { en: '{document} as amended (version {version})', zh: '修改后{document}(版本 {version})' } as const

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
