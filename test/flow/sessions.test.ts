// Session answers over HTTP: who answers a challenge, for what, how often and how late.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import type { RefusalCode } from '../../src/hub/errors.ts'
import { toBase64url, toTime } from '../../src/hub/values/encoding.ts'
import { challengesOf, type Challenges, type Claims } from '../support/challenge.ts'
import { receivedOne } from '../support/consignment.ts'
import { expectRefused, expectTaken, post } from '../support/doors.ts'
import { caOf, fingerprintOf, paperOf, revoke } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'

const BANK = 'nanning-bank'
const MINUTE_MS = 60_000
let world: World
let bank: ClientIdentity
let at: Challenges
beforeAll(async () => {
  world = await openWorld()
  bank = world.party(BANK).identity
  at = challengesOf(world, bank)
})
afterAll(() => world.close())

describe('session answers', () => {
  it('a good one opens a session of fifteen minutes', async () => {
    const { status, body } = await at.open()
    expect(status).toBe(201)
    expect(body.party).toBe(bank.party)
    expect(Date.parse(body.until) - world.clock.now()).toBeGreaterThan(14 * MINUTE_MS)
    expect(Date.parse(body.until) - world.clock.now()).toBeLessThanOrEqual(15 * MINUTE_MS)
    expect((await at.withToken(body.token)).status).toBe(200)
  })
  it('works for SM2', async () => {
    expect((await at.open({}, world.party('guangxi-exporter').identity)).status).toBe(201)
  })
  it('replayed', async () => {
    const answer = await at.answerOf(bank, await at.claimsFor(bank))
    expect((await at.sessions({ answer })).status).toBe(201)
    expectRefused(await at.sessions({ answer }), 'SESSION_NONCE_USED')
  })
  it('replayed at the same moment: one of ten is taken', async () => {
    const answer = await at.answerOf(bank, await at.claimsFor(bank))
    const all = await Promise.all(Array.from({ length: 10 }, () => at.sessions({ answer })))
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const one of all) if (one.status !== 201) expectRefused(one, 'SESSION_NONCE_USED')
  })
  it('replayed under another signature of the same challenge', async () => {
    const claims = await at.claimsFor(bank)
    expect((await at.sessions({ answer: await at.answerOf(bank, claims) })).status).toBe(201)
    expectRefused(await at.sessions({ answer: await at.answerOf(bank, claims) }), 'SESSION_NONCE_USED')
  })
  it('replayed after a restart of the hub', async () => {
    const answer = await at.answerOf(bank, await at.claimsFor(bank))
    const { body } = await at.sessions({ answer })
    await world.restart()
    expectRefused(await at.sessions({ answer, certificates: bank.path.map(toBase64url) }), 'SESSION_NONCE_USED')
    // Of several processes one may start again without anybody noticing; a hub of one ends its sessions with itself.
    if (world.config.cluster) expect((await at.withToken(body.token)).status).toBe(200)
    else expectRefused(await at.withToken(body.token), 'SESSION_REQUIRED')
  })

  const FOREIGN: [string, () => Partial<Claims>, RefusalCode][] = [
    ['another hub', () => ({ hub: 'urn:hub:vn:operator:other' }), 'SESSION_FOREIGN'],
    ['another origin', () => ({ origin: 'https://other.example' }), 'SESSION_FOREIGN'],
    ['another party', () => ({ party: world.urn('second-bank') }), 'SESSION_FOREIGN'],
    ['another certificate', () => ({ certificate: '0'.repeat(64) }), 'SESSION_FOREIGN'],
    ['another purpose', () => ({ purpose: 'admin' }), 'SESSION_FOREIGN'],
    ['a challenge of nobody', () => ({ nonce: 'x.y.z' }), 'SESSION_NONCE_UNKNOWN'],
    ['a challenge without a key', () => ({ nonce: '' }), 'SESSION_NONCE_UNKNOWN'],
    [
      'stale: issued three minutes ago',
      () => ({ issued: toTime(world.clock.now() - 3 * MINUTE_MS) }),
      'SESSION_ANSWER_STALE',
    ],
    [
      'stale: issued three minutes ahead',
      () => ({ issued: toTime(world.clock.now() + 3 * MINUTE_MS) }),
      'SESSION_ANSWER_STALE',
    ],
    ['stale: issued at no time', () => ({ issued: 'now' }), 'SESSION_ANSWER_STALE'],
    ['a member more', () => ({ admin: true }) as object, 'SESSION_FOREIGN'],
    ['a member less', () => ({ purpose: undefined }), 'SESSION_FOREIGN'],
  ]
  it.each(FOREIGN)('%s', async (_name, change, code) => {
    expectRefused(await at.open(change()), code)
  })
  it('foreign: a challenge with its time moved', async () => {
    const { nonce } = (await at.sessions({})).body
    const [given, ...rest] = nonce.split('.')
    const moved = [String(Number(given) + MINUTE_MS).padStart(15, '0'), ...rest].join('.')
    expectRefused(await at.open({ nonce: moved }), 'SESSION_NONCE_UNKNOWN')
  })
  it('stale: a challenge answered after it has run out', async () => {
    const claims = await at.claimsFor(bank)
    world.clock.shiftMs = 3 * MINUTE_MS
    try {
      const answer = await at.answerOf(bank, { ...claims, issued: toTime(world.clock.now()) })
      expectRefused(await at.sessions({ answer }), 'SESSION_NONCE_UNKNOWN')
    } finally {
      world.clock.shiftMs = 0
    }
  })
  it('foreign: signed as a message and not as an answer', async () => {
    expectRefused(await at.open({}, bank, 'hub-message+jws'), 'SIGNATURE_TYPE_WRONG')
  })
  it('foreign: signed with another certificate of the same party than it names', async () => {
    const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
    expectRefused(await at.open({ certificate: fingerprintOf(bank.path[0]!) }, paper), 'SESSION_FOREIGN')
  })
  it('foreign: signed by another party in its name', async () => {
    const other = world.party('second-bank').identity
    expectRefused(await at.open({ party: bank.party }, other), 'SESSION_FOREIGN')
  })
  it('a wrong signature does not use up the challenge', async () => {
    const answer = await at.answerOf(bank, await at.claimsFor(bank))
    const [header, payload, signature] = answer.split('.') as [string, string, string]
    const wrong = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    expectRefused(await at.sessions({ answer: wrong }), 'SIGNATURE_INVALID')
    expect((await at.sessions({ answer })).status).toBe(201)
  })
  it('a revoked certificate', async () => {
    const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
    expectTaken(await revoke(world, paper))
    expectRefused(await at.open({}, paper), 'CERTIFICATE_REVOKED')
  })
  it.each<[string, string | Buffer, RefusalCode]>([
    ['duplicate key', '{"answer":"a","answer":"b"}', 'JSON_LOSSY'],
    ['no JSON', 'please', 'JSON_MALFORMED'],
    ['invalid UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'JSON_MALFORMED'],
    ['an unknown member', '{"token":"x"}', 'PARAMETER_INVALID'],
    ['certificates without an answer', '{"certificates":["AA"]}', 'PARAMETER_INVALID'],
    ['an answer that is no JWS', '{"answer":"one.two"}', 'ENCODING_NOT_CANONICAL'],
    ['a certificate that is none', '{"answer":"e30.e30.AA","certificates":["AA"]}', 'SESSION_FOREIGN'],
  ])('a request with %s', async (_name, body, code) => {
    expectRefused(await at.sessions(body), code)
  })
})

