// Every command of the walks is run as it stands there, in its order, and prints what the walk says it does.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commandsOf, DocumentStage } from '../support/document-commands.ts'
import { LONG_MS } from '../support/patience.ts'

const WALKS = resolve(import.meta.dirname, '../../docs/walks')
const DAY_MS = 24 * 3_600_000
/** No walk takes longer. */
const WALK_MS = 5 * 60_000

/** The papers of a walk are dated on the day in China on which they are written: one that would end on the next day begins after midnight. */
async function midnightPassed(): Promise<void> {
  const leftMs = DAY_MS - ((Date.now() + 8 * 3_600_000) % DAY_MS)
  if (leftMs < WALK_MS) await new Promise((done) => setTimeout(done, leftMs + 1_000))
}

describe.each(readdirSync(WALKS))('docs/walks/%s', { timeout: LONG_MS }, (name) => {
  const file = join(WALKS, name)
  const text = readFileSync(file, 'utf8')
  const commands = commandsOf(text)
  let stage: DocumentStage
  beforeAll(async () => {
    await midnightPassed()
    stage = await DocumentStage.open()
  }, WALK_MS + LONG_MS)
  afterAll(() => stage.close())

  it.each(commands.map((command, at) => ({ ...command, step: at + 1 })))(
    '$step: beibu $line',
    async ({ line, exit: wanted, prints }) => {
      const { exit, out } = await stage.run(line)
      expect({ exit, out: exit === wanted ? '' : out }).toEqual({ exit: wanted, out: '' })
      for (const printed of prints) expect(out).toContain(printed)
    },
  )

  it('holds no block of text that no command stands before, and no command that is not run', () => {
    const count = (pattern: RegExp): number => [...text.matchAll(pattern)].length
    expect(count(/```text\n/g)).toBe(count(/```sh\n[\s\S]*?```\s*```text\n/g))
    expect(count(/^npm run -s beibu -- /gm)).toBe(commands.length)
    expect(commands.length).toBeGreaterThan(10)
  })

  it('names only files that are there', () => {
    for (const [, target] of text.matchAll(/\]\(([^)#:]+)\)/g))
      expect(existsSync(join(dirname(file), target!)), target).toBe(true)
  })
})
