// Sessions over HTTP: who answers a challenge, for what, how often and how late; and what a session may submit.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { nationalCa } from '../../src/client/sandbox/certificates.ts'
import type { RefusalCode } from '../../src/hub/errors.ts'
import { compact, signJws } from '../../src/hub/identity/jws.ts'
import { sqliteCursors } from '../../src/hub/journal/sqlite-views.ts'
import { toBase64url, toTime } from '../../src/hub/values/encoding.ts'
import { declared, receivedOne } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, MESSAGE_FILE, post, type Answer } from '../support/doors.ts'
import { caOf, enter, fingerprintOf, listOf, paperOf, revoke } from '../support/papers.ts'
import { messageFile, openWorld, type World } from '../support/world.ts'

const BANK = 'nanning-bank'
const MINUTE_MS = 60_000
let world: World
let bank: ClientIdentity
beforeAll(async () => {
  world = await openWorld()
  bank = world.party(BANK).identity
})
afterAll(() => world.close())

/** Something that happens once. */
class Signal {
  armed = false
  fire = (): void => undefined
  readonly fired = new Promise<void>((resolve) => (this.fire = resolve))
}

type Claims = Record<'hub' | 'origin' | 'party' | 'certificate' | 'nonce' | 'issued' | 'purpose', unknown>
interface Opened extends Answer {
  body: Answer['body'] & { token: string; nonce: string; hub: string; origin: string; party: string; until: string }
}

const sessions = (body: object | string | Buffer) =>
  ask(world, undefined, '/v1/sessions', {
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  }) as Promise<Opened>

async function claimsFor(
  identity: Pick<ClientIdentity, 'party' | 'path'>,
  change: Partial<Claims> = {},
): Promise<Claims> {
  const { nonce, hub, origin } = (await sessions({})).body
  const certificate = fingerprintOf(identity.path[0]!)
  const issued = toTime(world.clock.now())
  return { hub, origin, party: identity.party, certificate, nonce, issued, purpose: 'api', ...change }
}

async function answerOf(identity: Pick<ClientIdentity, 'signer' | 'path'>, claims: object, typ = 'hub-session+jws') {
  const payload = Buffer.from(JSON.stringify(claims))
  const by = { fingerprint: fingerprintOf(identity.path[0]!) }
  return compact(payload, await signJws(payload, typ, identity.signer, by))
}

/** Answers a fresh challenge of the hub, wrong in what `change` says. */
async function open(change: Partial<Claims> = {}, identity: ClientIdentity = bank, typ?: string): Promise<Opened> {
  const answer = await answerOf(identity, await claimsFor(identity, change), typ)
  return sessions({ answer, certificates: identity.path.map(toBase64url) })
}

const withToken = (token: string, path = '/v1/feed') =>
  fetch(world.url + path, { headers: { authorization: `Bearer ${token}` } }).then(async (response) => ({
    status: response.status,
    headers: response.headers,
    body: JSON.parse(await response.text()) as Answer['body'],
  }))

