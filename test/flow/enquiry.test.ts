// Enquiries through the front door: what a bank is told before it lends, what nobody is told, and what the signed answer is worth.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { application, confirmation } from '../../src/client/demo/documents.ts'
import { enquire } from '../../src/client/enquiry.ts'
import { verifyAttestationFile } from '../../src/hub/evidence/attestation-file.ts'
import type { Attestation } from '../../src/hub/evidence/attestation.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { declared, financing, newDeclaration, releasedDeclaration } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS } from '../support/patience.ts'

let world: World
beforeAll(async () => void (world = await openWorld()))
afterAll(() => world.close())

const TOTAL = { amount: '320000.00', currency: 'USD' }
const shown = ({ tradeCoScc }: CustomsDeclaration, total = TOTAL) => ({ consignor: tradeCoScc, declared: total })
const about = (declaration: CustomsDeclaration, what: object = shown(declaration)) => ({
  enquiry: 'customs.declaration',
  v: 1,
  question: { entryId: declaration.entryId, shown: what },
})
const trust = (): Buffer => readFileSync(join(world.dir, 'sandbox', 'trust.json'))

async function told(
  folder: string,
  asked: ReturnType<typeof about> & { suites?: ('ES256' | 'SM2SM3')[] },
): Promise<Attestation> {
  const { proof } = await enquire(world.client(folder), asked, trust())
  expect(proof).toMatchObject({ proof: 'verified' })
  return proof.attestation!
}

const asks = (folder: string | undefined, body: object | string) =>
  ask(world, folder, '/v1/enquiries', { body: typeof body === 'string' ? body : JSON.stringify(body) })

const send = async (folder: string, what: Parameters<World['compose']>[1]) =>
  expectTaken(await post(world, folder, await world.compose(folder, what)))

const act = (kind: string, body: object) =>
  send('nanning-customs', { kind, to: [world.urn('guangxi-exporter'), world.urn('vietnam-customs')], body })

describe('a declaration shown to a bank', { timeout: LONG_MS }, () => {
  it('is genuine as soon as it is filed, and has a balance once it is released', async () => {
    const declaration = newDeclaration(world)
    const { body } = await send('guangxi-exporter', declared(world, declaration))
    const filed = await told('nanning-bank', about(declaration))
    expect(filed).toMatchObject({ verdict: 'yes', facts: { state: 'declared', version: 1, declared: TOTAL } })
    expect(filed.facts).toMatchObject({ entry: { index: body.index } })
    expect(filed.facts).not.toHaveProperty('remaining')
    expect(filed.size).toBeGreaterThan(body.index)

    const released = await releasedDeclaration(world)
    const { facts } = await told('hanoi-bank', about(released.declaration))
    expect(facts).toMatchObject({ state: 'released', remaining: TOTAL })
  })

  it('shows what another bank has left of it in the very next answer, and not who drew', async () => {
    const { declaration } = await releasedDeclaration(world)
    await send('nanning-bank', financing(world, declaration, 'ENQ-1', '256000.00'))
    const answer = await told('second-bank', about(declaration))
    expect(answer).toMatchObject({ verdict: 'yes', facts: { remaining: { amount: '64000.00', currency: 'USD' } } })
    expect(JSON.stringify(answer)).not.toContain(world.urn('nanning-bank'))
    await send('nanning-bank', { kind: 'tradefinance.financing', to: [], body: confirmation('ENQ-1') })
    await send('nanning-bank', {
      kind: 'tradefinance.financing',
      to: [],
      body: { act: 'repay', applicationId: 'ENQ-1' },
    })
    expect((await told('second-bank', about(declaration))).facts).toMatchObject({ remaining: TOTAL })
  })

  it('can be shown by the commitment of its message alone', async () => {
    const declaration = newDeclaration(world)
    const message = await world.compose('guangxi-exporter', declared(world, declaration))
    expectTaken(await post(world, 'guangxi-exporter', message))
    const messageCommitment = message.commitment.toString('hex')
    expect((await told('nanning-bank', about(declaration, { messageCommitment }))).facts).toMatchObject({
      declared: TOTAL,
      entry: { messageCommitment },
    })
    const other = { messageCommitment: '0'.repeat(64) }
    expect((await told('nanning-bank', about(declaration, other))).verdict).toBe('unknown')
  })

  it('is no longer good once customs has cancelled it, and says so', async () => {
    const { declaration } = await releasedDeclaration(world)
    const { entryId } = declaration
    await act('customs.cancellation', {
      entryId,
      cancelledAt: new Date(world.clock.now()).toISOString(),
      reason: 'withdrawn',
    })
    expect(await told('nanning-bank', about(declaration))).toMatchObject({
      verdict: 'no',
      facts: { state: 'cancelled', reason: 'cancelled' },
    })
  })

  it('is not what stands once its total has been amended; the amended total is', async () => {
    const { declaration } = await releasedDeclaration(world)
    const after = { amount: '300000.00', currency: 'USD' }
    await act('customs.amendment', {
      entryId: declaration.entryId,
      version: 2,
      reason: 'short shipment',
      newTotal: after,
      changes: [{ path: '/items/0/gQty', from: '3200', to: '3000' }],
    })
    expect(await told('nanning-bank', about(declaration))).toMatchObject({
      verdict: 'no',
      facts: { version: 2, reason: 'amended' },
    })
    expect(await told('nanning-bank', about(declaration, shown(declaration, after)))).toMatchObject({
      verdict: 'yes',
      facts: { version: 2, declared: after, remaining: after },
    })
  })

  it('cannot be told any more when its content has been erased', async () => {
    const { declaration, index } = await releasedDeclaration(world)
    await send('hub-operator', { kind: 'hub.erasure', to: [], body: { index, ground: 'retention ended' } })
    expect(await told('nanning-bank', about(declaration))).not.toHaveProperty('facts')
  })
})

