// The law of a validator: whatever its node says, a signature is over what the ledger has, or there is none, and every no has a code.
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Packet } from '../../../../src/crosschain/packet.ts'
import type { LedgerReader } from '../../../../src/crosschain/transport.ts'
import type { InclusionProof } from '../../../../src/crosschain/verifier.ts'
import { clearDesk, codeOf, createDesk, type Desk, openValidator } from './desk.ts'

let desk: Desk
let open: Awaited<ReturnType<typeof openValidator>>
let truth: string
beforeAll(async () => {
  desk = await createDesk()
  open = await openValidator(desk)
  await desk.source.send(desk.packet(1))
  truth = await desk.source.send(desk.packet(2))
  await desk.source.mine()
})
afterAll(async () => {
  await open.close()
  clearDesk(desk)
})

type Spoil = (bytes: Uint8Array) => Uint8Array
const spoil: fc.Arbitrary<Spoil> = fc.oneof(
  { weight: 12, arbitrary: fc.constant((bytes: Uint8Array) => bytes) },
  fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })).map(
    ([at, by]): Spoil =>
      (bytes) => {
        const changed = Buffer.from(bytes)
        if (changed.length > 0) changed[at % changed.length]! ^= by
        return changed
      },
  ),
  fc.nat().map(
    (at): Spoil =>
      (bytes) =>
        bytes.subarray(0, at % (bytes.length + 1)),
  ),
  fc.uint8Array({ maxLength: 8 }).map(
    (more): Spoil =>
      (bytes) =>
        Buffer.concat([bytes, more]),
  ),
  fc.uint8Array({ maxLength: 64 }).map(
    (other): Spoil =>
      () =>
        other,
  ),
)
const word = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const changes: fc.Arbitrary<Partial<Packet>> = fc.record(
  {
    lane: word,
    sequence: fc.oneof(fc.integer(), fc.double()),
    kind: fc.oneof(word, fc.string()),
    message: fc.oneof(word, fc.string()),
    sender: word,
    receiver: word,
    deadline: fc.oneof(fc.integer(), fc.double()),
    body: fc.uint8Array({ maxLength: 1100 }),
  },
  { requiredKeys: [] },
)
const spoilProof = (one: Spoil, { account, storage }: InclusionProof): InclusionProof => ({
  account: account.map(one),
  storage: storage.map(one),
})
const lies = fc.record({
  packet: fc.option(changes, { nil: undefined, freq: 1 }),
  height: fc.option(fc.integer({ min: -2, max: 6 }), { nil: undefined, freq: 1 }),
  head: fc.option(fc.integer({ min: -2, max: 6 }), { nil: undefined, freq: 1 }),
  header: spoil,
  proof: spoil,
  proofOf: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 3 })),
})

it('signs the truth or nothing', async () => {
  const { source } = desk
  const honest = source.honest()
  let signed = 0
  await fc.assert(
    fc.asyncProperty(lies, async ({ packet, height, head, header, proof, proofOf }) => {
      const told: Partial<LedgerReader> = {
        ...(head !== undefined && { head: async () => head }),
        sent: async (...given) => {
          const sent = await honest.sent(...given)
          return sent.map((one) => ({ packet: { ...one.packet, ...packet }, height: height ?? one.height }))
        },
        header: async (asked) => header(await honest.header(asked)),
        proof: async (place, asked) => {
          const got = await honest.proof({ ...place, number: proofOf || place.number }, asked)
          return { value: got.value, proof: spoilProof(proof, got.proof) }
        },
      }
      source.lies = told
      const asked = open.validator.attest({ lane: desk.lane, sequence: 2, act: 'deliver' })
      const code = await codeOf(asked)
      if (code !== undefined) return
      signed++
      expect((await asked).value).toBe(truth)
    }),
    { numRuns: 300 },
  )
  source.lies = {}
  expect((await open.validator.attest({ lane: desk.lane, sequence: 2, act: 'deliver' })).value).toBe(truth)
  // Both ways out were tried.
  expect(signed).toBeGreaterThan(0)
  expect(open.validator.state()).toMatchObject({ signed: 1, alarms: 0 })
})
