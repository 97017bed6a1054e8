// What the hub refuses because a signature does not hold: missing, wrong, of another purpose, suite, algorithm or range.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messageFile } from '../../src/client/compose.ts'
import { ORDER_P256 } from '../../src/hub/identity/suites/signature-form.ts'
import { fromBase64url, toBase64url } from '../../src/hub/values/encoding.ts'
import { declared } from '../support/consignment.ts'
import { BANK, deskOf, type Desk } from '../support/desk.ts'
import { expectRefused, expectTaken, post, signed } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'

const EXPORTER = 'guangxi-exporter'
let world: World
let desk: Desk
beforeAll(async () => {
  world = await openWorld()
  desk = deskOf(world)
})
afterAll(() => world.close())

describe('signatures', () => {
  it('missing signature', async () => {
    const file = { ...messageFile(await desk.composed()), signatures: [] }
    expectRefused(await post(world, BANK, file), 'SIGNATURE_MISSING')
  })

  it('wrong signature: one bit of it changed', async () => {
    const file = messageFile(await desk.composed())
    const raw = fromBase64url(file.signatures[0]!.signature, '')
    raw[40]! ^= 1
    file.signatures[0]!.signature = toBase64url(raw)
    expectRefused(await post(world, BANK, file), 'SIGNATURE_INVALID')
  })

  it('wrong signature: made over another envelope', async () => {
    const [one, other] = [messageFile(await desk.composed()), messageFile(await desk.composed())]
    expectRefused(await post(world, BANK, { ...one, signatures: other.signatures }), 'SIGNATURE_INVALID')
  })

  it('wrong signature: SM2', async () => {
    const message = await world.compose(EXPORTER, declared(world))
    const file = messageFile(message)
    const raw = fromBase64url(file.signatures[0]!.signature, '')
    raw[5]! ^= 1
    file.signatures[0]!.signature = toBase64url(raw)
    expectRefused(await post(world, EXPORTER, file), 'SIGNATURE_INVALID')
  })

  it('wrong signature: a second one does not verify, though the first does', async () => {
    const file = messageFile(await desk.composed())
    const other = messageFile(await desk.composed())
    const signatures = [...file.signatures, ...other.signatures]
    expectRefused(await post(world, BANK, { ...file, signatures }), 'SIGNATURE_INVALID')
  })

  it('signature made for another purpose', async () => {
    const { envelopeBytes, body } = await desk.composed()
    const file = await signed(desk.bank, envelopeBytes, body, 'hub-session+jws')
    expectRefused(await post(world, BANK, file), 'SIGNATURE_TYPE_WRONG')
  })

  it('signature of another party than the one it is from', async () => {
    const { envelopeBytes, body } = await desk.composed()
    const file = await signed(world.party('second-bank').identity, envelopeBytes, body)
    expectRefused(await post(world, BANK, file), 'PARTY_MISMATCH')
  })

  it('a required suite missing', async () => {
    const message = await desk.composed({ suites: ['ES256', 'EdDSA'] })
    const { detail } = expectRefused(await post(world, BANK, message), 'SUITE_MISSING').body
    expect(detail).toContain('EdDSA')
  })

  it.each(['EdDSA', 'PS256', 'SM2SM3', 'none', 'HS256'])('algorithm %s is not that of the key', async (alg) => {
    const { envelopeBytes, body } = await desk.composed()
    const signer = { alg: alg as 'EdDSA', sign: (bytes: Uint8Array) => desk.bank.signer.sign(bytes) }
    expectRefused(
      await post(world, BANK, await signed({ ...desk.bank, signer }, envelopeBytes, body)),
      'ALGORITHM_MISMATCH',
    )
  })
})

describe('range and form of signatures', () => {
  const numberOf = (bytes: Buffer) => BigInt(`0x${bytes.toString('hex')}`)
  const bytesOf = (n: bigint) => Buffer.from(n.toString(16).padStart(64, '0'), 'hex')
  const order = numberOf(ORDER_P256)
  async function withSignature(change: (raw: Buffer) => Buffer) {
    const file = messageFile(await desk.composed())
    const raw = fromBase64url(file.signatures[0]!.signature, '')
    file.signatures[0]!.signature = toBase64url(change(raw))
    return post(world, BANK, file)
  }
  const s = (raw: Buffer) => numberOf(raw.subarray(32))

  it('high-s ES256 is accepted', async () => {
    const answer = await withSignature((raw) => {
      const high = s(raw) > order / 2n ? s(raw) : order - s(raw)
      return Buffer.concat([raw.subarray(0, 32), bytesOf(high)])
    })
    expectTaken(answer)
  })
  it.each<[string, (raw: Buffer) => Buffer]>([
    ['s of zero', (raw) => Buffer.concat([raw.subarray(0, 32), Buffer.alloc(32)])],
    ['r of zero', (raw) => Buffer.concat([Buffer.alloc(32), raw.subarray(32)])],
    ['s of the order', (raw) => Buffer.concat([raw.subarray(0, 32), ORDER_P256])],
    ['one byte short', (raw) => raw.subarray(0, 63)],
    ['one byte long', (raw) => Buffer.concat([raw, Buffer.alloc(1)])],
    ['nothing', () => Buffer.alloc(0)],
  ])('ES256 with %s', async (_name, change) => {
    expectRefused(await withSignature(change), 'SIGNATURE_INVALID')
  })
})