describe('what comes with an answer is not believed before it is proved', () => {
  const byFingerprint = async (identity: ClientIdentity) => {
    const by = { fingerprint: fingerprintOf(identity.path[0]!) }
    return post(
      world,
      BANK,
      await world.compose(BANK, receivedOne(world, bank.party), { signers: [{ signer: identity.signer, by }] }),
    )
  }
  it('certificates of a good answer are known by their fingerprint from then on, those of a bad one are not', async () => {
    const [good, bad] = [
      await paperOf(bank.party, caOf(world, 'cn-p256')),
      await paperOf(bank.party, caOf(world, 'th-p256')),
    ]
    expectRefused(await byFingerprint(good), 'CERTIFICATE_UNKNOWN')
    expect((await at.open({}, good)).status).toBe(201)
    expectTaken(await byFingerprint(good))
    expectRefused(await at.open({}, bad), 'CERTIFICATE_UNTRUSTED')
    expectRefused(await byFingerprint(bad), 'CERTIFICATE_UNKNOWN')
  })
  it('a stranger cannot put another path in the place of a known one', async () => {
    const victim = await paperOf(bank.party, caOf(world, 'cn-p256'))
    expect((await at.open({}, victim)).status).toBe(201)
    expectTaken(await byFingerprint(victim))
    const stranger = await paperOf('urn:hub:cn:bank:nobody', caOf(world, 'th-p256'))
    const path = [victim.path[0]!, stranger.path[0]!]
    const answer = await at.answerOf({ signer: stranger.signer, path }, await at.claimsFor({ party: bank.party, path }))
    expect((await at.sessions({ answer, certificates: path.map(toBase64url) })).status).toBeGreaterThanOrEqual(400)
    expectTaken(await byFingerprint(victim))
  })
  it('a certificate that is not strict DER', async () => {
    const answer = await at.answerOf(bank, await at.claimsFor(bank))
    const certificates = [toBase64url(Buffer.concat([bank.path[0]!, Buffer.alloc(1)]))]
    expectRefused(await at.sessions({ answer, certificates }), 'CERTIFICATE_MALFORMED')
  })
})
