// Writes docs/kinds.md from the code: every kind, who may send and see it, what is found in it; `--check` only compares and
// exits 1 if it is stale.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { BODIES_ONLY, hubKinds } from '../src/hub/kinds/hub-kinds.ts'
import { identifierCodes } from '../src/hub/index.ts'
import { supervisionView } from '../src/hub/message/audience.ts'
import type { MessageKind } from '../src/hub/message/kind.ts'
import { roomCodes, roomKinds } from '../src/rooms.ts'
import { kindCodes, type KindCodes } from './kind-codes.ts'

const ROOT = new URL('../', import.meta.url)
const PATH = new URL('docs/kinds.md', ROOT)
const kinds = [...roomKinds, ...hubKinds(BODIES_ONLY)] as MessageKind[]
const texts: Readonly<Record<string, { en: string; zh: string }>> = { ...identifierCodes, ...roomCodes }
const roomOf = (kind: Pick<MessageKind, 'name'>): string => kind.name.split('.')[0]!

const jsonOf = (path: string): any => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'))
const namesIn = (folder: string): string[] =>
  existsSync(new URL(folder, ROOT)) ? readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' }) : []

/** Who sees an entry beside its sender, as far as the recipients of the envelope say. */
function seenBy(kind: MessageKind): string {
  const room = roomOf(kind)
  const file = namesIn(`fixtures/${room}/valid/`).find((name) => `${room}.${name}`.startsWith(kind.name))
  const [to, principal] = ['urn:hub:vn:customs:to', 'urn:hub:cn:trader:principal']
  const supervision = supervisionSentence(kind)
  try {
    const message = {
      envelope: { from: 'urn:hub:cn:broker:from', to: [to], for: principal },
      authentic: { sender: 'urn:hub:cn:broker:from' },
      body: file?.endsWith('.json') ? jsonOf(`fixtures/${room}/valid/${file}`) : {},
    }
    const register = { party: () => undefined, regulators: () => [], countries: () => [], parties: () => [] }
    const rows = kind.audience(message as never, register as never)
    const view = rows.find(({ party }) => party === to)?.view
    return [
      kind.quiet ? 'not told again to its sender' : 'its sender: full',
      view ? `those it is addressed to: ${view}` : 'nobody by being addressed',
      supervision,
    ].join('; ')
  } catch {
    return `as its own rule says; ${supervision}`
  }
}

function supervisionSentence(kind: MessageKind): string {
  const said = (abroad: boolean): string => {
    const view = supervisionView(kind, abroad)
    return view === 'full' ? 'full' : (kind.views[view] ?? []).join(', ') || 'nothing of the body'
  }
  return `supervisors of the sender's country: ${said(false)}; abroad: ${said(true)}`
}

const sentence = (code: string): string => (texts[code] ? `${texts[code].en} / ${texts[code].zh}` : 'the schema')

function section(kind: MessageKind, { check, judge }: KindCodes): string {
  const { name, version, schema, type, senders, ageMaxMs, bodyMaxBytes, statusAllows } = kind
  const id = String(schema['$id'] ?? '')
  const [room, file] = [roomOf(kind), id.slice(id.indexOf('.') + 1)]
  const link = existsSync(new URL(`schemas/${room}/${file}.json`, ROOT))
    ? `[schemas/${room}/${file}.json](../schemas/${room}/${file}.json)`
    : 'its own reader'
  const sources = (schema['x-sources'] as string[] | undefined) ?? []
  const rules = [...check].sort()
  const judged = [...judge].sort()
  return [
    `## \`${name}\` v${version}`,
    '',
    String(schema['description'] ?? ''),
    '',
    `- schema: ${link}, ${type}, at most ${bodyMaxBytes / 1024} KiB`,
    `- sent by: ${senders.join(', ') || 'the hub itself'}; at most ${ageMaxMs / 3_600_000} h old; certificate status ${statusAllows.join(' or ')}`,
    `- seen by: ${seenBy(kind)}`,
    ...(sources.length > 0 ? [`- sources: ${sources.join('; ')}`] : []),
    ...(rules.length > 0
      ? ['', 'Found in the document:', '', ...rules.map((code) => `- \`${code}\` ${sentence(code)}`)]
      : []),
    ...(judged.length > 0
      ? ['', 'Found against what the hub knows:', '', ...judged.map((code) => `- \`${code}\` ${sentence(code)}`)]
      : []),
    '',
  ].join('\n')
}

const codes = kindCodes(new Set(Object.keys(texts)))
const NONE: KindCodes = { check: new Set(), judge: new Set() }
const before = existsSync(PATH) ? readFileSync(PATH, 'utf8') : ''
const after = [
  '# Kinds',
  '',
  'Every kind of message, made from the code (`npm run docs`). Findings of the schema itself are named `SCHEMA_...` and are not listed; refusals by a head (409) are in the README.',
  '',
  ...kinds.map((kind) => section(kind, codes.get(kind.name) ?? NONE)),
].join('\n')
if (!process.argv.includes('--check')) writeFileSync(PATH, after)
else if (before !== after) {
  console.error('docs/kinds.md is stale: run `npm run docs`')
  process.exit(1)
}
