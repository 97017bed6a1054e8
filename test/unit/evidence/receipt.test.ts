// Receipts: one signature per suite answers for every entry of a commit, and for nothing else.
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubError } from '../../../src/hub/errors.ts'
import { signCommit, verifyReceipt } from '../../../src/hub/evidence/commit-signature.ts'
import { type KeyRing, readHubKeys } from '../../../src/hub/evidence/hub-keys.ts'
import { leafHash, merkleRoot } from '../../../src/hub/evidence/merkle.ts'
import {
  commitLeaves,
  commitRoot,
  receiptFromLeaves,
  receiptOf,
  receiptPayloadBytes,
} from '../../../src/hub/evidence/receipt.ts'
import { readProtected } from '../../../src/hub/identity/jws.ts'
import { stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import type { ReceiptPayload } from '../../../src/hub/journal/journal.ts'
import { HUB, type HubKeys, JOURNAL, openRoom, testKey } from './hub-room.ts'

const payload = (index: number): ReceiptPayload => ({
  hub: HUB,
  journal: JOURNAL,
  epoch: 1,
  index,
  at: '2026-03-01T08:00:00.000Z',
  messageCommitment: 'ab'.repeat(32),
  outcome: 'accepted',
  registerAt: 3,
  judgedAt: index,
})
const payloads = Array.from({ length: 6 }, (_, n) => receiptPayloadBytes(payload(n + 10)))
let keys: HubKeys
let ring: KeyRing
let signatures: string[]

const commit = (list: readonly Buffer[], more: object = {}) =>
  signCommit(
    { journal: JOURNAL, epoch: 1, root: commitRoot(list).toString('hex'), size: list.length, ...more },
    [keys.p256, keys.sm2].map(({ signer, id }) => ({ signer, fingerprint: id })),
  )

beforeAll(async () => {
  const room = await openRoom()
  keys = room.keys
  ring = await readHubKeys(room.statements, room.root)
  await room.close()
  signatures = await commit(payloads)
})
afterAll(stopSm2Workers)

describe('receipts', () => {
  it('write their payload in one member order, whatever order it is given in', () => {
    const turned = Object.fromEntries(Object.entries(payload(1)).toReversed()) as unknown as ReceiptPayload
    expect(receiptPayloadBytes(turned)).toEqual(receiptPayloadBytes(payload(1)))
    expect(Object.keys(JSON.parse(receiptPayloadBytes(payload(1)).toString()) as object)).toEqual(
      'hub journal epoch index at messageCommitment outcome registerAt judgedAt'.split(' '),
    )
  })

  it('are signed over the root of the commit, international first, keys by their id', () => {
    expect(commitRoot(payloads)).toEqual(merkleRoot(payloads.map(leafHash)))
    const headers = signatures.map((text) => readProtected(text.split('.')[0]!))
    expect(headers.map(({ alg }) => alg)).toEqual(['ES256', 'SM2SM3'])
    expect(headers.map(({ fingerprint }) => fingerprint)).toEqual([keys.p256.id, keys.sm2.id])
    expect(headers.map(({ typ }) => typ)).toEqual(['hub-commit+jws', 'hub-commit+jws'])
  })

  it('verify for every entry of the commit, of one or of many', async () => {
    for (let position = 0; position < payloads.length; position++) {
      const found = await verifyReceipt(receiptOf(payloads, position, signatures), ring)
      expect(found).toEqual({ payload: payload(position + 10), generation: 0 })
    }
    const single = [payloads[0]!]
    const receipt = receiptOf(single, 0, await commit(single))
    expect(receipt.path).toEqual([])
    expect((await verifyReceipt(receipt, ring)).payload).toEqual(payload(10))
  })

  it('do not verify at another place, with another path, or for another payload', async () => {
    const receipt = receiptOf(payloads, 2, signatures)
    const other = receiptOf(payloads, 3, signatures)
    const wrong = [
      { index: 3 },
      { size: 7 },
      { path: other.path },
      { path: receipt.path.slice(1) },
      { path: receipt.path.map((node) => node.toUpperCase()) },
      { payload: other.payload },
      { payload: Buffer.from(JSON.stringify({ ...payload(12), more: 1 })).toString('base64url') },
      { payload: Buffer.from(JSON.stringify({ ...payload(12), index: '12' })).toString('base64url') },
    ]
    for (const change of wrong) await expect(verifyReceipt({ ...receipt, ...change }, ring)).rejects.toThrow(HubError)
  })

  it('need the signatures of all receipt keys, in their order, by keys of the hub, over this commit', async () => {
    const receipt = receiptOf(payloads, 2, signatures)
    const refused = async (list: string[], code: string) =>
      expect(verifyReceipt({ ...receipt, signatures: list }, ring)).rejects.toMatchObject({ code })
    await refused(signatures.toReversed(), 'SIGNATURE_MISSING')
    await refused(signatures.slice(0, 1), 'SIGNATURE_MISSING')
    await refused([], 'CERTIFICATE_UNKNOWN')
    const stranger = testKey('ES256')
    const root = { journal: JOURNAL, epoch: 1, root: commitRoot(payloads).toString('hex'), size: payloads.length }
    const strange = await signCommit(root, [{ signer: stranger.signer, fingerprint: stranger.id }])
    await refused([strange[0]!, signatures[1]!], 'SIGNATURE_MISSING')
    const posing = await signCommit(root, [{ signer: stranger.signer, fingerprint: keys.p256.id }])
    await refused([posing[0]!, signatures[1]!], 'SIGNATURE_INVALID')
    await refused(await commit(payloads, { epoch: 2 }), 'SIGNATURE_INVALID')
    await refused(await commit(payloads, { size: 5 }), 'SIGNATURE_INVALID')
  })

  it('answer any text with a coded refusal', async () => {
    const receipt = receiptOf(payloads, 2, signatures)
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.constantFrom('payload', 'path', 'signatures'), async (text, member) => {
        const wrong = { ...receipt, [member]: member === 'payload' ? text : [text] }
        await expect(verifyReceipt(wrong, ring)).rejects.toBeInstanceOf(HubError)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a receipt made from the leaf hashes of its commit', () => {
  it('is the one made from all payloads, and is refused for a payload that was not signed', () => {
    const leaves = commitLeaves(payloads)
    for (const [at, one] of payloads.entries())
      expect(receiptFromLeaves(one, leaves, at, signatures)).toEqual(receiptOf(payloads, at, signatures))
    expect(() => receiptFromLeaves(payloads[0]!, leaves, 1, signatures)).toThrow('not the one')
    expect(() => receiptFromLeaves(payloads[0]!, leaves, payloads.length, signatures)).toThrow('not the one')
  })
})
