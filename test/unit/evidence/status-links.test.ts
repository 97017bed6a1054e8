// Answers of responders in a bundle: the hub itself cannot make one up, leave one out, or rest a status on the wrong one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Draft } from '../../../src/hub/journal/journal.ts'
import { verifyBundle } from '../../../src/hub/evidence/verify.ts'
import type { CertificateStatusEvidence } from '../../../src/hub/identity/suite.ts'
import { stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import { toTime } from '../../../src/hub/values/encoding.ts'
import { fingerprintOf } from '../../support/papers.ts'
import { bytesOf } from './bundle-cases.ts'
import { draftOf, NOW_MS, openRoom, type Room, testKey } from './hub-room.ts'

const DAY_MS = 86_400_000
let room: Room
beforeAll(async () => {
  room = await openRoom()
})
afterAll(async () => {
  await room.close()
  await stopSm2Workers()
})

/** Takes a message in as a hub that lies would: with this content in place of the true one, well covered by leaf and receipt. */
async function verdictOf(
  lie: (content: Draft['content']) => Partial<Draft['content']>,
  trust: 'given' | 'none' = 'given',
) {
  const draft = await draftOf(room.bankA, {})
  const [entered] = await room.enter(
    Promise.resolve({ ...draft, content: { ...draft.content, ...lie(draft.content) } }),
  )
  if (entered?.result !== 'appended') throw new Error('the message was not taken')
  const bundle = bytesOf(await room.bundle(entered.entry.index))
  return trust === 'given' ? verifyBundle(bundle, room.trust) : verifyBundle(bundle)
}

/** The SM2 certificate's status, changed, resting on another answer. */
const resting =
  (der: Buffer, change: Partial<CertificateStatusEvidence> = {}) =>
  ({ status }: Draft['content']) => ({
    responses: [der],
    status: status.with(2, { ...status[2]!, responseSha256: fingerprintOf(der), ...change }),
  })

const refused = (reason: RegExp, link = 'status') => ({
  verdict: 'refused',
  broken: { link, reason: expect.stringMatching(reason) },
})

describe('a status by a responder', () => {
  it('is proved by the answer under the CA of the path', async () => {
    expect(await verdictOf(() => ({}))).toMatchObject({ verdict: 'verified' })
  })
  it('is left open when nobody says whom to trust', async () => {
    const { verdict, links } = await verdictOf(() => ({}), 'none')
    expect(verdict).toBe('unknown')
    expect(links).toContainEqual({
      link: 'status',
      state: 'unchecked',
      detail: expect.stringContaining('no trust given'),
    })
  })
  it.each<[string, () => Promise<Buffer>, RegExp, Partial<CertificateStatusEvidence>?]>([
    ['revoked', () => room.bankA.says({ status: { revokedAtMs: NOW_MS } }), /said revoked/],
    ['unknown', () => room.bankA.says({ status: 'unknown' }), /said unknown/],
    ['about another certificate', () => room.bankB.says({}), /not about/],
    ['by somebody else', () => room.bankA.says({ signer: { ...somebody() } }), /was not signed by/],
    ['of other times', () => room.bankA.says({ thisUpdateMs: NOW_MS - DAY_MS }), /other times/],
    [
      'of yesterday',
      () => room.bankA.says({ thisUpdateMs: NOW_MS - 2 * DAY_MS, nextUpdateMs: NOW_MS - DAY_MS }),
      /relied on until/,
      {
        thisUpdate: toTime(NOW_MS - 2 * DAY_MS),
        producedAt: toTime(NOW_MS - 2 * DAY_MS),
        nextUpdate: toTime(NOW_MS - DAY_MS),
      },
    ],
    ['that is no answer', async () => Buffer.from('3000', 'hex'), /structure|DER/],
  ])('is broken by an answer %s', async (_name, answer, reason, change) => {
    expect(await verdictOf(resting(await answer(), change))).toMatchObject(refused(reason))
  })
  it('is stale with an old good answer', async () => {
    const times = { thisUpdateMs: NOW_MS - 2 * DAY_MS, nextUpdateMs: NOW_MS - DAY_MS }
    const said = { thisUpdate: toTime(times.thisUpdateMs), nextUpdate: toTime(times.nextUpdateMs) }
    const stale = { status: 'stale' as const, producedAt: said.thisUpdate, ...said }
    expect(await verdictOf(resting(await room.bankA.says(times), stale))).toMatchObject({ verdict: 'verified' })
    expect(await verdictOf(resting(room.bankA.answer, { status: 'stale' }))).toMatchObject(refused(/does not make/))
  })
  it('is broken without its answer, and by an answer that no status rests on', async () => {
    expect(await verdictOf(() => ({ responses: [] }))).toMatchObject({ verdict: 'refused' })
    const [first, second] = [room.bankA.answer, await room.bankA.says({ byKey: true })]
    expect(await verdictOf(() => ({ responses: [first, second] }))).toMatchObject(refused(/no status rests on/))
    expect(await verdictOf(() => ({ responses: [first, first] }))).toMatchObject(refused(/given twice/))
    const byRegister = ({ status }: Draft['content']) => ({
      status: status.with(2, { ...status[2]!, source: 'register' as const }),
    })
    expect(await verdictOf(byRegister)).toMatchObject(refused(/does not rest on/))
  })
})

/** A key that is not the CA's, under the CA's name. */
function somebody() {
  const { privateKey } = testKey('SM2SM3')
  return { certificateDer: room.bankA.caDer, privateKey }
}
