// People of border trade through the front door: a filing that nobody reads again, its unmasking by two officers, phones below a CA that may
// name one party only, and at the end no number or name of a resident in any byte, line, answer or feed.
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { BorderResidentFiling, CustomsBorderGroup } from '../../schemas/types.d.ts'
import { composeMessage, messageFile, type Composition } from '../../src/client/compose.ts'
import { enquire } from '../../src/client/enquiry.ts'
import { HubClient } from '../../src/client/hub-client.ts'
import { deviceCa, deviceCertificate, type KeyAndCertificate } from '../../src/client/sandbox/certificates.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { keySigner } from '../../src/hub/identity/signer.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import { expectRefused, expectTaken, type Answer } from '../support/doors.ts'
import { keptWith, settled, spellingsOf } from '../support/kept.ts'
import { caOf, enrol, fingerprintOf, revoke } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const fixture = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../fixtures/customs/valid/border-${file}.json`, import.meta.url), 'utf8')) as T

const FILED = fixture<{ filing: BorderResidentFiling }>('resident-file').filing
const SITE = 'urn:hub:cn:market-site:dongxing-example'
const GROUP = 'urn:hub:cn:border-group:lychee-example'
const OTHER_GROUP = 'urn:hub:cn:border-group:mango-example'
const [OFFICER, SECOND, STRANGER] = ['first', 'second', 'third'].map(
  (id) => `urn:hub:cn:customs-officer:${id}-example`,
) as [string, string, string]
const ELSEWHERE = 'urn:hub:cn:customs:elsewhere-example'
const DAY_MS = 86_400_000

let world: World
let customs: string
const lines: string[] = []
const answers: string[] = []
const parties = new Map<string, { identity: ClientIdentity; client: HubClient }>()

beforeAll(async () => {
  const real = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (...asked) => {
    const response = await real(...asked)
    // What officers are told is theirs, and the one answer that may say it.
    if (!String(asked[0]).endsWith('/v1/enquiries')) answers.push(await response.clone().text())
    return response
  })
  world = await openWorld({
    env: { HUB_LOG: 'debug' },
    surroundings: { log: { write: (line) => void lines.push(line) } },
  })
  customs = world.urn('nanning-customs')
  for (const party of [SITE, GROUP, OTHER_GROUP, OFFICER, SECOND, STRANGER, ELSEWHERE])
    parties.set(party, await enrol(world, party, 'cn-p256'))
  parties.set(customs, { identity: world.party('nanning-customs').identity, client: world.client('nanning-customs') })
  for (const [principal, agent, kind] of [
    [customs, SITE, 'customs.border-resident'],
    [customs, OFFICER, 'customs.border-unmasking'],
    [customs, SECOND, 'customs.border-unmasking'],
    [ELSEWHERE, STRANGER, 'customs.border-unmasking'],
  ] as const)
    await taken(principal, 'hub.mandate', [], {
      agent,
      kinds: [kind],
      from: toTime(world.clock.now() - 1000),
      until: toTime(world.clock.now() + 30 * DAY_MS),
      state: 'granted',
    })
}, LONG_MS)
afterAll(async () => {
  vi.restoreAllMocks()
  await world.close()
})

interface How {
  for?: string
  /** Who signs, where it is not the sender alone. */
  signers?: ClientIdentity[]
}

/** Composes as a party and submits in its session. */
async function send(from: string, kind: string, to: string[], body: object, how: How = {}): Promise<Answer> {
  const { identity, client } = parties.get(from)!
  const { signers = [identity], ...more } = how
  const message = await composeMessage({ hub: client.hub, kind, v: 1, from, to, body, ...more } as Composition, {
    signers: signers.map(({ signer, path }) => ({ signer, by: { path: [...path] } })),
    randomness: randomBytes,
    clock: world.clock.now,
  })
  const response = await fetch(`${world.url}/v1/messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await client.token('api')}`,
      'content-type': 'application/hub-message+json',
    },
    body: JSON.stringify(messageFile(message)),
  })
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
}
const taken = async (...said: Parameters<typeof send>): Promise<Answer> => expectTaken(await send(...said))

async function read(party: string, path: string): Promise<{ status: number; body: Record<string, any>; text: string }> {
  const { client } = parties.get(party)!
  const response = await fetch(world.url + path, { headers: { authorization: `Bearer ${await client.token('api')}` } })
  const text = await response.text()
  return { status: response.status, body: JSON.parse(text), text }
}

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** Residents whose data would be found again wherever it went: numbers drawn for this run, born in 1900. */
const residents = [1, 2, 3].map((serial) => {
  const text = `45068119000${1 + (randomBytes(1)[0]! % 9)}1${serial}${String(100 + (randomBytes(2).readUInt16BE() % 900))}`
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(text[at]), 0)
  return {
    filingNo: `BR7200-2026-90000${serial}`,
    filing: {
      ...FILED,
      residentIdNo: `${text}${'10X98765432'[sum % 11]}`,
      name: `示例边民${randomBytes(6).toString('hex')}`,
      mobile: `10${String(randomBytes(4).readUInt32BE()).padStart(10, '0').slice(0, 9)}`,
      residenceAddress: `示例村 ${randomBytes(6).toString('hex')} 号(虚构)`,
      filedAt: toTime(Date.now() - 60_000),
    },
  }
})
const secrets = residents.flatMap(({ filing: { residentIdNo, name, mobile, residenceAddress } }) => [
  residentIdNo,
  name,
  mobile,
  residenceAddress,
])
/** The part of a text that holds a secret, so that a failure does not print what must not be printed. */
const holding = (text: string): number[] =>
  secrets.flatMap((secret, at) =>
    spellingsOf(Buffer.from(secret)).some((spelling) => text.includes(spelling.toString())) ? [at] : [],
  )

const filings: number[] = []
const [first, second, third] = residents as [(typeof residents)[0], (typeof residents)[0], (typeof residents)[0]]

describe('a filing', () => {
  it('is sent by the market for customs, and read by nobody whole', async () => {
    for (const { filingNo, filing } of residents) {
      const sent = await taken(
        SITE,
        'customs.border-resident',
        [GROUP],
        { act: 'file', filingNo, filing },
        { for: customs },
      )
      filings.push(sent.body.index)
    }
    await settled(world)
    const index = filings[0]!
    for (const party of [SITE, customs, GROUP]) {
      const { status, body, text } = await read(party, `/v1/messages/${index}`)
      expect(status).toBe(200)
      expect(body['viewed']).toMatchObject({ view: { name: 'filed' }, body: { filingNo: first.filingNo } })
      expect(body['message']).toBeUndefined()
      expect(holding(text)).toEqual([])
      for (const way of ['bundle', 'bundle?attachments=include'])
        expect((await read(party, `/v1/messages/${index}/${way}`)).body['code']).toBe('READ_NOT_PERMITTED')
    }
    expect((await read(OTHER_GROUP, `/v1/messages/${index}`)).body['code']).toBe('NOT_FOUND')
  })

  it('is one per person, and its findings say nothing of the person', async () => {
    const again = { act: 'file', filingNo: 'BR7200-2026-900009', filing: first.filing }
    const refused = await send(customs, 'customs.border-resident', [], again)
    expect(expectRefused(refused, 'ALREADY_CLAIMED').body.refusal!.rule).toBe('border-person-filed')
    const { residentIdNo } = first.filing
    // Of the possible check digits one is right.
    const otherCheck = residentIdNo.endsWith('0') ? '1' : '0'
    const wrong = { ...first.filing, residentIdNo: `${residentIdNo.slice(0, 17)}${otherCheck}` }
    const found = await send(customs, 'customs.border-resident', [], { ...again, filing: wrong })
    expectRefused(found, 'FINDINGS')
    expect(holding(JSON.stringify(found.body))).toEqual([])
  })
})

describe('an unmasking', { timeout: LONG_MS }, () => {
  const requestNo = 'UM7200-2026-9001'
  const trust = () => readFileSync(join(world.dir, 'sandbox', 'trust.json'))
  const act = (officer: string, body: object, principal = customs) =>
    send(officer, 'customs.border-unmasking', [OFFICER, SECOND], { requestNo, ...body }, { for: principal })
  const told = async (officer: string) => {
    const question = { customs, requestNo }
    const asked = { enquiry: 'customs.border-identity', v: 1, question }
    const { proof } = await enquire(parties.get(officer)!.client, asked, trust())
    expect(proof).toMatchObject({ proof: 'verified' })
    return proof.attestation!
  }

  it('tells the number to the officer who asked, after a second one and a stated reading', async () => {
    const body = fixture<object>('unmasking-request')
    expectTaken(await act(OFFICER, { ...body, requestNo, filingNo: first.filingNo }))
    const same = await act(OFFICER, { act: 'approve' })
    expect(expectRefused(same, 'FINDINGS').body.findings![0]!.code).toBe('OFFICER_SAME')
    expectRefused(await act(STRANGER, { act: 'approve' }, ELSEWHERE), 'NOT_KNOWN_HERE')
    expectRefused(await act(STRANGER, { act: 'approve' }), 'NO_MANDATE')
    expectTaken(await act(SECOND, { act: 'approve' }))
    expect(await told(OFFICER)).toMatchObject({ verdict: 'no', facts: { reason: 'reading-not-stated' } })
    const reading = expectTaken(await act(OFFICER, { act: 'read' }))
    const { residentIdNo, name } = first.filing
    expect(await told(OFFICER)).toMatchObject({
      verdict: 'yes',
      enquirer: OFFICER,
      facts: { filingNo: first.filingNo, reading: reading.body.index, unmasked: { residentIdNo, name } },
    })
    expect(await told(SECOND)).toMatchObject({ verdict: 'unknown' })
    expect(await told(STRANGER)).toMatchObject({ verdict: 'unknown' })
    await expect(
      enquire(parties.get(SITE)!.client, { enquiry: 'customs.border-identity', v: 1, question: {} }),
    ).rejects.toThrow()
  })

  it('is over after a day', async () => {
    world.clock.shiftMs += DAY_MS
    try {
      await vi.waitFor(async () => {
        const { items } = (await read(OFFICER, '/v1/feed?limit=100')).body as { items: { kind: string }[] }
        expect(items.map(({ kind }) => kind)).toContain('hub.expiry')
      }, PATIENT)
      expect(await told(OFFICER)).toMatchObject({ verdict: 'no', facts: { state: 'closed' } })
      const late = await act(OFFICER, { act: 'read' })
      expect(expectRefused(late, 'STATE_CONFLICT').body.refusal!.rule).toBe('border-unmasking-window')
    } finally {
      world.clock.shiftMs = 0
    }
  })

  it('that nobody has decided lapses after a week', async () => {
    const body = { ...fixture<object>('unmasking-request'), requestNo: 'UM7200-2026-9002', filingNo: first.filingNo }
    expectTaken(await act(OFFICER, body))
    const { journal } = world.hub.house
    const key = journal.headKey('border-unmasking', customs, body.requestNo)
    expect((await journal.head(key))!.value).toMatchObject({ state: 'requested' })
    world.clock.shiftMs += 7 * DAY_MS
    try {
      await vi.waitFor(async () => expect((await journal.head(key))!.value).toMatchObject({ state: 'lapsed' }), PATIENT)
    } finally {
      world.clock.shiftMs = 0
    }
    const late = await act(SECOND, { act: 'approve', requestNo: body.requestNo })
    expect(expectRefused(late, 'STATE_CONFLICT').body.refusal!.rule).toBe('border-unmasking-state')
  })
})

describe('a phone', () => {
  const party = { party: GROUP, country: 'CN', name: 'Example Group of the Border', folder: 'example-group' }
  let ca: KeyAndCertificate
  const phoneOf = async (names: string = GROUP, below: KeyAndCertificate = ca): Promise<ClientIdentity> => {
    const made = await deviceCertificate({ ...party, party: names }, below, 'phone', world.clock.now())
    return { party: names, signer: keySigner(made.privateKey), path: [made.certificateDer, below.certificateDer] }
  }
  const groupOf = () => parties.get(GROUP)!.identity
  const enrolment = (phone: ClientIdentity, filingNo: string) =>
    send(
      GROUP,
      'customs.border-device',
      [],
      { act: 'enrol', filingNo, fingerprint: fingerprintOf(phone.path[0]!) },
      { signers: [groupOf(), phone] },
    )
  const form = (change: Partial<CustomsBorderGroup> = {}): object => {
    const { party: _party, ...body } = fixture<CustomsBorderGroup>('group-form')
    const filingNos = [first.filingNo, second.filingNo]
    return { ...body, leaderFilingNo: first.filingNo, memberFilingNos: filingNos, ...change }
  }

  beforeAll(async () => {
    ca = await deviceCa(party, caOf(world, 'cn-p256'), world.clock.now(), 'ES256')
    await taken(GROUP, 'customs.border-group', [SITE], form())
  })

  it('has a certificate that names its party and no other', async () => {
    expectTaken(await enrolment(await phoneOf(), first.filingNo))
    const stolen = await phoneOf(OTHER_GROUP)
    const body = { act: 'enrol', filingNo: third.filingNo, fingerprint: fingerprintOf(stolen.path[0]!) }
    const signers = [parties.get(OTHER_GROUP)!.identity, stolen]
    const foreign = await send(OTHER_GROUP, 'customs.border-device', [], body, { signers })
    expectRefused(foreign, 'CERTIFICATE_NAME_CONSTRAINT')
  })

  it('says alone only what phones say, opens no session, and issues nothing', async () => {
    const phone = await phoneOf()
    const how = { signers: [phone] }
    const body = form({ groupNo: 'GRP-DX-0009' })
    expectRefused(await send(GROUP, 'customs.border-group', [], body, how), 'KIND_NOT_PERMITTED')
    const mandate = {
      agent: OTHER_GROUP,
      kinds: ['*'],
      from: toTime(world.clock.now()),
      until: toTime(world.clock.now() + DAY_MS),
      state: 'granted',
    }
    expectRefused(await send(GROUP, 'hub.mandate', [], mandate, how), 'KIND_NOT_PERMITTED')
    const { hub } = parties.get(GROUP)!.client
    const client = new HubClient({ url: world.url, hub, identity: phone, clock: world.clock.now })
    await expect(client.token('api')).rejects.toMatchObject({ problem: { code: 'READ_NOT_PERMITTED' } })
    const below = await phoneOf(GROUP, { ...ca, ...(await deviceCa(party, ca, world.clock.now(), 'ES256')) })
    const deep = { ...below, path: [...below.path, ca.certificateDer] }
    expectRefused(await enrolment(deep, second.filingNo), 'CERTIFICATE_ISSUER_NOT_CA')
  })

  it('that is lost is revoked and said to be lost; with another one it goes on', async () => {
    const [lost, next] = [await phoneOf(), await phoneOf()]
    expectTaken(await enrolment(lost, second.filingNo))
    const twice = await enrolment(next, second.filingNo)
    expect(expectRefused(twice, 'STATE_CONFLICT').body.refusal!.rule).toBe('border-device-one')
    expectTaken(await revoke(world, lost))
    expectRefused(await enrolment(lost, second.filingNo), 'CERTIFICATE_REVOKED')
    const fingerprint = fingerprintOf(lost.path[0]!)
    await taken(GROUP, 'customs.border-device', [], { act: 'lost', fingerprint, reason: 'LOST' })
    expectTaken(await enrolment(next, second.filingNo))
  })
})

describe('in the end', () => {
  it('no number, name, phone or address of a resident is in a byte, a line, an answer or a feed', async () => {
    await settled(world)
    for (const party of parties.keys()) {
      const { text } = await read(party, '/v1/feed?limit=500')
      expect(holding(text), party).toEqual([])
    }
    const headers = { 'hub-purpose': 'supervision' }
    for (const folder of ['fx-supervision', 'customs-supervision']) {
      const authorization = `Bearer ${await world.client(folder).token('api')}`
      const response = await fetch(`${world.url}/v1/feed?limit=500`, { headers: { ...headers, authorization } })
      const text = await response.text()
      expect(response.status).toBe(200)
      if (folder === 'fx-supervision') expect(text).toContain('customs.border-resident')
      expect(holding(text), folder).toEqual([])
    }
    expect(lines.length).toBeGreaterThan(10)
    expect(answers.length).toBeGreaterThan(10)
    expect(holding(lines.join('\n'))).toEqual([])
    expect(holding(answers.join('\n'))).toEqual([])
    const spelled = secrets.flatMap((secret) => spellingsOf(Buffer.from(secret)))
    expect(await keptWith(world, spelled)).toEqual([])
    const names = readdirSync(world.config.data, { recursive: true, encoding: 'utf8' })
    expect(holding(names.join('\n'))).toEqual([])
    // A number that may be there is found by the same look.
    expect(await keptWith(world, ['border-resident'])).not.toEqual([])
  })
})
