// Writes the API documents that the hub serves; `--check` only compares and exits 1 if one is stale.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { asyncApiDocument } from './api/asyncapi.ts'
import { openApiDocument } from './api/openapi.ts'

const FOLDER = new URL('../schemas/api/', import.meta.url)
const documents = { 'openapi.json': openApiDocument(), 'asyncapi.json': asyncApiDocument() }

mkdirSync(FOLDER, { recursive: true })
for (const [name, document] of Object.entries(documents)) {
  const file = new URL(name, FOLDER)
  const text = `${JSON.stringify(document, null, 2)}\n`
  if (!process.argv.includes('--check')) writeFileSync(file, text)
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`schemas/api/${name} is stale: run \`npm run docs\``)
    process.exitCode = 1
  }
}