describe('session answers', () => {
  it('a good one opens a session of fifteen minutes', async () => {
    const { status, body } = await open()
    expect(status).toBe(201)
    expect(body.party).toBe(bank.party)
    expect(Date.parse(body.until) - world.clock.now()).toBeGreaterThan(14 * MINUTE_MS)
    expect(Date.parse(body.until) - world.clock.now()).toBeLessThanOrEqual(15 * MINUTE_MS)
    expect((await withToken(body.token)).status).toBe(200)
  })
  it('works for SM2', async () => {
    expect((await open({}, world.party('guangxi-exporter').identity)).status).toBe(201)
  })
  it('replayed', async () => {
    const answer = await answerOf(bank, await claimsFor(bank))
    expect((await sessions({ answer })).status).toBe(201)
    expectRefused(await sessions({ answer }), 'SESSION_NONCE_USED')
  })
  it('replayed at the same moment: one of ten is taken', async () => {
    const answer = await answerOf(bank, await claimsFor(bank))
    const all = await Promise.all(Array.from({ length: 10 }, () => sessions({ answer })))
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const one of all) if (one.status !== 201) expectRefused(one, 'SESSION_NONCE_USED')
  })
  it('replayed under another signature of the same challenge', async () => {
    const claims = await claimsFor(bank)
    expect((await sessions({ answer: await answerOf(bank, claims) })).status).toBe(201)
    expectRefused(await sessions({ answer: await answerOf(bank, claims) }), 'SESSION_NONCE_USED')
  })
  it('replayed after a restart of the hub', async () => {
    const answer = await answerOf(bank, await claimsFor(bank))
    const { body } = await sessions({ answer })
    await world.restart()
    expectRefused(await sessions({ answer, certificates: bank.path.map(toBase64url) }), 'SESSION_NONCE_USED')
    expectRefused(await withToken(body.token), 'SESSION_REQUIRED')
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
    expectRefused(await open(change()), code)
  })
  it('foreign: a challenge with its time moved', async () => {
    const { nonce } = (await sessions({})).body
    const [at, ...rest] = nonce.split('.')
    const moved = [String(Number(at) + MINUTE_MS).padStart(15, '0'), ...rest].join('.')
    expectRefused(await open({ nonce: moved }), 'SESSION_NONCE_UNKNOWN')
  })
  it('stale: a challenge answered after it has run out', async () => {
    const claims = await claimsFor(bank)
    world.clock.shiftMs = 3 * MINUTE_MS
    try {
      const answer = await answerOf(bank, { ...claims, issued: toTime(world.clock.now()) })
      expectRefused(await sessions({ answer }), 'SESSION_NONCE_UNKNOWN')
    } finally {
      world.clock.shiftMs = 0
    }
  })
  it('foreign: signed as a message and not as an answer', async () => {
    expectRefused(await open({}, bank, 'hub-message+jws'), 'SIGNATURE_TYPE_WRONG')
  })
  it('foreign: signed with another certificate of the same party than it names', async () => {
    const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
    expectRefused(await open({ certificate: fingerprintOf(bank.path[0]!) }, paper), 'SESSION_FOREIGN')
  })
  it('foreign: signed by another party in its name', async () => {
    const other = world.party('second-bank').identity
    expectRefused(await open({ party: bank.party }, other), 'SESSION_FOREIGN')
  })
  it('a wrong signature does not use up the challenge', async () => {
    const answer = await answerOf(bank, await claimsFor(bank))
    const [header, payload, signature] = answer.split('.') as [string, string, string]
    const wrong = `${header}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
    expectRefused(await sessions({ answer: wrong }), 'SIGNATURE_INVALID')
    expect((await sessions({ answer })).status).toBe(201)
  })
  it('a revoked certificate', async () => {
    const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
    expectTaken(await revoke(world, paper))
    expectRefused(await open({}, paper), 'CERTIFICATE_REVOKED')
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
    expectRefused(await sessions(body), code)
  })
})

describe('what comes with an answer is not believed before it is proved', () => {
  const byFingerprint = async (identity: ClientIdentity) => {
    const by = { fingerprint: fingerprintOf(identity.path[0]!) }
    return post(
      world,
      BANK,
      await world.compose(BANK, receivedOne(bank.party), { signers: [{ signer: identity.signer, by }] }),
    )
  }
  it('certificates of a good answer are known by their fingerprint from then on, those of a bad one are not', async () => {
    const [good, bad] = [
      await paperOf(bank.party, caOf(world, 'cn-p256')),
      await paperOf(bank.party, caOf(world, 'th-p256')),
    ]
    expectRefused(await byFingerprint(good), 'CERTIFICATE_UNKNOWN')
    expect((await open({}, good)).status).toBe(201)
    expectTaken(await byFingerprint(good))
    expectRefused(await open({}, bad), 'CERTIFICATE_UNTRUSTED')
    expectRefused(await byFingerprint(bad), 'CERTIFICATE_UNKNOWN')
  })
  it('a stranger cannot put another path in the place of a known one', async () => {
    const victim = await paperOf(bank.party, caOf(world, 'cn-p256'))
    expect((await open({}, victim)).status).toBe(201)
    expectTaken(await byFingerprint(victim))
    const stranger = await paperOf('urn:hub:cn:bank:nobody', caOf(world, 'th-p256'))
    const path = [victim.path[0]!, stranger.path[0]!]
    const answer = await answerOf({ signer: stranger.signer, path }, await claimsFor({ party: bank.party, path }))
    expect((await sessions({ answer, certificates: path.map(toBase64url) })).status).toBeGreaterThanOrEqual(400)
    expectTaken(await byFingerprint(victim))
  })
  it('a certificate that is not strict DER', async () => {
    const answer = await answerOf(bank, await claimsFor(bank))
    const certificates = [toBase64url(Buffer.concat([bank.path[0]!, Buffer.alloc(1)]))]
    expectRefused(await sessions({ answer, certificates }), 'CERTIFICATE_MALFORMED')
  })
})

describe('bearer tokens', () => {
  it('none, and one that is none', async () => {
    expectRefused(await ask(world, undefined, '/v1/feed'), 'SESSION_REQUIRED')
    expectRefused(await withToken('A'.repeat(43)), 'SESSION_REQUIRED')
    expectRefused(await withToken('short'), 'SESSION_REQUIRED')
    expectRefused(await post(world, undefined, await world.compose(BANK, receivedOne(bank.party))), 'SESSION_REQUIRED')
  })
  it('is not taken from the URL', async () => {
    const { token } = (await open()).body
    expectRefused(await ask(world, undefined, `/v1/feed?access_token=${token}`), 'SESSION_REQUIRED')
  })
  it('that ended', async () => {
    const { token } = (await open()).body
    expect((await withToken(token)).status).toBe(200)
    world.clock.shiftMs = 16 * MINUTE_MS
    try {
      expectRefused(await withToken(token), 'SESSION_ENDED')
    } finally {
      world.clock.shiftMs = 0
    }
  })
  it('does not submit a message of somebody else', async () => {
    const message = await world.compose('guangxi-exporter', declared(world))
    expectRefused(await post(world, BANK, message), 'PARTY_MISMATCH')
    expectTaken(await post(world, 'guangxi-exporter', message))
    // Nor is somebody else told what became of it.
    expectRefused(await post(world, BANK, message), 'PARTY_MISMATCH')
  })
  it('of the operator does not submit for others either', async () => {
    const message = await world.compose('guangxi-exporter', declared(world))
    expectRefused(await post(world, 'hub-operator', message), 'PARTY_MISMATCH')
  })
  it('of a feed session does not submit', async () => {
    const { token } = (await open({ purpose: 'feed' })).body
    const body = JSON.stringify(messageFile(await world.compose(BANK, receivedOne(bank.party))))
    const headers = { ...MESSAGE_FILE, authorization: `Bearer ${token}` }
    expectRefused(await ask(world, undefined, '/v1/messages', { headers, body }), 'SESSION_FOREIGN')
    const batch = { 'content-type': 'application/x-ndjson', authorization: `Bearer ${token}` }
    expectRefused(await ask(world, undefined, '/v1/batches', { headers: batch, body }), 'SESSION_FOREIGN')
  })
  it('of a suspended party ends', async () => {
    const party = 'urn:hub:vn:bank:lotus-lake'
    const token = await world.client('hanoi-bank').token('api')
    expect((await withToken(token)).status).toBe(200)
    expectTaken(
      await enter(world, 'vn', 'hub.party', { party, name: 'x', country: 'VN', class: 'bank', state: 'suspended' }),
    )
    await expect.poll(async () => (await withToken(token)).status, { timeout: 5_000 }).toBe(401)
  })
  it('opened while its certificate is being revoked ends, in 10 races', async () => {
    let opened = 0
    for (let race = 0; race < 10; race++) {
      const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
      const revocation = await world.compose('cn-register-office', {
        kind: 'hub.revocation',
        body: {
          fingerprint: fingerprintOf(paper.path[0]!),
          reason: 'keyCompromise',
          revokedAt: toTime(world.clock.now()),
        },
      })
      const revoking = post(world, 'cn-register-office', revocation)
      const opening = Array.from({ length: 6 }, () => open({}, paper))
      expectTaken(await revoking)
      const tokens = (await Promise.all(opening)).flatMap(({ status, body }) => (status === 201 ? [body.token] : []))
      opened += tokens.length
      const alive = async () => (await Promise.all(tokens.map((token) => withToken(token)))).map(({ status }) => status)
      // No other entry may come in between: it would end what this one has left open.
      await expect.poll(alive, { timeout: 5_000 }).toEqual(tokens.map(() => 401))
    }
    expect(opened, 'some were opened').toBeGreaterThan(0)
  })
  it('is not given when the certificate is revoked while the challenge is being used up', async () => {
    const kept = sqliteCursors(join(world.config.data, 'cursors.sqlite'))
    const [reached, gate] = [new Signal(), new Signal()]
    const putNew: typeof kept.putNew = async (space, key, value) => {
      const fresh = await kept.putNew(space, key, value)
      if (space === 'nonces' && reached.armed) {
        reached.fire()
        await gate.fired
      }
      return fresh
    }
    await world.restart({ cursors: { ...kept, putNew } })
    const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
    await world.client('cn-register-office').token('api')
    reached.armed = true
    const opening = open({}, paper)
    await reached.fired
    reached.armed = false
    expectTaken(await revoke(world, paper))
    gate.fire()
    const { status, body } = await opening
    if (status === 201)
      await expect.poll(async () => (await withToken(body.token)).status, { timeout: 5_000 }).toBe(401)
    else expect(body.code).toBe('CERTIFICATE_REVOKED')
    await world.restart()
  })
  it('of a certificate named in a revocation list ends', async () => {
    const paper = await paperOf(bank.party, caOf(world, 'cn-p256'))
    const { token } = (await open({}, paper)).body
    expect((await withToken(token)).status).toBe(200)
    const ca = fingerprintOf(caOf(world, 'cn-p256').certificateDer)
    const crl = toBase64url(await listOf(world, 'cn-p256', [paper.path[0]!]))
    expectTaken(await enter(world, 'cn', 'hub.revocation', { ca, crl }))
    await expect.poll(async () => (await withToken(token)).status, { timeout: 5_000 }).toBe(401)
  })
  it('of a CA that its country has taken out of the register ends', async () => {
    const token = await world.client('bangkok-bank').token('api')
    expect((await withToken(token)).status).toBe(200)
    const other = await nationalCa({ ca: 'th-new', country: 'TH', alg: 'ES256' }, Date.now())
    const body = {
      country: 'TH',
      authority: world.party('th-register-office').card.party,
      anchors: [{ certificate: toBase64url(other.certificateDer), status: 'register', classes: [] }],
      classes: [],
    }
    expectTaken(await enter(world, 'th', 'hub.country', body))
    await expect.poll(async () => (await withToken(token)).status, { timeout: 5_000 }).toBe(401)
  })
  it('does not show what its party may not see', async () => {
    const message = await world.compose('guangxi-exporter', declared(world))
    const { index } = expectTaken(await post(world, 'guangxi-exporter', message)).body
    expectRefused(await ask(world, 'second-bank', `/v1/messages/${index}`), 'NOT_FOUND')
    expectRefused(await ask(world, 'second-bank', `/v1/messages/${index}/bundle`), 'NOT_FOUND')
    const find = `/v1/messages?from=${message.envelope.from}&id=${message.envelope.id}`
    expectRefused(await ask(world, 'second-bank', find), 'NOT_FOUND')
    expectRefused(await ask(world, 'customs-supervision', `/v1/messages/${index}/bundle`), 'READ_NOT_PERMITTED')
  })
})
