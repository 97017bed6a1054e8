// The whole log offline: one history, held against everything that was signed of it.
import { randomBytes } from 'node:crypto'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signCheckpoint } from '../../../src/hub/evidence/checkpoint.ts'
import { leafHash, merkleRoot } from '../../../src/hub/evidence/merkle.ts'
import { GrowingRoot, linesOf, type LogStatement, verifyWholeLog } from '../../../src/hub/evidence/whole-log.ts'
import { stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import { toBase64url } from '../../../src/hub/values/encoding.ts'
import { draftOf, JOURNAL, openRoom, type Room } from '../evidence/hub-room.ts'

let room: Room
let leaves: Buffer[]
let statement: LogStatement
beforeAll(async () => {
  room = await openRoom()
  for (let n = 0; n < 9; n++) await room.enter(draftOf(room.bankA, {}))
  await room.evidence.step()
  leaves = (await room.journal.read(0, 100)).map(({ leaf }) => leaf)
  const notes = [await noteOf(leaves.slice(0, 4)), room.evidence.latest()!.note]
  statement = { notes, keys: room.statements, operatorRoot: toBase64url(room.root.der) }
})
afterAll(async () => {
  await room.close()
  await stopSm2Workers()
})

const noteOf = (some: readonly Buffer[], origin = JOURNAL): Promise<string> =>
  signCheckpoint(
    { origin, size: some.length, root: merkleRoot(some.map(leafHash)) },
    [room.keys.ed25519, room.keys.sm2].map(({ signer, spkiDer }) => ({ signer, spkiDer })),
  )
// oxlint-disable-next-line require-await -- what a stream gives
async function* pages(some: readonly Buffer[]): AsyncGenerator<Buffer[]> {
  for (let at = 0; at < some.length; at += 3) yield some.slice(at, at + 3)
}
const verify = (
  some: readonly Buffer[],
  more: Partial<LogStatement> = {},
  trust: typeof room.trust | undefined = room.trust,
) => verifyWholeLog(pages(some), { ...statement, ...more }, trust)
const swapped = (from: string, to: string, at: number): Buffer[] =>
  leaves.with(at, Buffer.from(leaves[at]!.toString().replace(from, to)))

describe('a whole log', () => {
  it('is verified against every checkpoint, and says how far they reach', async () => {
    expect(await verify(leaves)).toMatchObject({ verdict: 'verified', entries: 9, covered: 9, checkpoints: 2 })
    const [first] = statement.notes as [string]
    expect(await verify(leaves, { notes: [first] })).toMatchObject({ verdict: 'verified', entries: 9, covered: 4 })
    expect(await verifyWholeLog(pages(leaves), statement)).toMatchObject({ verdict: 'unknown', entries: 9 })
  })

  it('is refused when a leaf is changed, dropped, added in between or put elsewhere', async () => {
    const turned = leaves.with(2, leaves[3]!).with(3, leaves[2]!)
    for (const some of [
      swapped('accepted', 'refused', 1),
      leaves.toSpliced(4, 1),
      leaves.toSpliced(4, 0, leaves[4]!),
      turned,
    ])
      expect(await verify(some)).toMatchObject({ verdict: 'refused', reason: expect.any(String) })
  })

  it('is refused when it ends before what was signed, or nothing was signed', async () => {
    expect(await verify(leaves.slice(0, 8))).toMatchObject({
      verdict: 'refused',
      reason: expect.stringContaining('ends after 8'),
    })
    expect(await verify([])).toMatchObject({ verdict: 'refused' })
    expect(await verify(leaves, { notes: [] })).toMatchObject({ verdict: 'refused' })
  })

  it('is refused when two histories were signed, or the history of another log', async () => {
    const other = await noteOf(swapped('accepted', 'refused', 1).slice(0, 4))
    expect(await verify(leaves, { notes: [...statement.notes, other] })).toMatchObject({
      verdict: 'refused',
      reason: expect.stringContaining('two roots'),
    })
    expect(await verify(leaves, { notes: [await noteOf(leaves, 'urn:hub:vn:operator:other:journal')] })).toMatchObject({
      verdict: 'refused',
    })
  })

  it('is refused when an entry is older than the one before it, whatever was signed', async () => {
    const at = /"at":"([^"]+)"/.exec(leaves[3]!.toString())![1]!
    const some = swapped(at, '2001-01-01T00:00:00.000Z', 3)
    expect(await verify(some, { notes: [await noteOf(some)] })).toMatchObject({
      verdict: 'refused',
      reason: expect.stringContaining('older'),
    })
  })
})

describe('reading a log', () => {
  it('the growing root is that of the whole tree at every size', () => {
    const hashes = Array.from({ length: 70 }, () => randomBytes(32))
    const growing = new GrowingRoot()
    for (const [n, leaf] of hashes.entries()) {
      growing.add(leaf)
      expect(growing.root().equals(merkleRoot(hashes.slice(0, n + 1)))).toBe(true)
    }
    expect(growing.size).toBe(70)
  })

  it('lines are the same however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ minLength: 1 }).map((text) => text.replaceAll('\n', ' '))),
        fc.integer({ min: 1, max: 9 }),
        async (lines, size) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
          const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
            bytes.subarray(n * size, (n + 1) * size),
          )
          const read: string[] = []
          for await (const page of linesOf(chunks as unknown as AsyncIterable<Buffer>)) read.push(...page.map(String))
          expect(read).toEqual(lines)
        },
      ),
    )
  })

  it('a line without end is refused before it fills the memory', async () => {
    const endless = Array.from({ length: 40 }, () => Buffer.alloc(64 * 1024, 'x'))
    const read = async (): Promise<number> => {
      let lines = 0
      for await (const page of linesOf(endless as unknown as AsyncIterable<Buffer>)) lines += page.length
      return lines
    }
    await expect(read()).rejects.toMatchObject({ code: 'TOO_LARGE' })
  })
})
