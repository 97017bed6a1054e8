// The chain of hub keys: rotation, what an old bundle still proves, and what a compromise takes away.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from '../../../src/hub/evidence/bundle.ts'
import { readHubKeys } from '../../../src/hub/evidence/hub-keys.ts'
import type { MessageFile } from '../../../src/hub/evidence/message-file.ts'
import { verifyBundle } from '../../../src/hub/evidence/verify.ts'
import { stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import { bytesOf } from './bundle-cases.ts'
import {
  commitmentOf,
  draftOf,
  type HubKeys,
  keyDraft,
  keyList,
  keyStatement,
  newHubKeys,
  openRoom,
  type Room,
  type TestKey,
  testKey,
} from './hub-room.ts'

let room: Room
let first: HubKeys
let second: HubKeys
let before: Bundle

const nextBody = (keys: HubKeys, more: object = {}) => ({
  sequence: room.statements.length,
  previous: commitmentOf(room.statements.at(-1)!),
  keys: keyList(keys),
  ...more,
})

beforeAll(async () => {
  room = await openRoom()
  first = room.keys
  await room.enter(Promise.resolve(keyDraft(room.statements[0]!, room.root)), draftOf(room.bankA, {}))
  before = await room.bundle(1)
  second = newHubKeys()
  const statement = await keyStatement(room.root, room.rootKey, nextBody(second), first.p256)
  await room.enter(Promise.resolve(keyDraft(statement, room.root)))
  room.rotate(second, statement)
  await room.enter(draftOf(room.bankB, {}))
})
afterAll(async () => {
  await room.close()
  await stopSm2Workers()
})

const verdictOf = (bundle: Bundle) => verifyBundle(bytesOf(bundle), room.trust)

describe('after a rotation', () => {
  it('a bundle made before it still verifies', async () => {
    expect(before.checkpoint.keys).toHaveLength(1)
    expect(await verdictOf(before)).toMatchObject({ verdict: 'verified' })
  })

  it('a bundle made after it carries the chain, also for an entry from before', async () => {
    for (const index of [0, 1, 2, 3]) {
      const bundle = await room.bundle(index)
      expect(bundle.checkpoint.keys).toHaveLength(2)
      const verdict = await verdictOf(bundle)
      expect(verdict.broken).toBeUndefined()
      expect(verdict.verdict).toBe('verified')
    }
  })

  it('the chain cannot be cut, turned, or lengthened by an entry that nothing rests on', async () => {
    const bundle = await room.bundle(3)
    const [genesis, rotation] = room.statements as [MessageFile, MessageFile]
    for (const keys of [[genesis], [rotation], [rotation, genesis], [genesis, rotation, rotation], []])
      expect(await verdictOf({ ...bundle, checkpoint: { ...bundle.checkpoint, keys } })).toMatchObject({
        verdict: 'refused',
      })
    const longer = { ...before, checkpoint: { ...before.checkpoint, keys: [genesis, rotation] } }
    expect(await verdictOf(longer)).toMatchObject({ verdict: 'refused', broken: { link: 'checkpoint' } })
  })

  it('a receipt signed by keys of two generations is refused', async () => {
    const bundle = await room.bundle(3)
    const old = await room.bundle(1)
    const signatures = [old.receipt.signatures[0]!, bundle.receipt.signatures[1]!]
    const mixed = { ...bundle, receipt: { ...bundle.receipt, signatures } }
    expect(await verdictOf(mixed)).toMatchObject({ verdict: 'refused', broken: { link: 'receipt' } })
    const one = { ...bundle, receipt: { ...bundle.receipt, signatures: bundle.receipt.signatures.slice(0, 1) } }
    expect(await verdictOf(one)).toMatchObject({ verdict: 'refused', broken: { link: 'receipt' } })
  })
})

describe('readHubKeys', () => {
  const refused = async (files: MessageFile[], reason: RegExp) =>
    expect(readHubKeys(files, room.root)).rejects.toMatchObject({ detail: expect.stringMatching(reason) })
  const rotation = (body: object, by: TestKey | null = second.p256, root = room.root, key = room.rootKey) =>
    keyStatement(root, key, body, by ?? undefined)

  it('gives the generations, oldest first', async () => {
    const ring = await readHubKeys(room.statements, room.root)
    expect(ring.generations.map(({ receipt }) => receipt[0]!.id)).toEqual([first.p256.id, second.p256.id])
    expect(ring.generations[0]!.checkpoint.map(({ key }) => key.alg)).toEqual(['EdDSA', 'SM2SM3'])
    expect(ring.limit([first.p256.id])).toBe(Number.MAX_SAFE_INTEGER)
  })

  it('lets the SM2 receipt key cosign checkpoints where no other is named', async () => {
    const keys = keyList(first).slice(0, 3)
    const ring = await readHubKeys([await keyStatement(room.root, room.rootKey, { sequence: 0, keys })], room.root)
    expect(ring.generations[0]!.checkpoint.map(({ id }) => id)).toEqual([first.ed25519.id, first.sm2.id])
  })

  it('needs the operator root on every entry and a current key on each rotation', async () => {
    const keys = newHubKeys()
    await refused([...room.statements, await rotation(nextBody(keys), null)], /two signatures|operator root/)
    await refused([...room.statements, await rotation(nextBody(keys), first.p256)], /generation before/)
    await refused([...room.statements, await rotation(nextBody(keys), second.ed25519)], /generation before/)
    const stranger = await openRoom()
    await refused(
      [await keyStatement(stranger.root, stranger.rootKey, { sequence: 0, keys: keyList(keys) })],
      /operator root/,
    )
    await refused(
      [await keyStatement(room.root, stranger.rootKey, { sequence: 0, keys: keyList(keys) })],
      /does not verify/,
    )
    await stranger.close()
  })

  it('follows sequence and commitment', async () => {
    const keys = newHubKeys()
    await refused([await keyStatement(room.root, room.rootKey, { sequence: 1, keys: keyList(keys) })], /follow/)
    await refused([...room.statements, await rotation(nextBody(keys, { sequence: 3 }))], /follow/)
    await refused([...room.statements, await rotation(nextBody(keys, { previous: '00'.repeat(32) }))], /follow/)
  })

  it('takes keys by their algorithm, their id and in one order', async () => {
    const list = keyList(first)
    const genesis = async (keys: object[]) => [await keyStatement(room.root, room.rootKey, { sequence: 0, keys })]
    await refused(await genesis(list.toReversed()), /in this order/)
    await refused(await genesis(list.slice(1)), /in this order/)
    await refused(await genesis(list.slice(0, 2)), /in this order/)
    await refused(await genesis([{ ...list[0]!, id: list[1]!.id }, ...list.slice(1)]), /digest of its SPKI/)
    await refused(await genesis([{ ...list[0]!, alg: 'EdDSA' }, ...list.slice(1)]), /algorithm/)
    await refused(await genesis([{ ...list[0]!, more: 1 }, ...list.slice(1)]), /nothing covers/)
    await refused([], /no entry/)
  })
})

describe('after a compromise', () => {
  it('what the old keys signed up to the last good size stands, and nothing later', async () => {
    const third = newHubKeys()
    const good = await room.bundle(3)
    const statement = await keyStatement(
      room.root,
      room.rootKey,
      nextBody(third, { compromised: { lastGoodSize: 3 } }),
      second.p256,
    )
    room.rotate(third, statement)
    await room.enter(draftOf(room.bankA, {}))
    const ring = await readHubKeys(room.statements, room.root)
    expect(ring.limit([second.p256.id, second.sm2.id])).toBe(3)
    expect(ring.limit([third.p256.id])).toBe(Number.MAX_SAFE_INTEGER)
    expect(await verdictOf(await room.bundle(1))).toMatchObject({ verdict: 'verified' })
    expect(await verdictOf(await room.bundle(4))).toMatchObject({ verdict: 'verified' })
    expect(await verdictOf(await room.bundle(3))).toMatchObject({ verdict: 'refused', broken: { link: 'receipt' } })
    expect(await verdictOf(good)).toMatchObject({ verdict: 'verified' })
  })

  it('must replace every key', async () => {
    const keys = { ...newHubKeys(), ed25519: room.keys.ed25519 }
    const statement = await keyStatement(
      room.root,
      room.rootKey,
      nextBody(keys, { compromised: { lastGoodSize: 1 } }),
      room.keys.p256,
    )
    await expect(readHubKeys([...room.statements, statement], room.root)).rejects.toMatchObject({
      detail: expect.stringContaining('compromised key'),
    })
    expect(testKey('EdDSA').id).not.toBe(keys.ed25519.id)
  })
})
