// `beibu check <kind> <file>`: what the hub would find in a document, said offline, before anything is signed.
import { type Finding, HubError } from '../../hub/errors.ts'
import { BODIES_ONLY, hubKinds } from '../../hub/kinds/hub-kinds.ts'
import { compileKinds } from '../../hub/message/validate.ts'
import { roomKinds } from '../../rooms.ts'
import { UsageError } from '../usage.ts'
import { readInput } from './input.ts'
import { type CommandIo, EXIT, readArgs, type Verb, wholeNumber } from './verb.ts'

/** What is said of a document. `findings` is empty unless the verdict is "findings"; `reason` says why it is "unknown". */
export interface CheckResult {
  kind: string
  verdict: 'ok' | 'findings' | 'unknown'
  findings: Finding[]
  reason?: string
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

JSON that is malformed or would lose something when read is a finding (JSON_MALFORMED,
JSON_LOSSY at path ""), and so is XML that is malformed or unsafe (XML_MALFORMED,
XML_UNSAFE); in XML a path names elements. A kind this version does not know, or a file
that cannot be read, is "unknown". Whether a balance is left or a number is taken only
the hub can tell.
Exit: 0 ok, 1 findings, 2 unknown.`,
  run(args, io) {
    const { values, positionals } = readArgs('check', args, { version: { type: 'string' } })
    const [kind, file, more] = positionals
    if (kind === undefined || file === undefined || more !== undefined)
      throw new UsageError('check takes a kind and a file. See: beibu check --help')
    const version = values.version === undefined ? undefined : wholeNumber(values.version, '--version')
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
  try {
    const { findings } = kinds.checkBody(kinds.find(kindName, known), body)
    return { kind: kindName, verdict: findings.length === 0 ? 'ok' : 'findings', findings }
  } catch (error) {
    // Text that cannot be read without loss is the document's fault, so it is a finding about the whole of it.
    if (!(error instanceof HubError)) throw error
    return { kind: kindName, verdict: 'findings', findings: [{ code: error.code, path: '', message: error.detail }] }
  }
}
