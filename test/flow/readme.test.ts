// Every command of the README is run as it stands there, in its order; only the folder and the port are this test's own.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { commandsOf, DocumentStage, shellLines } from '../support/document-commands.ts'
import { LONG_MS } from '../support/patience.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')

let stage: DocumentStage
beforeAll(async () => void (stage = await DocumentStage.open()))
afterAll(() => stage.close())

it('sets up with exactly two commands on its first screen', () => {
  expect(shellLines(README).slice(0, 2)).toEqual(['npm ci && npm run demo', 'npm ci && npm test'])
})

it.each(commandsOf(README))('beibu $line', { timeout: LONG_MS }, async ({ line }) => {
  const { exit, out } = await stage.run(line)
  expect({ exit, out: exit === 0 ? '' : out }).toEqual({ exit: 0, out: '' })
})

it('names only files that are there', () => {
  for (const [, target] of README.matchAll(/\]\(([^)#:]+)\)/g))
    expect(existsSync(join(ROOT, target!)), target).toBe(true)
})
