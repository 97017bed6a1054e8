// Makes schemas/types.d.ts from every schema of every room: `npm run types`. With --check it writes nothing and exits 1 when the
// file is stale. The types are a declaration file because the program compiles src alone.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { compile, type JSONSchema } from 'json-schema-to-typescript'

const FOLDER = new URL('./', import.meta.url)
const TARGET = new URL('types.d.ts', FOLDER)
const HEADER =
  '// Generated from the schemas beside this file by `npm run types`; edit the schemas, not this.\n// biome-ignore-all format: generated\n\n'

/** Paths of the schemas, `<room>/<kind>.v<n>.json`, in one order everywhere. */
export function schemaPaths(): string[] {
  return readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((room) => readdirSync(new URL(`${room.name}/`, FOLDER)).map((file) => `${room.name}/${file}`))
    .filter((path) => /\.v\d+\.json$/.test(path))
    .sort()
}

/** The whole text of the types file. */
export async function generateTypes(): Promise<string> {
  const parts: string[] = []
  for (const path of schemaPaths()) {
    const schema = JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) as JSONSchema
    parts.push(`// ${path}\n${await compile(unconditional(schema), path, OPTIONS)}`)
  }
  refuseTwins(parts.join('\n'))
  return HEADER + parts.join('\n')
}

/** Two interfaces of one name would quietly become one: titles must differ across all schemas. */
function refuseTwins(text: string): void {
  const names = [...text.matchAll(/^export (?:interface|type) (\w+)/gm)].map((match) => match[1]!)
  const twins = names.filter((name, at) => names.indexOf(name) !== at)
  if (twins.length > 0) throw new Error(`these titles occur in more than one schema: ${twins.join(', ')}`)
}

const OPTIONS = {
  bannerComment: '',
  additionalProperties: false,
  ignoreMinAndMaxItems: true,
  strictIndexSignatures: true,
  style: { semi: false, singleQuote: true, printWidth: 120, trailingComma: 'all' },
} as const

/** Conditions say which members go together; a type says which exist. Left in, they would end as an intersection with anything. */
function unconditional(schema: JSONSchema): JSONSchema {
  const { allOf, if: _if, then: _then, else: _else, ...rest } = schema as JSONSchema & Record<string, unknown>
  const kept = (Array.isArray(allOf) ? allOf : []).filter((part) => !Object.hasOwn(part as object, 'if'))
  return (kept.length > 0 ? { ...rest, allOf: kept } : rest) as JSONSchema
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const text = await generateTypes()
  if (!process.argv.includes('--check')) writeFileSync(TARGET, text)
  else if (current() !== text) {
    console.error('schemas/types.d.ts is stale: run `npm run types` and look at what changed')
    process.exitCode = 1
  }
}

function current(): string {
  try {
    return readFileSync(TARGET, 'utf8')
  } catch {
    return ''
  }
}
