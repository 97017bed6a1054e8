// Writes the tables of the README from the code they describe; `--check` only compares and exits 1 if one is stale.
import { readFileSync, writeFileSync } from 'node:fs'
import { SETTINGS } from '../src/config.ts'
import { REFUSALS } from '../src/hub/errors.ts'
import { BODIES_ONLY, hubKinds } from '../src/hub/kinds/hub-kinds.ts'
import type { MessageKind } from '../src/hub/message/kind.ts'
import { roomKinds } from '../src/rooms.ts'

const PATH = new URL('../README.md', import.meta.url)
const kinds = [...roomKinds, ...hubKinds(BODIES_ONLY)] as MessageKind[]

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const sections: Record<string, string> = {
  kinds: table(
    ['kind', 'what it is', 'sent by'],
    kinds.map(({ name, version, schema, senders }) => [
      `\`${name}\` v${version}`,
      String(schema['description']),
      senders.length > 0 ? senders.join(', ') : 'the hub itself',
    ]),
  ),
  refusals: table(
    ['code', 'status', 'meaning', 'who acts', 'retry'],
    Object.entries(REFUSALS).map(([code, { status, en, who, retry }]) => [
      `\`${code}\``,
      String(status),
      en,
      who,
      retry,
    ]),
  ),
  settings: table(
    ['name', 'meaning', 'default'],
    SETTINGS.map((setting) => [
      `\`${setting.name}\``,
      setting.meaning,
      setting.required ? 'required' : setting.default ? `\`${setting.default}\`` : '',
    ]),
  ),
}

const before = readFileSync(PATH, 'utf8')
const after = before.replaceAll(
  /<!-- generated:(\w+) -->[\s\S]*?<!-- \/generated -->/g,
  (_all, name: string) => `<!-- generated:${name} -->\n${sections[name]}\n<!-- /generated -->`,
)
if (process.argv.includes('--check')) {
  if (after !== before) {
    console.error('README.md is stale: run `npm run docs`')
    process.exit(1)
  }
} else writeFileSync(PATH, after)
