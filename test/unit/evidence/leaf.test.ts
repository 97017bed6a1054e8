// The leaf: one text for one entry, every part behind its own salt.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { buildLeaf, LEAF_PARTS, type LeafInput, partHash, partSalt } from '../../../src/hub/evidence/leaf.ts'

const seed = Buffer.alloc(32, 7)
const der = Buffer.from('the bytes of a certificate')
const input: LeafInput = {
  journal: 'urn:hub:cn:operator:example:journal',
  index: 41,
  at: '2026-03-01T08:00:00.000Z',
  outcome: 'accepted',
  kind: 'customs.declaration',
  sender: 'urn:hub:cn:trader:example-exports',
  commitment: Buffer.alloc(32, 1),
  signatures: [{ protected: 'cHJvdGVjdGVk', signature: 'c2lnbmF0dXJl' }],
  certificates: [[der]],
  status: [{ fingerprint: 'ab'.repeat(32), status: 'good', source: 'register', registerAt: 9 }],
  registerAt: 9,
  movements: [
    { key: 'declaration:0123456789abcdef0123456789abcdef', from: 0, to: 1 },
    { key: 'account:0123456789abcdef0123456789abcdef', from: 4, to: 5 },
  ],
  saltSeed: seed,
}
const parts = (leaf: Buffer) =>
  (JSON.parse(leaf.toString()) as { parts: Record<string, string> & { heads: string[] } }).parts
const salted = (name: string, bytes: string | Buffer): string =>
  createHash('sha256')
    .update(createHash('sha256').update(seed).update(name).digest().subarray(0, 16))
    .update(bytes)
    .digest('hex')

describe('leaf', () => {
  it('has its members in one order', () => {
    const leaf = buildLeaf(input).toString()
    expect(JSON.stringify(JSON.parse(leaf))).toBe(leaf)
    expect(Object.keys(JSON.parse(leaf))).toEqual(['v', 'journal', 'index', 'at', 'outcome', 'parts'])
    expect(Object.keys(parts(Buffer.from(leaf)))).toEqual([...LEAF_PARTS, 'heads'])
  })

  it('hides each value behind a salt derived for its part', () => {
    const found = parts(buildLeaf(input))
    expect(found.kind).toBe(salted('kind', input.kind))
    expect(found.sender).toBe(salted('sender', input.sender))
    expect(found.commitment).toBe(salted('commitment', input.commitment))
    expect(found.signatures).toBe(salted('signatures', JSON.stringify(input.signatures)))
    expect(found.certificate).toBe(
      salted('certificate', JSON.stringify([[createHash('sha256').update(der).digest('hex')]])),
    )
    expect(found.status).toBe(salted('status', JSON.stringify(input.status)))
    expect(found.registerAt).toBe(salted('registerAt', '9'))
    expect(found.heads).toEqual(
      input.movements.map(({ key, from, to }, at) => salted(`heads/${at}`, `${key}\n${from}\n${to}`)),
    )
  })

  it('says nothing that is the same in two entries of one sender', () => {
    const other = parts(buildLeaf({ ...input, saltSeed: Buffer.alloc(32, 8) }))
    const found = parts(buildLeaf(input))
    for (const name of LEAF_PARTS) expect(other[name]).not.toBe(found[name])
    expect(other.heads[0]).not.toBe(found.heads[0])
    expect(JSON.stringify(found)).not.toContain(input.sender)
  })

  it('does not depend on the order or presence of optional members of the evidence', () => {
    const [known] = input.status
    const turned = {
      registerAt: known!.registerAt,
      source: known!.source,
      status: known!.status,
      fingerprint: known!.fingerprint,
    }
    expect(buildLeaf({ ...input, status: [turned] })).toEqual(buildLeaf(input))
  })

  it('has an empty list of heads and of certificates for an entry of the hub that moves nothing', () => {
    const found = parts(buildLeaf({ ...input, certificates: [], signatures: [], status: [], movements: [] }))
    expect(found.heads).toEqual([])
    expect(found.certificate).toBe(salted('certificate', '[]'))
  })

  it('opens a part with its salt alone', () => {
    expect(partHash(partSalt(seed, 'kind'), Buffer.from(input.kind))).toBe(parts(buildLeaf(input)).kind)
    expect(() => partSalt(Buffer.alloc(31), 'kind')).toThrow(RangeError)
  })
})
