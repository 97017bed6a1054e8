// `beibu check <kind> <file>`: what the hub would find in a document, said offline, before anything is signed; and what a document that
// others wrote in a form of their own says of itself.
import { foreignKinds, looksLikeXml, readForeign, type ForeignReading } from '../../customs/foreign.ts'
import { type Finding, HubError } from '../../hub/errors.ts'
import { BODIES_ONLY, hubKinds } from '../../hub/kinds/hub-kinds.ts'
import { bounded, compileKinds } from '../../hub/message/validate.ts'
import { roomKinds } from '../../rooms.ts'
import { UsageError } from '../usage.ts'
import { goByReference } from './go-by-reference.ts'
import { readInput } from './input.ts'
import { type CommandIo, EXIT, readArgs, type Verb, wholeNumber } from './verb.ts'

/** What is said of a document. `findings` is empty unless the verdict is "findings"; `reason` says why it is "unknown". */
export interface CheckResult {
  kind: string
  verdict: 'ok' | 'findings' | 'unknown'
  findings: Finding[]
  reason?: string
  /** Of a document that others wrote: its form, what of it the kind has no place for, what the kind needs besides, what was not read. */
  form?: string
  losses?: ForeignReading['losses']
  missing?: ForeignReading['missing']
  unread?: string[]
}

const EXITS = { ok: EXIT.good, findings: EXIT.refused, unknown: EXIT.unknown } as const

export const checkVerb: Verb = {
  name: 'check',
  summary: 'check a document against its kind, offline',
  help: `beibu check <kind> <body file> [--version <n>]

Checks the body of a message, without envelope or signature and without a hub: its
schema, then identifiers, code lists and rules. All findings come at once, each with
a code, a JSON Pointer and a sentence. Prints JSON on standard output, always:
{kind, verdict: "ok" | "findings" | "unknown", findings: [{code, path, message}]}.

  beibu check customs.declaration declaration.json
  beibu check tradefinance.financing - < apply.json
  beibu check customs.declaration declaration.json | jq -r '.findings[].code'
  beibu explain <code>                              what a code means

Declarations that others wrote are read too, where they can be read as the kind: XML of
the WCO Data Model (DEC) of any country, and of the Chinese single window (DecMessage),
as customs.declaration, customs.wco-declaration or customs.acdd; and XML of cross-border
e-commerce (CEB) as customs.ecommerce-list, -order, -payment or -logistics. Such a file is
in UTF-8, in UTF-16 with a byte order mark, or in GB2312, GBK or GB18030 if its XML
declaration says so; where bytes and declaration disagree it is XML_MALFORMED. The answer
then has "form", and beside the findings, which are only of what the document itself
says, with the path of the element: "losses" (what the kind has no place for), "missing"
(what the kind needs and the document does not say) and "unread" (elements that were not
read).

  beibu check customs.wco-declaration export.xml
  beibu convert --to customs.acdd export.xml        the body it was read as

JSON that is malformed or would lose something when read is a finding (JSON_MALFORMED,
JSON_LOSSY at path ""), and so is XML that is malformed or unsafe (XML_MALFORMED,
XML_UNSAFE); in XML a path names elements. A kind this version does not know, or a file
that cannot be read, is "unknown". Whether a balance is left or a number is taken only
the hub can tell. Code lists are those that a hub with the same HUB_REFERENCE goes by.
Exit: 0 ok, 1 findings, 2 unknown.`,
  run(args, io) {
    const { values, positionals } = readArgs('check', args, { version: { type: 'string' } })
    const [kind, file, more] = positionals
    if (kind === undefined || file === undefined || more !== undefined)
      throw new UsageError('check takes a kind and a file. See: beibu check --help')
    const version = values.version === undefined ? undefined : wholeNumber(values.version, '--version')
    goByReference(io)
    return Promise.resolve(say(checkFile(kind, version, file), io))
  },
}

function say(result: CheckResult, io: CommandIo): number {
  io.out(JSON.stringify(result, null, 2))
  return EXITS[result.verdict]
}

function checkFile(kind: string, version: number | undefined, file: string): CheckResult {
  try {
    return checkBody(kind, version, readInput(file))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    return { kind, verdict: 'unknown', findings: [], reason: error.message }
  }
}

/** Checks a body offline; without a version, against the newest one known. */
export function checkBody(kindName: string, version: number | undefined, body: Uint8Array): CheckResult {
  const all = [...roomKinds, ...hubKinds(BODIES_ONLY)]
  const versions = all.filter(({ name }) => name === kindName).map((one) => one.version)
  const known = version ?? Math.max(...versions)
  if (!versions.includes(known)) {
    const names = [...new Set(all.map(({ name }) => name))].join(', ')
    const reason = versions.length === 0 ? `no kind ${kindName}; known: ${names}` : `no version ${known} of ${kindName}`
    return { kind: kindName, verdict: 'unknown', findings: [], reason }
  }
  const kinds = compileKinds(all.filter(({ name }) => name === kindName))
  const kind = kinds.find(kindName, known)
  try {
    if (!kind.read && foreignKinds().has(kindName) && looksLikeXml(body)) return checkForeign(kindName, body)
    if (!kind.read && looksLikeXml(body)) throw new HubError('JSON_MALFORMED', `this is XML; ${kindName} is JSON`)
    const { findings } = kinds.checkBody(kind, body)
    return { kind: kindName, verdict: findings.length === 0 ? 'ok' : 'findings', findings }
  } catch (error) {
    // Text that cannot be read without loss is the document's fault, so it is a finding about the whole of it.
    if (!(error instanceof HubError)) throw error
    return { kind: kindName, verdict: 'findings', findings: [{ code: error.code, path: '', message: error.detail }] }
  }
}

function checkForeign(kind: string, body: Uint8Array): CheckResult {
  const file = readForeign(body, kind)
  if (!file)
    return { kind, verdict: 'unknown', findings: [], reason: `this XML is no document that is read as ${kind}` }
  const { form, kinds, reading } = file
  if (!reading)
    return {
      kind,
      verdict: 'unknown',
      findings: [],
      form,
      reason: `${form} is read as ${kinds.join(', ')}, not as ${kind}`,
    }
  const { losses, missing, unread } = reading
  const findings = bounded(reading.findings)
  return { kind, form, verdict: findings.length === 0 ? 'ok' : 'findings', findings, losses, missing, unread }
}
