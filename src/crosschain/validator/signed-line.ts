// The lines of the signed log, read strictly: a log that says something else than it seems to must not let a second value pass.
import { compileSchema, parseStrictJson } from '../../hub/index.ts'
import { ACTS, type Act } from '../attestation.ts'
import type { Word } from '../packet.ts'

/** `block`: on-chain hash of the block, in whose state the value was proved. */
export interface SignedLine {
  t: 'signed'
  lane: Word
  sequence: number
  act: Act
  value: Word
  height: number
  block: Word
  atMs: number
}

/** Another value than the signed one was proved. `evidence`: as a ledger's evidence is kept (../evidence.ts), base64url. */
export interface AlarmLine {
  t: 'alarm'
  lane: Word
  sequence: number
  act: Act
  signed: Word
  found: Word
  height: number
  evidence: string
  atMs: number
}

const WORD = { type: 'string', pattern: '^[0-9a-f]{64}$' }
const WHOLE = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const line = (t: string, properties: Record<string, unknown>) => {
  const all = { t: { const: t }, lane: WORD, sequence: { ...WHOLE, minimum: 1 }, act: { enum: ACTS }, ...properties }
  return { type: 'object', additionalProperties: false, required: Object.keys(all), properties: all }
}
const findSigned = compileSchema(line('signed', { value: WORD, height: WHOLE, block: WORD, atMs: WHOLE }))
const findAlarm = compileSchema(
  line('alarm', { signed: WORD, found: WORD, height: WHOLE, evidence: { type: 'string' }, atMs: WHOLE }),
)

const NEWLINE = 0x0a

/** `whole`: bytes up to the last whole line. Throws Error, which names the line, for one that is none of ours or signs a second value. */
export function readSignedLines(bytes: Buffer, path: string): { whole: number; lines: (SignedLine | AlarmLine)[] } {
  const lines: (SignedLine | AlarmLine)[] = []
  const values = new Set<string>()
  let from = 0
  for (let to = bytes.indexOf(NEWLINE); to >= 0; to = bytes.indexOf(NEWLINE, from)) {
    const read = readLine(bytes.subarray(from, to))
    if (!read) throw new Error(`${path}: line ${lines.length + 1} is no line of a signed log`)
    const name = `${read.lane}/${read.sequence}/${read.act}`
    if (read.t === 'signed' && values.has(name))
      throw new Error(`${path}: line ${lines.length + 1} signs what was signed before`)
    if (read.t === 'signed') values.add(name)
    lines.push(read)
    from = to + 1
  }
  return { whole: from, lines }
}

function readLine(bytes: Uint8Array): SignedLine | AlarmLine | undefined {
  try {
    const value = parseStrictJson(bytes)
    return findSigned(value).length === 0 || findAlarm(value).length === 0
      ? (value as SignedLine | AlarmLine)
      : undefined
  } catch {
    return undefined
  }
}