describe('what nobody is told', { timeout: LONG_MS }, () => {
  it('whether a number exists: wrong facts and an unknown number get answers of one form', async () => {
    const { declaration } = await releasedDeclaration(world)
    const never = newDeclaration(world)
    const wrong = [
      about(declaration, shown(declaration, { amount: '320000.01', currency: 'USD' })),
      about(declaration, shown(declaration, { amount: '320000.00', currency: 'CNY' })),
      about(declaration, { ...shown(declaration), consignor: '91450600MA5GARXA2L' }),
      about(never),
    ]
    for (const asked of wrong) {
      const { question: _question, at: _at, size: _size, ...answer } = await told('bangkok-bank', asked)
      expect(answer).toEqual({
        v: 1,
        hub: world.party('bangkok-bank').card.hub,
        journal: world.hub.house.journal.urn,
        epoch: 1,
        enquirer: world.urn('bangkok-bank'),
        enquiry: 'customs.declaration',
        version: 1,
        verdict: 'unknown',
      })
    }
  })

  it('more than five wrong guesses at one number, not even the right one, also not sent all at once', async () => {
    const { declaration } = await releasedDeclaration(world)
    const guesses = Array.from({ length: 20 }, (_, n) =>
      about(declaration, shown(declaration, { ...TOTAL, amount: `${n + 1}.00` })),
    )
    const answers = await Promise.all(guesses.map((guess) => asks('hanoi-bank', guess)))
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThan(20)
    expectRefused(await asks('hanoi-bank', about(declaration)), 'ENQUIRY_QUOTA')
    // Others, and other numbers, are not held up; neither is the guesser a day later.
    expect((await told('nanning-bank', about(declaration))).verdict).toBe('yes')
    const { declaration: another } = await releasedDeclaration(world)
    expect((await told('hanoi-bank', about(another))).verdict).toBe('yes')
  })

  it('remembers the guesses over a restart', async () => {
    const { declaration } = await releasedDeclaration(world)
    for (let n = 0; n < 5; n++)
      await told('second-bank', about(declaration, shown(declaration, { ...TOTAL, amount: `${n + 1}.00` })))
    await world.restart()
    expectRefused(await asks('second-bank', about(declaration)), 'ENQUIRY_QUOTA')
  })

  it('is told to no trader, no customs and no stranger', async () => {
    const { declaration } = await releasedDeclaration(world)
    expectRefused(await asks('guangxi-exporter', about(declaration)), 'READ_NOT_PERMITTED')
    expectRefused(await asks('vietnam-customs', about(declaration)), 'READ_NOT_PERMITTED')
    expectRefused(await asks(undefined, about(declaration)), 'SESSION_REQUIRED')
    expect((await told('customs-supervision', about(declaration))).verdict).toBe('yes')
  })
})

