// The erasable part of an entry with the proof of a ledger in it: packed and opened again beside everything else it can hold, and gone
// with it. What was packed before there were such proofs is read as it was.
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SealedContent } from '../../../src/hub/journal/journal.ts'
import { fingerprintOf, packContent, unpackContent, unpackMessage } from '../../../src/hub/journal/seal.ts'
import { draft, journalOver, storages } from '../../support/journals.ts'

const bytes = fc.uint8Array({ maxLength: 40 }).map((one) => Buffer.from(one))
const signature = fc.record({ protected: fc.string(), signature: fc.string() })
const paths = fc.array(fc.array(bytes, { maxLength: 2 }), { maxLength: 2 })
const attachment = bytes.map((one) => ({ sha256: createHash('sha256').update(one).digest('hex'), bytes: one }))
const contents: fc.Arbitrary<SealedContent> = fc.record(
  {
    envelope: bytes,
    signatures: fc.array(signature, { maxLength: 2 }),
    body: bytes,
    attachments: fc.array(attachment, { maxLength: 3 }),
    certificates: paths,
    status: fc.constant([]),
    saltSeed: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((one) => Buffer.from(one)),
    responses: fc.array(bytes, { minLength: 1, maxLength: 3 }),
    evidence: bytes,
    refused: fc.record({ envelope: bytes, signatures: fc.array(signature, { maxLength: 2 }), certificates: paths }),
  },
  { requiredKeys: ['envelope', 'signatures', 'body', 'attachments', 'certificates', 'status', 'saltSeed'] },
)

/** Certificates by fingerprint, as the journal keeps them beside. */
function certificatesOf({ certificates, refused }: SealedContent): (fingerprint: string) => Buffer {
  const all = [...certificates.flat(), ...(refused?.certificates.flat() ?? [])]
  const known = new Map(all.map((der) => [fingerprintOf(der), der]))
  return (fingerprint) => known.get(fingerprint)!
}

describe('packed content', () => {
  it('is read as it was packed, with the proof of a ledger and without', () => {
    fc.assert(
      fc.property(contents, (content) => {
        const packed = packContent(content)
        expect(unpackContent(packed, certificatesOf(content))).toEqual(content)
        const { envelope, body, signatures, attachments } = content
        expect(unpackMessage(packed)).toEqual({ envelope, body, signatures, attachments })
      }),
    )
  })

  it('says nothing of a proof where there is none, so that old content and new are the same bytes', () => {
    fc.assert(
      fc.property(contents, ({ evidence, ...content }) => {
        const packed = packContent(content)
        expect(packed.subarray(4, 4 + packed.readUInt32BE(0)).toString()).not.toContain('evidence')
        if (evidence) expect(packContent({ ...content, evidence }).length).toBeGreaterThan(packed.length)
      }),
    )
  })

  it('holds an empty proof as one, and not as none', () => {
    const [content] = fc.sample(contents, 1)
    const packed = packContent({ ...content!, evidence: Buffer.alloc(0) })
    expect(unpackContent(packed, certificatesOf(content!)).evidence).toEqual(Buffer.alloc(0))
  })
})

describe.each(storages)('the journal over $name', ({ make }) => {
  it('keeps the proof of a ledger out of leaf and receipt, and destroys it with the content', async () => {
    const storage = await make()
    const journal = await journalOver(storage.store(), () => 1_772_352_000_000)
    const evidence = Buffer.from('the proof of a ledger')
    const plain = draft({ by: 'ledger-proof', sender: 'urn:hub:cn:ledger:example' })
    const appended = await journal.append({ ...plain, content: { ...plain.content, signatures: [], evidence } })
    if (appended.result !== 'appended') throw new Error(appended.result)
    const { index, leaf, by } = appended.entry
    expect(by).toBe('ledger-proof')
    expect((await journal.content(index))?.evidence).toEqual(evidence)
    const shown = JSON.parse(leaf.toString()) as { parts: object }
    expect(Object.keys(shown.parts)).not.toContain('evidence')
    const digest = createHash('sha256').update(evidence).digest('hex')
    expect(leaf.toString() + JSON.stringify(appended.receipt)).not.toContain(digest)
    await journal.erase(index)
    expect(await journal.content(index)).toBeUndefined()
    await journal.close()
    await storage.remove()
  })

  it('keeps the first of two proofs of the same message', async () => {
    const storage = await make()
    const journal = await journalOver(storage.store())
    const plain = draft({ by: 'ledger-proof', sender: 'urn:hub:cn:ledger:example' })
    const withProof = (text: string) =>
      journal.append({ ...plain, content: { ...plain.content, signatures: [], evidence: Buffer.from(text) } })
    const first = await withProof('one')
    const second = await withProof('another')
    expect([first.result, second.result]).toEqual(['appended', 'duplicate'])
    expect((await journal.content(0))?.evidence?.toString()).toBe('one')
    await journal.close()
    await storage.remove()
  })
})
