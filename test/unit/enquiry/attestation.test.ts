// Attestations: what the hub has answered stands by its receipt keys alone, in one spelling, and nothing can be changed, added or taken away.
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Attestation,
  ATTESTATION_TYPE,
  attestationBytes,
  readAttestation,
  verifyAttestation,
} from '../../../src/hub/evidence/attestation.ts'
import {
  type AttestationFile,
  isAttestationFile,
  verifyAttestationFile,
} from '../../../src/hub/evidence/attestation-file.ts'
import { type KeyRing, readHubKeys } from '../../../src/hub/evidence/hub-keys.ts'
import { HubError, type RefusalCode } from '../../../src/hub/errors.ts'
import { compact, signJws } from '../../../src/hub/identity/jws.ts'
import { stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import { toBase64url } from '../../../src/hub/values/encoding.ts'
import {
  commitmentOf,
  HUB,
  JOURNAL,
  keyList,
  keyStatement,
  newHubKeys,
  openRoom,
  type Room,
  testKey,
} from '../evidence/hub-room.ts'

const said: Attestation = {
  v: 1,
  hub: HUB,
  journal: JOURNAL,
  epoch: 1,
  enquirer: 'urn:hub:cn:bank:example-a',
  enquiry: 'customs.declaration',
  version: 1,
  question: { entryId: '720720260000000001' },
  at: '2026-03-01T08:00:00.000Z',
  size: 20,
  verdict: 'yes',
  facts: { state: 'released' },
}
let room: Room
let ring: KeyRing
beforeAll(async () => {
  room = await openRoom()
  ring = await readHubKeys(room.statements, room.root)
})
afterAll(async () => {
  await room.close()
  await stopSm2Workers()
})

const signed = async (bytes: Buffer, key = room.keys.p256, typ = ATTESTATION_TYPE): Promise<string> =>
  compact(bytes, await signJws(bytes, typ, key.signer, { fingerprint: key.id }))
const both = (bytes = attestationBytes(said)): Promise<string[]> =>
  Promise.all([signed(bytes), signed(bytes, room.keys.sm2)])
const fileOf = (signatures: string[], more: object = {}): Buffer =>
  Buffer.from(
    JSON.stringify({
      v: 1,
      signatures,
      keys: room.statements,
      operatorRoot: toBase64url(room.root.der),
      ...more,
    } satisfies AttestationFile),
  )
const refusedWith = async (code: RefusalCode, signatures: string[]): Promise<void> => {
  const error: unknown = await verifyAttestation(signatures, ring).catch((one: unknown) => one)
  expect(error).toBeInstanceOf(HubError)
  expect((error as HubError).code).toBe(code)
}

describe('an attestation', () => {
  it('verifies in one suite and in both', async () => {
    const [p256, sm2] = (await both()) as [string, string]
    for (const signatures of [[p256], [sm2], [p256, sm2], [sm2, p256]])
      expect(await verifyAttestation(signatures, ring)).toEqual(said)
  })

  it('is refused unsigned, signed twice by one key, by a stranger, or by a key of the hub that is for checkpoints', async () => {
    const bytes = attestationBytes(said)
    const [p256] = (await both()) as [string]
    await refusedWith('SIGNATURE_MISSING', [])
    await refusedWith('CERTIFICATE_UNKNOWN', [p256, p256])
    await refusedWith('CERTIFICATE_UNKNOWN', [await signed(bytes, testKey('ES256'))])
    await refusedWith('CERTIFICATE_UNKNOWN', [p256, await signed(bytes, testKey('SM2SM3'))])
    await refusedWith('CERTIFICATE_UNKNOWN', [await signed(bytes, room.keys.ed25519)])
  })

  it('is refused if the signature was made for something else, or one of two is over other bytes', async () => {
    const [p256] = (await both()) as [string]
    const other = attestationBytes({ ...said, size: 21 })
    await refusedWith('SIGNATURE_TYPE_WRONG', [await signed(attestationBytes(said), room.keys.p256, 'hub-view+jws')])
    await refusedWith('SIGNATURE_INVALID', [p256, await signed(other, room.keys.sm2)])
    const [header, , signature] = p256.split('.') as [string, string, string]
    await refusedWith('SIGNATURE_INVALID', [`${header}.${toBase64url(other)}.${signature}`])
  })

  it.each([
    ['of another hub', { hub: 'urn:hub:vn:operator:other' }, 'OTHER_HUB'],
    ['with a verdict there is not', { verdict: 'maybe' }, 'ENVELOPE_MALFORMED'],
    ['that cannot tell and gives facts', { verdict: 'unknown' }, 'ENVELOPE_MALFORMED'],
    ['that says no without facts', { verdict: 'no', facts: undefined }, 'ENVELOPE_MALFORMED'],
    ['with a list for facts', { facts: [] }, 'ENVELOPE_MALFORMED'],
    ['with a size that is no number', { size: '20' }, 'ENVELOPE_MALFORMED'],
  ] as const)('%s is refused, whoever signed it', async (_what, change, code) => {
    await refusedWith(code, [await signed(attestationBytes({ ...said, ...change } as unknown as Attestation))])
  })

  it('in another spelling or with a member more is refused', async () => {
    const turned = Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(said).toReversed())))
    await refusedWith('ENVELOPE_MALFORMED', [await signed(turned)])
    await refusedWith('ENVELOPE_MALFORMED', [await signed(Buffer.from(JSON.stringify({ ...said, more: 1 })))])
    await refusedWith('ENVELOPE_MALFORMED', [await signed(Buffer.from(JSON.stringify(said, null, 1)))])
  })

  it('whatever bytes are signed, either is one in its one spelling or is refused by a code', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((one) => `{"v":1,"facts":${one}}`),
        ),
        async (text) => {
          try {
            const read = readAttestation(Buffer.from(text))
            expect(attestationBytes(read).toString()).toBe(text)
          } catch (error) {
            if (!(error instanceof HubError)) throw error
          }
        },
      ),
    )
  })
})