describe('the request', () => {
  const good = about({ entryId: '720120260000000031', tradeCoScc: '91450100MA5EXAMP19' } as CustomsDeclaration)

  it.each([
    ['no JSON', 'x', 'JSON_MALFORMED'],
    ['a key twice', '{"enquiry":"a","enquiry":"b"}', 'JSON_LOSSY'],
    ['an unknown member', { ...good, more: 1 }, 'PARAMETER_INVALID'],
    ['another enquiry', { ...good, enquiry: 'customs.release' }, 'PARAMETER_INVALID'],
    ['another version', { ...good, v: 2 }, 'PARAMETER_INVALID'],
    ['a suite the hub does not have', { ...good, suites: ['EdDSA'] }, 'PARAMETER_INVALID'],
    ['a suite there is not', { ...good, suites: ['RS256'] }, 'PARAMETER_INVALID'],
    ['nothing shown', { ...good, question: { entryId: good.question.entryId } }, 'FINDINGS'],
    [
      'both ways of showing',
      { ...good, question: { ...good.question, shown: { ...good.question.shown, messageCommitment: '0'.repeat(64) } } },
      'FINDINGS',
    ],
    ['a number that is none', { ...good, question: { ...good.question, entryId: '1' } }, 'FINDINGS'],
    [
      'a consignor that is none',
      { ...good, question: { ...good.question, shown: { ...good.question.shown, consignor: '1' } } },
      'FINDINGS',
    ],
    [
      'a negative total',
      {
        ...good,
        question: { ...good.question, shown: { ...good.question.shown, declared: { amount: '-1', currency: 'USD' } } },
      },
      'FINDINGS',
    ],
    ['more than 16 KiB', 'x'.repeat(17_000), 'TOO_LARGE'],
  ] as const)('is refused with %s', async (_what, body, code) => {
    expectRefused(await asks('nanning-bank', body), code)
  })

  it('can learn which enquiries there are, without a session', async () => {
    const { body } = await ask(world, undefined, '/v1/enquiries')
    const { enquiries } = body as unknown as { enquiries: { name: string }[] }
    expect(enquiries.find(({ name }) => name === 'customs.declaration')).toMatchObject({
      version: 1,
      askers: ['bank', 'regulator'],
    })
  })
})

describe('the answer as a file', { timeout: LONG_MS }, () => {
  it('is signed in both suites when asked, and verifies offline by the trust file alone', async () => {
    const { declaration } = await releasedDeclaration(world)
    const asked = { ...about(declaration), suites: ['ES256', 'SM2SM3'] as ('ES256' | 'SM2SM3')[] }
    const { bytes } = await enquire(world.client('nanning-bank'), asked, trust())
    expect((JSON.parse(bytes.toString()) as { signatures: string[] }).signatures).toHaveLength(2)
    expect(await verifyAttestationFile(bytes, trust())).toMatchObject({
      proof: 'verified',
      attestation: { verdict: 'yes' },
    })
    expect(await verifyAttestationFile(bytes)).toMatchObject({ proof: 'unknown' })
  })

  it('is the same to everybody: application, release and enquiry agree on what is left', async () => {
    const { declaration } = await releasedDeclaration(world)
    const body = application(declaration, { applicationId: 'ENQ-ALL', ...TOTAL }, world.clock.now())
    await send('nanning-bank', { kind: 'tradefinance.financing', to: [], body })
    expect((await told('second-bank', about(declaration))).facts).toMatchObject({
      remaining: { amount: '0.00', currency: 'USD' },
    })
  })
})
