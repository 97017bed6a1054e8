// The same message again: the first receipt again, whatever has changed since. A retry is never a second entry and never a surprise.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { messageFile } from '../../src/client/compose.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { declared, financing, receivedOne, releasedDeclaration } from '../support/consignment.ts'
import { expectRefused, expectTaken, post, postHeader, compactOf, said, signed } from '../support/doors.ts'
import { caOf, DAY_MS, paperOf, revoke } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'

const BANK = 'nanning-bank'
const EXPORTER = 'guangxi-exporter'
let world: World
let bank: ClientIdentity
beforeAll(async () => {
  world = await openWorld()
  bank = world.party(BANK).identity
})
afterAll(() => world.close())
const size = () => world.hub.house.journal.size()
/** Refusals in the journal; beside them the hub may write an alert at any time. */
const refusals = async () =>
  (await world.hub.house.journal.read(0, 10_000)).filter(({ kind }) => kind === 'hub.refusal').length

describe('a duplicate', () => {
  it('gets 200 and the same receipt payload, in either form', async () => {
    const file = messageFile(await world.compose(EXPORTER, declared(world)))
    const first = expectTaken(await post(world, EXPORTER, file))
    const before = size()
    const again = expectTaken(await post(world, EXPORTER, file), 200)
    const body = Buffer.from(file.body, 'base64url')
    const inHeader = expectTaken(await postHeader(world, EXPORTER, compactOf(file), body), 200)
    for (const { body } of [again, inHeader]) {
      expect(body.index).toBe(first.body.index)
      expect(body.receipt.payload).toBe(first.body.receipt.payload)
    }
    expect(size()).toBe(before)
  })
  it('sent ten times at once is one entry', async () => {
    const file = messageFile(await world.compose(EXPORTER, declared(world)))
    const before = size()
    const answers = await Promise.all(Array.from({ length: 10 }, () => post(world, EXPORTER, file)))
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 9 }, () => 200), 201])
    expect(new Set(answers.map(({ body }) => body.receipt.payload)).size).toBe(1)
    expect(size()).toBe(before + 1)
  })
  it('is one of ten that come at once under one id with other bytes: one is taken, nine are told so', async () => {
    const { id } = (await world.compose(EXPORTER, declared(world))).envelope
    const all = await Promise.all(Array.from({ length: 10 }, () => world.compose(EXPORTER, { ...declared(world), id })))
    const answers = await Promise.all(all.map((message) => post(world, EXPORTER, message)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const answer of answers) if (answer.status !== 201) expectRefused(answer, 'MESSAGE_ID_REUSED')
  })
  it('gets the same after a restart, with its certificate revoked and its time long past', async () => {
    const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
    const { envelopeBytes, body } = await world.compose(BANK, {
      ...receivedOne(world, bank.party),
      expiresMs: world.clock.now() + 60_000,
    })
    const file = await signed(paper, envelopeBytes, body)
    const first = expectTaken(await post(world, BANK, file))
    const same = async () =>
      expect(expectTaken(await post(world, BANK, file), 200).body.receipt.payload).toBe(first.body.receipt.payload)
    await same()
    await world.restart()
    await same()
    expectTaken(await revoke(world, paper))
    await same()
    world.clock.shiftMs = 3 * DAY_MS
    try {
      await world.restart()
      await same()
      const late = await world.compose(BANK, { ...receivedOne(world, bank.party), createdMs: Date.now() })
      expectRefused(await post(world, BANK, late), 'CREATED_TOO_LONG_AGO')
    } finally {
      world.clock.shiftMs = 0
      await world.restart()
    }
    await same()
  })
  it('is the same envelope under another good signature', async () => {
    const { envelopeBytes, body } = await world.compose(BANK, receivedOne(world, bank.party))
    const [one, other] = [await signed(bank, envelopeBytes, body), await signed(bank, envelopeBytes, body)]
    expect(one.signatures).not.toEqual(other.signatures)
    const first = expectTaken(await post(world, BANK, one))
    expect(expectTaken(await post(world, BANK, other), 200).body.receipt.payload).toBe(first.body.receipt.payload)
  })
  it('is not the same envelope under a wrong signature', async () => {
    const [one, other] = await Promise.all([1, 2].map(() => world.compose(BANK, receivedOne(world, bank.party))))
    expectTaken(await post(world, BANK, one!))
    const forged = { ...messageFile(one!), signatures: messageFile(other!).signatures }
    expectRefused(await post(world, BANK, forged), 'SIGNATURE_INVALID')
  })
  it('is not the same envelope with another body', async () => {
    const file = messageFile(await world.compose(BANK, receivedOne(world, bank.party)))
    expectTaken(await post(world, BANK, file))
    const other = Buffer.from(JSON.stringify({ ...receivedOne(world, bank.party).body, to: 2 })).toString('base64url')
    expectRefused(await post(world, BANK, { ...file, body: other }), 'BODY_DIGEST_MISMATCH')
  })
  it('says of itself what the receipt of the first said', async () => {
    const message = await world.compose(EXPORTER, declared(world))
    const first = expectTaken(await post(world, EXPORTER, message))
    expect(said(first)).toMatchObject({
      hub: message.envelope.hub,
      journal: `${message.envelope.hub}:journal`,
      index: first.body.index,
      messageCommitment: message.commitment.toString('hex'),
      outcome: 'accepted',
    })
  })
})

describe('a refusal by a head', () => {
  it('is journaled once and answered the same, also after a restart, until the head has moved', async () => {
    const { declaration } = await releasedDeclaration(world)
    const send = async (folder: string, id: string) => {
      const message = await world.compose(folder, financing(world, declaration, id))
      return { message, answer: await post(world, folder, message) }
    }
    const first = await send(BANK, 'REPAID-1')
    expectTaken(first.answer)
    const second = await send('second-bank', 'REFUSED-1')
    const refused = expectRefused(second.answer, 'BALANCE_INSUFFICIENT').body
    expect(said(second.answer)).toMatchObject({
      outcome: 'refused',
      index: refused.refusal!.index,
      messageCommitment: second.message.commitment.toString('hex'),
    })
    const before = await refusals()
    const same = async () => {
      const again = expectRefused(await post(world, 'second-bank', second.message), 'BALANCE_INSUFFICIENT').body
      expect(again.refusal).toEqual(refused.refusal)
      expect(again.receipt.payload).toBe(refused.receipt.payload)
    }
    await same()
    await world.restart()
    await same()
    expect(await refusals()).toBe(before)
    const act = (body: object) => world.compose(BANK, { kind: 'tradefinance.financing', to: [], body })
    expectTaken(await post(world, BANK, await act({ act: 'confirm', applicationId: 'REPAID-1' })))
    expectTaken(await post(world, BANK, await act({ act: 'repay', applicationId: 'REPAID-1' })))
    // The id was not used up: the same bytes are judged anew and taken.
    expectTaken(await post(world, 'second-bank', second.message))
    expectTaken(await post(world, 'second-bank', second.message), 200)
  })
  it('"cannot tell" is said as such', async () => {
    const { declaration } = await releasedDeclaration(world)
    const never = { ...declaration, entryId: declaration.entryId.replace(/\d{3}$/, '999') }
    const answer = await post(world, BANK, await world.compose(BANK, financing(world, never, 'NEVER-1')))
    expect(expectRefused(answer, 'NOT_KNOWN_HERE').body.verdict).toBe('unknown')
    expect(said(answer)).toMatchObject({ outcome: 'unknown' })
  })
})
