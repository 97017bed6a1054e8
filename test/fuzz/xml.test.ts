// A million spoilt inputs over all parsers, part three: XML, alone and as the payment messages read it.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { fxKinds } from '../../src/fx/index.ts'
import { withXml } from '../../src/hub/message/xml.ts'
import { compileKinds } from '../../src/hub/message/validate.ts'
import { dice, fuzz, SEED, spoil } from '../support/fuzz.ts'

const VALID = new URL('../../fixtures/fx/valid/', import.meta.url)
const TIMEOUT_MS = 240_000
/** So many of the inputs go through a whole kind: reading, schema and rules. */
const THROUGH_KINDS = 4_000
const good = readdirSync(VALID)
  .filter((name) => name.endsWith('.xml'))
  .map((name) => readFileSync(new URL(name, VALID)))
const kinds = compileKinds(fxKinds)

it(
  'XML: a tree, or a refusal with a code; nothing outside is reached and no memory is kept',
  async () => {
    const before = process.memoryUsage().rss
    const tally = await fuzz('xml', good, (bytes) => withXml(bytes, ({ root }) => root.name))
    expect(Object.keys(tally).sort()).toEqual(['XML_MALFORMED', 'XML_UNSAFE', 'read'])
    // Documents of the library live outside the heap; thirty thousand that were kept would be some hundred megabytes.
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
  },
  TIMEOUT_MS,
)

it(
  'payment messages: findings with codes and paths, or a refusal with a code',
  () => {
    const roll = dice(SEED)
    for (let run = 0; run < THROUGH_KINDS; run++) {
      const kind = kinds.list[roll(kinds.list.length)]!
      const bytes = spoil(good, roll)
      try {
        for (const { code, path, message } of kinds.checkBody(kind, bytes).findings) {
          expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/)
          expect(path).toMatch(/^(?:\/|$)/)
          expect(message).not.toBe('')
        }
      } catch (thrown) {
        expect((thrown as { code?: string }).code, `input ${run}: ${bytes.toString('hex').slice(0, 2_000)}`).toMatch(
          /^XML_|^TOO_LARGE$/,
        )
      }
    }
  },
  TIMEOUT_MS,
)
