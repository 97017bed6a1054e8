// A backup that is not what was written is refused, whatever was done to it, and the part is named.
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptInFolder } from '../../../src/hub/backup/kept-files.ts'
import { makeBackup } from '../../../src/hub/backup/make.ts'
import { ManifestWrong, PARTS, type Part } from '../../../src/hub/backup/manifest.ts'
import { PartDamaged } from '../../../src/hub/backup/part-file.ts'
import * as record from '../../../src/hub/backup/records.ts'
import { restoreBackup } from '../../../src/hub/backup/restore.ts'
import type { Kept } from '../../../src/hub/backup/source.ts'
import { verifyBackup } from '../../../src/hub/backup/verify.ts'
import { memoryStore } from '../../../src/hub/journal/memory-store.ts'
import { memoryCursors } from '../../../src/hub/journal/memory-views.ts'
import { eraseEntries, fillCursors, filledJournal, JOURNAL, putAttachments } from '../../support/backups.ts'
import { draft, HUB } from '../../support/journals.ts'
import { LONG_MS } from '../../support/patience.ts'

const indexKey = Buffer.alloc(32, 9)
const clock = { clock: () => Date.UTC(2026, 10, 21) }
let dir: string
let good: string
let kept: Kept
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'beibu-damage-'))
  good = join(dir, 'good')
  kept = { store: memoryStore(), cursors: memoryCursors(), attachments: keptInFolder(join(dir, 'attachments')) }
  const journal = await filledJournal(kept.store, 40)
  await fillCursors(kept.cursors)
  const names = await putAttachments(kept, [500, 70_000])
  for (const name of names) await journal.append(draft({ blobs: [name] }))
  await eraseEntries(journal, [4])
  await makeBackup(good, { ...kept, hub: HUB, journal: JOURNAL, epoch: 1, indexKey }, clock)
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const fileOf = (folder: string, part: Part): string => join(folder, `${part}.part`)
/** A copy to be damaged. */
function copy(): string {
  const folder = mkdtempSync(join(dir, 'copy-'))
  cpSync(good, folder, { recursive: true })
  return folder
}
const faultOf = (folder: string): Promise<unknown> =>
  verifyBackup(folder).then(
    () => undefined,
    (error: unknown) => error,
  )

/** Changes the manifest and makes it agree with itself again, as one who wants to deceive would. */
function rewriteManifest(
  folder: string,
  change: (manifest: Record<string, unknown> & { parts: Record<string, unknown> }) => void,
): void {
  const path = join(folder, 'manifest.json')
  const file = JSON.parse(readFileSync(path, 'utf8'))
  change(file.manifest)
  file.sha256 = createHash('sha256').update(JSON.stringify(file.manifest)).digest('hex')
  writeFileSync(path, JSON.stringify(file))
}

/** Replaces a part and its line in the manifest. */
function rewritePart(folder: string, part: Part, frames: Buffer[]): void {
  const bytes = Buffer.concat(
    frames.map((frame) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(frame.length)
      return Buffer.concat([length, frame])
    }),
  )
  writeFileSync(fileOf(folder, part), bytes)
  rewriteManifest(folder, ({ parts }) => {
    parts[part] = {
      count: frames.length,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    }
  })
}

function framesOf(folder: string, part: Part): Buffer[] {
  const bytes = readFileSync(fileOf(folder, part))
  const frames: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    frames.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return frames
}

it('is good as it was made', async () => {
  expect(await faultOf(good)).toBeUndefined()
  await verifyBackup(good, { indexKey })
})

describe.each([...PARTS])('part %s', (part) => {
  it('missing, cut, longer, with a byte changed', async () => {
    const acts: ((file: string, bytes: Buffer) => void)[] = [
      (file) => rmSync(file),
      (file, bytes) => truncateSync(file, bytes.length - 1),
      (file, bytes) => truncateSync(file, bytes.length >> 1),
      (file) => truncateSync(file, 0),
      (file, bytes) => writeFileSync(file, Buffer.concat([bytes, Buffer.from([0])])),
      (file, bytes) => writeFileSync(file, Buffer.concat([bytes, Buffer.alloc(4)])),
      (file, bytes) => {
        const changed = Buffer.from(bytes)
        changed[changed.length - 1]! ^= 1
        writeFileSync(file, changed)
      },
      (file, bytes) => writeFileSync(file, Buffer.concat([Buffer.from('ffffffff', 'hex'), bytes.subarray(4)])),
    ]
    for (const act of acts) {
      const folder = copy()
      act(fileOf(folder, part), readFileSync(fileOf(folder, part)))
      const fault = await faultOf(folder)
      expect(fault).toBeInstanceOf(PartDamaged)
      expect((fault as PartDamaged).part).toBe(part)
    }
  })

  it('swapped for another', async () => {
    const folder = copy()
    const other = PARTS[(PARTS.indexOf(part) + 1) % PARTS.length]!
    renameSync(fileOf(folder, part), join(folder, 'aside'))
    renameSync(fileOf(folder, other), fileOf(folder, part))
    renameSync(join(folder, 'aside'), fileOf(folder, other))
    expect(await faultOf(folder)).toBeInstanceOf(PartDamaged)
  })
})