describe('the file of an attestation', () => {
  it('verifies offline with trust, and is unknown without it or with trust in another hub', async () => {
    const bytes = fileOf(await both())
    expect(isAttestationFile(bytes)).toBe(true)
    expect(await verifyAttestationFile(bytes, room.trust)).toMatchObject({ proof: 'verified', attestation: said })
    expect(await verifyAttestationFile(bytes)).toMatchObject({ proof: 'unknown', attestation: said })
    const other = await openRoom()
    // The other room is of the same name: its operator's root is another, which is not "cannot tell".
    expect(await verifyAttestationFile(bytes, other.trust)).toMatchObject({ proof: 'refused' })
    await other.close()
  })

  it.each([
    ['a member more', { more: 1 }],
    ['no keys', { keys: [] }],
    ['another version', { v: 2 }],
    ['an operator root that is none', { operatorRoot: 'AAAA' }],
    ['signatures that are none', { signatures: ['a.b.c'] }],
    ['a signature that is no text', { signatures: [1] }],
    ['too many signatures', { signatures: ['a', 'b', 'c', 'd', 'e'] }],
  ])('with %s is refused', async (_what, change) => {
    const proof = await verifyAttestationFile(fileOf(await both(), change), room.trust)
    expect(proof).toMatchObject({ proof: 'refused', reason: expect.any(String) })
    expect(proof).not.toHaveProperty('attestation')
  })

  it('no byte of it can be changed so that it says something else and is still verified', async () => {
    const good = fileOf([await signed(attestationBytes(said))])
    await fc.assert(
      fc.asyncProperty(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const bad = Buffer.from(good)
        bad[at] = bad[at]! ^ by
        const { proof, attestation } = await verifyAttestationFile(bad, room.trust)
        if (proof === 'verified') expect(attestation).toEqual(said)
      }),
      { numRuns: 150 },
    )
  })

  it('of a key that was compromised counts up to the last good size', async () => {
    const next = newHubKeys()
    const body = {
      sequence: 1,
      previous: commitmentOf(room.statements[0]!),
      keys: keyList(next),
      compromised: { lastGoodSize: 20 },
    }
    const keys = [...room.statements, await keyStatement(room.root, room.rootKey, body, room.keys.p256)]
    const at = async (size: number) =>
      verifyAttestationFile(fileOf(await both(attestationBytes({ ...said, size })), { keys }), room.trust)
    expect(await at(19)).toMatchObject({ proof: 'verified' })
    expect(await at(20)).toMatchObject({ proof: 'refused', reason: expect.stringContaining('no longer good') })
  })
})
