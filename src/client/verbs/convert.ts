// `beibu convert --to <kind> <file>`: a declaration in one form as a draft of another, with everything that is lost on the way.
import { writeFileSync } from 'node:fs'
import { looksLikeXml, readForeign } from '../../customs/foreign.ts'
import { ACDD, convert, DECLARATION, type Mapped, targetsOf, WCO } from '../../customs/wco/index.ts'
import { HubError, parseStrictJson } from '../../hub/index.ts'
import { UsageError } from '../usage.ts'
import { goByReference } from './go-by-reference.ts'
import { readInput } from './input.ts'
import { EXIT, readArgs, type Verb } from './verb.ts'

/** A draft and how it came to be. */
interface Converted extends Mapped {
  from: string
  to: string
  findings: { code: string; path: string; message: string }[]
  unread: string[]
}

export const convertVerb: Verb = {
  name: 'convert',
  summary: 'turn a declaration into another form, and say what is lost',
  help: `beibu convert --to <kind> <file> [--from <kind>] [--out <file>]

Makes a draft of one kind of declaration from another: customs.declaration (China),
customs.wco-declaration (WCO Data Model) and customs.acdd (ASEAN) into one another, and
XML of the WCO Data Model (DEC) or of the Chinese single window (DecMessage) into any of
them. Prints the draft; with --out it is written to a file. What the target has no place
for, what it needs and the source does not say, and elements that were not read are
listed on standard error; with --json everything is one object on standard output:
{from, to, document, findings, losses, missing, unread}.

  beibu convert --to customs.wco-declaration declaration.json
  beibu convert --to customs.acdd export.xml --out acdd.json
  beibu convert --to customs.declaration --from customs.acdd acdd.json --json

A draft is not sent as it is: what is missing has to be filled in by somebody who knows.
The kind of a JSON body is told by its members; --from says it where they do not.
Codes are those of the lists that a hub with the same HUB_REFERENCE goes by.
Exit: 0 converted, 1 the file is malformed or unsafe, 2 it is no form that is known.`,
  async run(args, io) {
    const { values, positionals } = readArgs('convert', args, {
      to: { type: 'string' },
      from: { type: 'string' },
      out: { type: 'string' },
    })
    const [file, more] = positionals
    if (file === undefined || more !== undefined || values.to === undefined)
      throw new UsageError('convert takes --to <kind> and a file. See: beibu convert --help')
    if (targetsOf(values.to).length === 0)
      throw new UsageError(`there is no conversion to ${values.to}; there is to ${[DECLARATION, WCO, ACDD].join(', ')}`)
    goByReference(io)
    let converted: Converted | string
    try {
      converted = convertBytes(readInput(file), values.to, values.from)
    } catch (error) {
      if (!(error instanceof HubError)) throw error
      io.progress(`${error.code}: ${error.detail}`)
      return EXIT.refused
    }
    if (typeof converted === 'string') {
      io.progress(converted)
      return EXIT.unknown
    }
    const draft = JSON.stringify(converted.document, null, 2)
    if (values.out !== undefined) writeFileSync(values.out, `${draft}\n`)
    if (values.json) io.out(JSON.stringify(converted, null, 2))
    else {
      if (values.out === undefined) io.out(draft)
      for (const line of linesOf(converted)) io.progress(line)
    }
    return EXIT.good
  },
}

function convertBytes(bytes: Uint8Array, to: string, from: string | undefined): Converted | string {
  if (looksLikeXml(bytes)) {
    const file = readForeign(bytes, to)
    if (!file?.reading) return file ? `${file.form} is not read as ${to}` : 'this XML is no document that is known'
    const { body, findings, losses, missing, unread } = file.reading
    return { from: file.form, to, document: body as Mapped['document'], findings, losses, missing, unread }
  }
  const body = parseStrictJson(bytes)
  const kind = from ?? kindOf(body)
  if (kind === undefined) return 'this JSON is no declaration that is known by its members; say --from <kind>'
  const mapped = convert(body, kind, to)
  if (!mapped)
    return `there is no conversion from ${kind} to ${to}; there is to ${targetsOf(kind).join(', ') || 'nothing'}`
  return { from: kind, to, ...mapped, findings: [], unread: [] }
}

const MARKS: readonly (readonly [string, readonly string[]])[] = [
  [DECLARATION, ['customMaster', 'ieFlag', 'entryId']],
  [WCO, ['goodsShipment', 'declarationOfficeId', 'functionalReferenceId']],
  [ACDD, ['permitNumber']],
]

/** The kind of a body by the members that only this kind has. */
function kindOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined
  return MARKS.find(([, members]) => members.some((name) => Object.hasOwn(body, name)))?.[0]
}

function linesOf({ findings, losses, missing, unread }: Converted): string[] {
  return [
    ...findings.map(({ path, code, message }) => `finding ${code} ${path}: ${message}`),
    ...losses.map(({ path, value, why }) => `lost    ${path}${value === undefined ? '' : ` (${value})`}: ${why}`),
    ...missing.map(({ path, why }) => `missing ${path}: ${why}`),
    ...unread.map((path) => `unread  ${path}`),
  ]
}
