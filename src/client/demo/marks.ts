// What the stories look at alike: answers, verdicts, and whether a bundle names somebody.
import type { Verdict } from '../../hub/evidence/verify.ts'
import type { Submitted } from '../hub-client.ts'

/** The index of an accepted message; a story cannot go on without. */
export function accepted(answer: Submitted): number {
  if (answer.outcome === 'accepted') return answer.index
  const { code, detail, findings = [] } = answer.problem
  const found = findings.map((one) => `${one.path} ${one.code}`).join(', ')
  throw new Error(`a message was refused: ${code}: ${detail} ${found}`.trimEnd())
}

/** One line on a verdict. */
export const verdictLine = ({ verdict, broken }: Verdict): string =>
  broken === undefined ? verdict : `${verdict}, broken link ${broken.link}: ${broken.reason}`

/** Whether a name occurs in the text or in anything that is base64url in it, signed headers and certificates included. */
export function namesAnywhere(bytes: Buffer, names: readonly string[]): boolean {
  const layers = unwrapped(bytes.toString(), 3)
  return names.some((name) => layers.some((text) => text.includes(name)))
}

const STRING_MIN = 12

/** Strings of one bundle that occur anywhere in another, the checkpoint both stand under left out. Shape: JSON Pointers into the first. */
export function sharedStrings(first: Buffer, second: Buffer): string[] {
  const layers = unwrapped(JSON.stringify(withoutCheckpoint(second)), 3)
  const all = stringsOf(withoutCheckpoint(first), '').filter(([, text]) => text.length >= STRING_MIN)
  return all.filter(([, text]) => layers.some((layer) => layer.includes(text))).map(([path]) => path)
}

function withoutCheckpoint(bundle: Buffer): object {
  const { checkpoint: _checkpoint, ...rest } = JSON.parse(bundle.toString()) as Record<string, unknown>
  return rest
}

function stringsOf(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => stringsOf(member, `${path}/${name}`))
}

function unwrapped(text: string, depth: number): string[] {
  if (depth === 0) return [text]
  const words = text.match(/[A-Za-z0-9_+/-]{16,}/g) ?? []
  return [text, ...words.flatMap((word) => unwrapped(Buffer.from(word, 'base64url').toString(), depth - 1))]
}