describe('a manifest made to agree', () => {
  it.each(['entries', 'commits', 'content-keys', 'contents'] as const)(
    'does not hide a record left out of %s',
    async (part) => {
      for (const at of [0, 3, 7]) {
        const folder = copy()
        rewritePart(folder, part, framesOf(folder, part).toSpliced(at, 1))
        const fault = await faultOf(folder)
        // A content without its key is one that was erased meanwhile; a key without its content is not.
        if (part === 'content-keys') expect(fault).toBeUndefined()
        else expect(fault).toBeInstanceOf(PartDamaged)
      }
    },
  )

  it('does not hide an entry that was changed, moved or put in', async () => {
    const entries = framesOf(good, 'entries')
    const changed = record.entryIn(entries[9]!)
    const cases = [
      entries.toSpliced(9, 2, entries[10]!, entries[9]!),
      entries.toSpliced(9, 0, entries[9]!),
      entries.with(9, record.entryFrame({ ...changed, commitment: Buffer.alloc(32) })),
      entries.with(9, record.entryFrame({ ...changed, outcome: 'refused' })),
      entries.with(9, record.entryFrame({ ...changed, atMs: changed.atMs + 1 })),
      entries.with(9, record.entryFrame({ ...changed, leaf: Buffer.concat([changed.leaf, Buffer.from(' ')]) })),
      entries.with(9, record.entryFrame({ ...changed, judgedAt: changed.judgedAt + 1 })),
    ]
    for (const frames of cases) {
      const folder = copy()
      rewritePart(folder, 'entries', frames)
      expect(await faultOf(folder)).toBeInstanceOf(PartDamaged)
    }
  })

  it('does not hide the key of an erased entry', async () => {
    const folder = copy()
    const [contents, keys] = [framesOf(folder, 'contents'), framesOf(folder, 'content-keys')]
    const place = contents.findIndex((frame) => record.indexedIn(frame).index > 4)
    rewritePart(folder, 'contents', contents.toSpliced(place, 0, record.indexedFrame(4, Buffer.from('content'))))
    rewritePart(folder, 'content-keys', keys.toSpliced(place, 0, record.indexedFrame(4, Buffer.from('key'))))
    expect(String(await faultOf(folder))).toMatch(/content-keys .* entry 4, which was erased/)
  })

  it('is found out by the index key, whatever was changed', async () => {
    const folder = copy()
    rewritePart(folder, 'cursors', framesOf(folder, 'cursors').slice(1))
    expect(await faultOf(folder)).toBeUndefined()
    await expect(verifyBackup(folder, { indexKey })).rejects.toThrow(/was changed, or the index key is not the one/)
    await expect(verifyBackup(good, { indexKey: Buffer.alloc(32, 1) })).rejects.toThrow(ManifestWrong)
  })

  it('of another format, or changed without care, is refused', async () => {
    const newer = copy()
    rewriteManifest(newer, (manifest) => void (manifest['format'] = 2))
    expect(String(await faultOf(newer))).toMatch(/format 2; this version of the hub reads format 1/)
    const root = copy()
    rewriteManifest(root, (manifest) => void (manifest['root'] = '0'.repeat(64)))
    expect(await faultOf(root)).toBeInstanceOf(PartDamaged)
    const careless = copy()
    const path = join(careless, 'manifest.json')
    writeFileSync(path, readFileSync(path, 'utf8').replace('"epoch": 1', '"epoch": 2'))
    expect(await faultOf(careless)).toBeInstanceOf(ManifestWrong)
    rmSync(path)
    expect(await faultOf(careless)).toBeInstanceOf(ManifestWrong)
  })
})

it('fuzz: bytes anywhere in any file are never taken for a backup, and never a fault', {
  timeout: LONG_MS,
}, async () => {
  const files = readdirSync(good)
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 8 }),
      async (file, changes) => {
        const folder = copy()
        const bytes = readFileSync(join(folder, file))
        for (const [at, by] of changes) bytes[at % bytes.length]! ^= by
        if (bytes.equals(readFileSync(join(good, file)))) return
        writeFileSync(join(folder, file), bytes)
        const fault = await faultOf(folder)
        // White space between the members of the manifest is nobody's.
        if (file === 'manifest.json' && fault === undefined)
          expect(JSON.parse(bytes.toString())).toEqual(JSON.parse(readFileSync(join(good, file), 'utf8')))
        else expect(fault instanceof PartDamaged || fault instanceof ManifestWrong, String(fault)).toBe(true)
        rmSync(folder, { recursive: true })
      },
    ),
    { numRuns: 120 },
  )
})

it('fuzz: records of any form, under a manifest that agrees, are refused by part and never a fault', {
  timeout: LONG_MS,
}, async () => {
  const anything = fc.oneof(
    fc.json().map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    fc
      .record({
        index: fc.nat(50),
        atMs: fc.nat(),
        movements: fc.jsonValue(),
        audience: fc.jsonValue(),
        refers: fc.jsonValue(),
        leaf: fc.base64String(),
        senderKey: fc.base64String(),
        commitment: fc.base64String(),
      })
      .map((value) => Buffer.from(JSON.stringify(value))),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...PARTS), fc.nat(), anything, async (part, at, frame) => {
      const folder = copy()
      const frames = framesOf(folder, part)
      rewritePart(folder, part, frames.toSpliced(at % (frames.length + 1), 1, frame))
      const fault = await faultOf(folder)
      expect(fault === undefined || fault instanceof PartDamaged || fault instanceof ManifestWrong, String(fault)).toBe(
        true,
      )
      rmSync(folder, { recursive: true })
    }),
    { numRuns: 120 },
  )
})

it('a damaged backup that is restored all the same leaves a store no hub opens', async () => {
  const folder = copy()
  const { manifest } = await verifyBackup(folder)
  truncateSync(fileOf(folder, 'content-keys'), 10)
  const into = { store: memoryStore(), cursors: memoryCursors(), attachments: keptInFolder(join(folder, 'kept')) }
  await expect(restoreBackup(folder, manifest, into)).rejects.toThrow(PartDamaged)
  const { refuseHalfFilled } = await import('../../../src/hub/backup/restore.ts')
  await expect(refuseHalfFilled(into.cursors)).rejects.toThrow(/is not complete/)
})
