// Sealed chunks give back what went in, and nothing else: no bit, order, length or end can be another.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { CHUNK_BYTES, openChunks, sealChunks } from '../../../src/hub/attachments/chunks.ts'
import { fitsType, sniffType } from '../../../src/hub/attachments/sniff.ts'
import { isUnsafeName } from '../../../src/hub/attachments/findings.ts'
import { openData } from '../../../src/hub/attachments/sealed-files.ts'
import { gathered, inPieces } from './sealed-house.ts'

const folder = mkdtempSync(join(tmpdir(), 'beibu-chunks-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const key = randomBytes(32)
const SEALED = CHUNK_BYTES + 16

async function opened(sealed: Buffer, bytes: number): Promise<Buffer> {
  const path = join(folder, randomBytes(8).toString('hex'))
  writeFileSync(path, sealed)
  return gathered(openChunks(() => openData(path), key, bytes))
}

describe('sealed chunks', () => {
  it('give back what went in, however it came in pieces', async () => {
    const size = fc.oneof(
      fc.integer({ min: 1, max: 300_000 }),
      fc.constantFrom(CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES),
    )
    await fc.assert(
      fc.asyncProperty(size, fc.integer({ min: 1_000, max: 200_000 }), async (bytes, piece) => {
        const plain = randomBytes(bytes)
        const sealed = await gathered(sealChunks(inPieces(plain, piece), key))
        expect(sealed.length).toBe(bytes + 16 * Math.ceil(bytes / CHUNK_BYTES))
        expect((await opened(sealed, bytes)).equals(plain)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('are refused when one is cut off, moved, repeated, left out or changed', async () => {
    const bytes = 3 * CHUNK_BYTES
    const sealed = await gathered(sealChunks(inPieces(randomBytes(bytes)), key))
    const chunk = (at: number): Buffer => sealed.subarray(at * SEALED, (at + 1) * SEALED)
    const flipped = Buffer.from(sealed)
    flipped[SEALED + 5]! ^= 1
    for (const [wrong, length] of [
      [flipped, bytes],
      [Buffer.concat([chunk(1), chunk(0), chunk(2)]), bytes],
      [Buffer.concat([chunk(0), chunk(0), chunk(2)]), bytes],
      [sealed.subarray(0, 2 * SEALED), 2 * CHUNK_BYTES],
      [sealed.subarray(0, 2 * SEALED), bytes],
      [sealed.subarray(SEALED), 2 * CHUNK_BYTES],
    ] as const)
      await expect(opened(wrong, length)).rejects.toThrow()
  })
})

describe('the first bytes', () => {
  it('tell the types of trade papers, and nothing from too few', () => {
    const starts: [string, string][] = [
      ['255044462d312e37', 'application/pdf'],
      ['89504e470d0a1a0a', 'image/png'],
      ['ffd8ffe000104a46', 'image/jpeg'],
      ['49492a0008000000', 'image/tiff'],
      ['4d4d002a00000008', 'image/tiff'],
    ]
    for (const [hex, type] of starts) {
      expect(sniffType(Buffer.from(hex, 'hex'))).toBe(type)
      for (const [, other] of starts) expect(fitsType(Buffer.from(hex, 'hex'), other)).toBe(other === type)
      expect(fitsType(Buffer.from(hex, 'hex'), 'text/plain')).toBe(false)
    }
    expect(fitsType(Buffer.from('a note'), 'text/plain')).toBe(true)
    expect(fitsType(Buffer.from(' %PDF-1.7'), 'application/pdf')).toBe(false)
    expect(fitsType(Buffer.alloc(0), 'image/png')).toBe(false)
  })
})

describe('names', () => {
  it('that lead elsewhere or read otherwise are unsafe', () => {
    for (const name of [
      'a/b',
      'a\\b',
      '..',
      '.',
      'c:x',
      'a\u0000',
      'a\n',
      'a\u202eb',
      'a\u2066b',
      'a\u200bb',
      'a\u2028b',
      ' a',
      'a ',
      '\ufeffa',
    ])
      expect(isUnsafeName(name), JSON.stringify(name)).toBe(true)
    for (const name of ['发票 1.pdf', 'Hóa đơn số 2.pdf', 'a..b.pdf', 'ใบแจ้งหนี้.pdf'])
      expect(isUnsafeName(name)).toBe(false)
  })
})
