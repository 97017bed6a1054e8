// New keys of the hub while it runs: evidence made before and after verifies, and nobody but the operator's root can bring them in.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MessageSigner } from '../../src/client/compose.ts'
import { derOf } from '../../src/client/party-folder.ts'
import { makeHubKeys, type HubKey } from '../../src/client/sandbox/hub-keys.ts'
import { verifyBundle } from '../../src/hub/evidence/verify.ts'
import { toBase64url } from '../../src/hub/values/encoding.ts'
import { declared } from '../support/consignment.ts'
import { expectRefused, expectTaken, post } from '../support/doors.ts'
import { openWorld, signerOf, type World } from '../support/world.ts'

const EXPORTER = 'guangxi-exporter'
const OPERATOR = 'hub-operator'
let world: World
let previous: string
let root: MessageSigner
let receiptKey: MessageSigner
beforeAll(async () => {
  world = await openWorld()
  const sandbox = join(world.dir, 'sandbox')
  const operator = join(sandbox, 'operator')
  root = {
    signer: signerOf(join(operator, 'root.key.pem')),
    by: { path: [derOf(readFileSync(join(operator, 'root.pem'), 'utf8'))] },
  }
  const old = signerOf(join(sandbox, 'keys', 'receipt-p256.pem'))
  receiptKey = { signer: old, by: { fingerprint: idOf(old.publicKey.spkiDer) } }
  const genesis = JSON.parse(readFileSync(join(sandbox, 'hub.key.json'), 'utf8')) as { payload: string }
  previous = commitmentOf(Buffer.from(genesis.payload, 'base64url'))
})
afterAll(() => world.close())

const idOf = (spkiDer: Buffer): string => createHash('sha256').update(spkiDer).digest('hex')
const commitmentOf = (envelope: Buffer): string =>
  createHash('sha256').update('beibu-hub/message/v1\n').update(envelope).digest('hex')
const putIntoFolder = (keys: readonly HubKey[], name: string): void => {
  for (const { file, pem } of keys) writeFileSync(join(world.config.keys, `${name}-${file}`), pem, { mode: 0o600 })
}

/** The statement that brings in new keys, signed by whom it is said. */
async function statement(keys: readonly HubKey[], signers: MessageSigner[], change: object = {}) {
  const { hub } = world.party(OPERATOR).card
  const body = {
    sequence: 1,
    previous,
    keys: keys.map(({ use, alg, spkiDer }) => ({ use, alg, spki: toBase64url(spkiDer), id: idOf(spkiDer) })),
    ...change,
  }
  return world.compose(OPERATOR, { kind: 'hub.key', from: hub, body, suites: ['ES256'] }, { signers })
}

async function declare(): Promise<number> {
  const message = await world.compose(EXPORTER, declared(world))
  return expectTaken(await post(world, EXPORTER, message)).body.index
}
const bundleOf = (index: number) => world.client(EXPORTER).bundle(index)
const trust = () => readFileSync(join(world.dir, 'sandbox', 'trust.json'))
const verdictOf = async (bundle: Buffer) => {
  const { verdict, broken } = await verifyBundle(bundle, trust())
  return broken ?? verdict
}
/** Ids of the keys that signed a receipt. */
const receiptKeysOf = (bundle: Buffer): string[] =>
  (JSON.parse(bundle.toString()) as { receipt: { signatures: string[] } }).receipt.signatures.map((jws) => {
    const header = JSON.parse(Buffer.from(jws.split('.')[0]!, 'base64url').toString()) as Record<string, string>
    return Buffer.from(header['x5t#S256']!, 'base64url').toString('hex')
  })

describe('hub.key is refused', () => {
  it('when the hub does not hold a key it names: each is a finding', async () => {
    const { body } = expectRefused(
      await post(world, OPERATOR, await statement(makeHubKeys(), [root, receiptKey])),
      'FINDINGS',
    )
    expect(body.findings!.map(({ code, path }) => [code, path])).toEqual(
      [0, 1, 2].map((n) => ['KEY_NOT_HELD', `/keys/${n}`]),
    )
  })
  it('when it does not follow the one before', async () => {
    const keys = makeHubKeys()
    for (const change of [{ sequence: 2 }, { sequence: 0 }, { previous: '0'.repeat(64) }])
      expectRefused(
        await post(world, OPERATOR, await statement(keys, [root, receiptKey], change)),
        'ENVELOPE_MALFORMED',
      )
  })
  it('without the operator\u2019s root, and without a key of the hub before', async () => {
    const keys = makeHubKeys()
    const { signer, path } = world.party(OPERATOR).identity
    const desk = { signer, by: { path: [...path] } }
    for (const signers of [[root], [receiptKey], [receiptKey, root], [desk, receiptKey], [root, desk]]) {
      const answer = await post(world, OPERATOR, await statement(keys, signers))
      expect([400, 401, 403]).toContain(answer.status)
      expectRefused(answer, answer.body.code as 'SIGNATURE_INVALID')
    }
  })
  it('from anybody but the operator\u2019s own party', async () => {
    const keys = makeHubKeys()
    putIntoFolder(keys, 'stranger')
    const message = await statement(keys, [root, receiptKey])
    for (const folder of [EXPORTER, 'fx-supervision', 'cn-register-office'])
      expectRefused(await post(world, folder, message), 'PARTY_MISMATCH')
  })
})

describe('rotation', () => {
  it('a bundle made before verifies after, one made after verifies, and so after a restart', async () => {
    const before = await declare()
    const old = await bundleOf(before)
    expect(await verdictOf(old)).toBe('verified')

    const keys = makeHubKeys()
    putIntoFolder(keys, 'second')
    const message = await statement(keys, [root, receiptKey])
    const rotated = expectTaken(await post(world, OPERATOR, message))
    const after = await declare()
    expect(after).toBe(rotated.body.index + 1)
    const fresh = await bundleOf(after)
    const ids = keys.filter(({ use }) => use === 'receipt').map(({ spkiDer }) => idOf(spkiDer))
    expect(receiptKeysOf(fresh)).toEqual(ids)
    expect(receiptKeysOf(old)).not.toEqual(ids)

    const all = async () => {
      const remade = await bundleOf(before)
      expect(receiptKeysOf(remade)).toEqual(receiptKeysOf(old))
      for (const bundle of [old, remade, fresh, await bundleOf(after)]) expect(await verdictOf(bundle)).toBe('verified')
    }
    await all()
    await world.restart()
    await all()
    expectTaken(await post(world, OPERATOR, message), 200)
    expect(receiptKeysOf(await bundleOf(await declare()))).toEqual(ids)
  })
})
