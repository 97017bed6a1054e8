// Nothing in a bundle is loose: every single change to every member is refused, and whatever bytes come, the verifier answers.
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from '../../../src/hub/evidence/bundle.ts'
import { verifyBundle } from '../../../src/hub/evidence/verify.ts'
import { stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import { bytesOf, type Cases, openCases, rotationBundle } from './bundle-cases.ts'

let cases: Cases & { rotation: Bundle }

beforeAll(async () => {
  const opened = await openCases()
  cases = { ...opened, rotation: await rotationBundle(opened.room) }
})
afterAll(async () => {
  await cases.room.close()
  await stopSm2Workers()
})

type Path = (string | number)[]
type Node = string | number | boolean | null | Node[] | { [name: string]: Node }

function* nodes(value: Node, path: Path = []): Generator<{ path: Path; value: Node }> {
  yield { path, value }
  if (typeof value !== 'object' || value === null) return
  for (const [name, child] of Object.entries(value))
    yield* nodes(child, [...path, Array.isArray(value) ? Number(name) : name])
}

/** A copy of the bundle in which the value at the path is what `change` makes of it. */
function changed(bundle: Node, path: Path, change: (value: Node) => Node): Node {
  if (path.length === 0) return change(bundle)
  const copy = Array.isArray(bundle) ? [...bundle] : { ...(bundle as { [name: string]: Node }) }
  const [name, ...rest] = path as [string, ...Path]
  const inside = copy as { [name: string]: Node }
  inside[name] = changed(inside[name]!, rest, change)
  return copy
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** Other characters for one: near it in its alphabet, of the other case, of other alphabets. */
function otherChars(char: string, all: boolean): string[] {
  const at = ALPHABET.indexOf(char)
  const near = at < 0 ? ['A', '0'] : [ALPHABET[(at + 1) % 64]!, ALPHABET[(at + 32) % 64]!, ALPHABET[at ^ 1]!]
  const folded = char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase()
  const others = [...(all ? ALPHABET : near), folded, '+', '/', '=', ' ', '\n', '\u00e9', '\u0430']
  return [...new Set(others)].filter((other) => other !== char)
}

function* stringChanges(text: string): Generator<[string, string]> {
  const places = new Set([0, 1, 2, text.length >> 2, text.length >> 1, text.length - 2, text.length - 1])
  for (let at = 0; at < text.length; at += 97) places.add(at)
  for (const at of places)
    if (at >= 0 && at < text.length)
      for (const other of otherChars(text[at]!, at === text.length - 1))
        yield [`char ${at} ${JSON.stringify(other)}`, text.slice(0, at) + other + text.slice(at + 1)]
  for (const longer of [`${text}A`, `A${text}`, `${text}=`, `${text}\n`, ` ${text}`]) yield ['longer', longer]
  for (const shorter of [text.slice(1), text.slice(0, -1), text.slice(0, -4), ''])
    if (shorter !== text) yield ['shorter', shorter]
}

function* arrayChanges(items: Node[]): Generator<[string, Node]> {
  for (let a = 0; a < items.length; a++) {
    yield [`item ${a} deleted`, items.toSpliced(a, 1)]
    yield [`item ${a} twice`, items.toSpliced(a, 0, items[a]!)]
    for (let b = a + 1; b < items.length; b++)
      if (JSON.stringify(items[a]) !== JSON.stringify(items[b]))
        yield [`items ${a} and ${b} swapped`, items.with(a, items[b]!).with(b, items[a]!)]
  }
  for (const added of ['', 'AAAA', 0, null, {}, []]) yield ['item added', [...items, added]]
}

function* objectChanges(value: { [name: string]: Node }): Generator<[string, Node]> {
  for (const name of Object.keys(value)) {
    const { [name]: gone, ...rest } = value
    yield [`member ${name} deleted`, rest]
    yield [`member ${name} renamed`, { ...rest, [`${name}_`]: gone! }]
  }
  for (const name of ['remark', 'v', 'attachments', 'earlier', 'thisUpdate', 'heads/0', 'heads/1', 'toString'])
    if (!Object.hasOwn(value, name))
      for (const added of ['', 'AAAA', 1, null, []]) yield [`member ${name} added`, { ...value, [name]: added }]
}

function* changesOf(value: Node): Generator<[string, Node]> {
  if (typeof value === 'string') yield* stringChanges(value)
  else if (typeof value === 'number')
    for (const other of [value + 1, value - 1, value + 0.5, -value - 1, value + 2 ** 32, 0, 1])
      if (other !== value) yield [`number ${other}`, other]
  if (Array.isArray(value)) yield* arrayChanges(value)
  else if (typeof value === 'object' && value !== null) yield* objectChanges(value)
  for (const other of [null, true, 7, 'AAAA', {}, []] as Node[])
    if (JSON.stringify(other) !== JSON.stringify(value)) yield [`is ${JSON.stringify(other)}`, other]
}

/** Whether a change takes an attachment out of the bundle's message, and nothing else. */
const isWithout = (what: string, path: Path): boolean =>
  path.join('.') === 'message' && what === 'member attachments deleted'

async function survivors(bundle: Node): Promise<{ tried: number; accepted: string[]; links: Set<string> }> {
  const accepted: string[] = []
  const links = new Set<string>()
  let tried = 0
  for (const { path, value } of nodes(bundle))
    for (const [what, other] of changesOf(value)) {
      tried++
      const verdict = await verifyBundle(bytesOf(changed(bundle, path, () => other)), cases.room.trust)
      // Attachments may be kept elsewhere: a bundle that has lost them says so, and proves the rest.
      if (
        isWithout(what, path) &&
        verdict.links.some(({ link, state }) => link === 'attachments' && state === 'absent')
      ) {
        links.add('attachments')
        continue
      }
      if (verdict.verdict !== 'refused' || !verdict.broken?.reason)
        accepted.push(`${path.join('.')}: ${what} -> ${verdict.verdict}`)
      else links.add(verdict.broken.link)
    }
  return { tried, accepted, links }
}

describe('a changed bundle', () => {
  it.each(['accepted', 'refused', 'rotation'] as const)(
    'is refused whatever the change (%s)',
    { timeout: 300_000 },
    async (which) => {
      const bundle = JSON.parse(JSON.stringify(cases[which])) as Node
      expect(await verifyBundle(bytesOf(bundle), cases.room.trust)).toMatchObject({ verdict: 'verified' })
      const { tried, accepted, links } = await survivors(bundle)
      expect(accepted).toEqual([])
      expect(tried).toBeGreaterThan(5_000)
      expect(links.has('attachments')).toBe(which === 'accepted')
      for (const link of ['form', 'signature', 'hub-key', 'receipt', 'inclusion', 'checkpoint'])
        expect(links).toContain(link)
    },
  )

  it('may be laid out otherwise: white space and the order of members mean nothing', async () => {
    const turned = (value: Node): Node =>
      Array.isArray(value)
        ? value.map(turned)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .toReversed()
                .map(([name, child]) => [name, turned(child)]),
            )
          : value
    const text = JSON.stringify(turned(JSON.parse(JSON.stringify(cases.accepted)) as Node), null, 2)
    expect(await verifyBundle(Buffer.from(text), cases.room.trust)).toMatchObject({ verdict: 'verified' })
  })

  it('is refused with a member twice, or a number written otherwise than it reads', async () => {
    const text = JSON.stringify(cases.accepted)
    for (const wrong of [
      text.replace('"v":1', '"v":1,"v":1'),
      text.replace('"v":1', '"v":-0'),
      `\ufeff${text}`,
      `${text} {}`,
      text.slice(0, -1),
    ])
      expect(await verifyBundle(Buffer.from(wrong), cases.room.trust)).toMatchObject({
        verdict: 'refused',
        broken: { link: 'form' },
      })
  })
})

describe('whatever is given as a bundle', () => {
  const answers = async (bytes: Uint8Array) => {
    const verdict = await verifyBundle(bytes, cases.room.trust)
    expect(verdict.verdict).toBe('refused')
    expect(verdict.broken!.reason).not.toContain('cannot be read: Cannot read properties')
  }

  it('is answered: bytes', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), answers), { numRuns: 2_000 })
  })

  it('is answered: JSON', async () => {
    await fc.assert(
      fc.asyncProperty(fc.json(), (text) => answers(Buffer.from(text))),
      { numRuns: 2_000 },
    )
  })

  it('is answered: a bundle with any values in any of its members', async () => {
    const places = [...nodes(JSON.parse(JSON.stringify(cases.refused)) as Node)].map(({ path }) => path)
    const any = fc.oneof(fc.jsonValue(), fc.base64String({ maxLength: 40 }), fc.integer())
    const edits = fc.array(fc.tuple(fc.constantFrom(...places), any), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(edits, async (list) => {
        let bundle = JSON.parse(JSON.stringify(cases.refused)) as Node
        for (const [path, value] of list)
          try {
            bundle = changed(bundle, path, () => value as Node)
          } catch {
            // An earlier edit has taken the place away.
          }
        if (JSON.stringify(bundle) !== JSON.stringify(cases.refused)) await answers(bytesOf(bundle))
      }),
      { numRuns: 1_500 },
    )
  })
})
