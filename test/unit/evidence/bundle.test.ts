// Bundles are verified by those who ask nobody: what holds, what is only unknown, what is named as broken.
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from '../../../src/hub/evidence/bundle.ts'
import { verifyBundle } from '../../../src/hub/evidence/verify.ts'
import { stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import { bytesOf, type Cases, openCases } from './bundle-cases.ts'
import { certifyHub, draftOf, openRoom, type Room } from './hub-room.ts'

let cases: Cases
let other: Room

beforeAll(async () => {
  cases = await openCases()
  other = await openRoom()
})
afterAll(async () => {
  await cases.room.close()
  await other.close()
  await stopSm2Workers()
})

const states = ({ links }: { links: { link: string; state: string }[] }) =>
  Object.fromEntries(links.map(({ link, state }) => [link, state]))

describe('verifyBundle', () => {
  it('verifies an accepted message, link by link', async () => {
    const verdict = await verifyBundle(bytesOf(cases.accepted), cases.room.trust)
    expect(verdict.broken).toBeUndefined()
    expect(verdict.verdict).toBe('verified')
    expect(states(verdict)).toEqual({
      form: 'ok',
      body: 'ok',
      attachments: 'ok',
      signature: 'ok',
      certificate: 'ok',
      status: 'ok',
      ledger: 'absent',
      'hub-key': 'ok',
      receipt: 'ok',
      inclusion: 'ok',
      checkpoint: 'ok',
      timestamp: 'absent',
      anchor: 'absent',
      refusal: 'absent',
      earlier: 'absent',
    })
    expect(verdict.notProved.join()).not.toContain('the amount')
  })

  it('verifies a refusal and says that it does not prove the amount', async () => {
    const verdict = await verifyBundle(bytesOf(cases.refused), cases.room.trust)
    expect(verdict.broken).toBeUndefined()
    expect(verdict.verdict).toBe('verified')
    expect(states(verdict)).toMatchObject({
      signature: 'ok',
      certificate: 'ok',
      status: 'absent',
      refusal: 'ok',
      earlier: 'ok',
    })
    expect(verdict.links.find(({ link }) => link === 'refusal')?.detail).toContain('BALANCE_INSUFFICIENT')
    expect(verdict.notProved.join()).toContain('the amount')
  })

  it('prints the digest of the trust file as given', async () => {
    const file = Buffer.from(JSON.stringify(cases.room.trust, null, 2))
    const { trustSha256, verdict } = await verifyBundle(bytesOf(cases.accepted), file)
    expect(verdict).toBe('verified')
    expect(trustSha256).toBe(createHash('sha256').update(file).digest('hex'))
  })

  it('is unknown without trust, and with trust in another hub, if all else is sound', async () => {
    const elsewhere = { ...other.trust, operatorRoot: await certifyHub('urn:hub:vn:operator:another-example-hub') }
    for (const trust of [undefined, elsewhere])
      for (const bundle of [cases.accepted, cases.refused]) {
        const verdict = await verifyBundle(bytesOf(bundle), trust)
        expect(verdict.verdict).toBe('unknown')
        expect(states(verdict)).toMatchObject({ certificate: 'unchecked', 'hub-key': 'unchecked', checkpoint: 'ok' })
      }
    const broken = structuredClone(cases.accepted)
    broken.log.heads += 1
    expect(await verifyBundle(bytesOf(broken))).toMatchObject({ verdict: 'refused', broken: { link: 'inclusion' } })
  })

  it('refuses another operator root for the same hub', async () => {
    const trust = { ...cases.room.trust, operatorRoot: other.trust.operatorRoot }
    const verdict = await verifyBundle(bytesOf(cases.accepted), trust)
    expect(verdict).toMatchObject({ verdict: 'refused', broken: { link: 'hub-key' } })
  })

  it.each(['accepted', 'refused'] as const)(
    'refuses a sender of a country that trust does not name (%s)',
    async (which) => {
      const trust = { ...cases.room.trust, countries: { TH: cases.room.trust.countries.CN! } }
      const verdict = await verifyBundle(bytesOf(cases[which]), trust)
      expect(verdict).toMatchObject({ verdict: 'refused', broken: { link: 'certificate' } })
    },
  )

  it('refuses certificates of another CA of the same name', async () => {
    const trust = { ...cases.room.trust, countries: other.trust.countries }
    const verdict = await verifyBundle(bytesOf(cases.accepted), trust)
    expect(verdict).toMatchObject({ verdict: 'refused', broken: { link: 'certificate' } })
  })

  it('refuses when a required link is absent, and knows what may be required', async () => {
    const bytes = bytesOf(cases.accepted)
    expect(await verifyBundle(bytes, cases.room.trust, { require: ['anchor'] })).toMatchObject({
      verdict: 'refused',
      broken: { link: 'anchor', reason: expect.stringContaining('required') },
    })
    expect(await verifyBundle(bytes, cases.room.trust, { require: ['certificate', 'receipt'] })).toMatchObject({
      verdict: 'verified',
    })
    await expect(verifyBundle(bytes, cases.room.trust, { require: ['anker'] })).rejects.toMatchObject({
      code: 'PARAMETER_INVALID',
    })
  })

  it.each([
    ['not JSON', '{'],
    ['no object', '[]'],
    ['no PEM', { operatorRoot: 'root', countries: {} }],
    ['a member nobody knows', { operatorRoot: '', countries: {}, more: 1 }],
    ['no countries', { operatorRoot: '' }],
  ])('throws for a trust file it cannot use: %s', async (_, trust) => {
    const bytes = Buffer.from(typeof trust === 'string' ? trust : JSON.stringify({ ...cases.room.trust, ...trust }))
    const unusable =
      typeof trust === 'string' || 'more' in trust || trust.operatorRoot === 'root' ? bytes : bytesOf(trust)
    await expect(verifyBundle(bytesOf(cases.accepted), unusable)).rejects.toMatchObject({ code: 'PARAMETER_INVALID' })
  })

  it.each([
    ['body', 'body', (bundle: Bundle) => (bundle.message.body = toOther(bundle.message.body))],
    ['signature', 'signature', (bundle: Bundle) => bundle.message.signatures.push(bundle.message.signatures.shift()!)],
    ['certificate', 'certificate', (bundle: Bundle) => (bundle.certificates[0]![1] = bundle.certificates[1]![0]!)],
    ['status', 'inclusion', (bundle: Bundle) => (bundle.status[0]!.status = 'stale')],
    ['status', 'status', (bundle: Bundle) => (bundle.status[0]!.status = 'revoked')],
    [
      'hub.key',
      'hub-key',
      (bundle: Bundle) => (bundle.checkpoint.keys[0]!.body = toOther(bundle.checkpoint.keys[0]!.body)),
    ],
    ['receipt', 'receipt', (bundle: Bundle) => bundle.receipt.signatures.push(bundle.receipt.signatures.shift()!)],
    ['receipt', 'receipt', (bundle: Bundle) => (bundle.receipt.size += 1)],
    ['leaf', 'inclusion', (bundle: Bundle) => (bundle.log.open.kind = bundle.log.open.sender)],
    [
      'checkpoint',
      'checkpoint',
      (bundle: Bundle) => (bundle.checkpoint.note = bundle.checkpoint.note.replace('journal', 'journey')),
    ],
    ['form', 'form', (bundle: Bundle) => Object.assign(bundle, { remark: 'uncovered' })],
  ])('names the broken link: %s -> %s', async (_, link, spoil) => {
    const bundle = structuredClone(cases.accepted)
    spoil(bundle)
    expect(await verifyBundle(bytesOf(bundle), cases.room.trust)).toMatchObject({
      verdict: 'refused',
      broken: { link },
    })
  })

  it('does not take the receipt, certificates or refusal of one message for another', async () => {
    const { room, acceptedAt } = cases
    const neighbour = await room.bundle(acceptedAt - 1)
    const swaps: [string, Partial<Bundle>][] = [
      ['receipt', { receipt: neighbour.receipt }],
      ['signature', { certificates: cases.refused.refusal!.refused.certificates }],
      ['inclusion', { log: neighbour.log }],
      ['form', { refusal: cases.refused.refusal! }],
    ]
    for (const [link, swap] of swaps)
      expect(await verifyBundle(bytesOf({ ...cases.accepted, ...swap }), room.trust)).toMatchObject({
        verdict: 'refused',
        broken: { link },
      })
  })

  it('does not take a refusal without the proof of the earlier movement', async () => {
    const { earlier, ...refusal } = cases.refused.refusal!
    expect(earlier).toBeDefined()
    const verdict = await verifyBundle(bytesOf({ ...cases.refused, refusal }), cases.room.trust)
    expect(verdict).toMatchObject({ verdict: 'refused', broken: { link: 'earlier' } })
  })

  it('needs no earlier movement when the head never existed', async () => {
    const { room } = cases
    const key = room.journal.headKey('financeable', 'nobody-declared-this', 'USD')
    const accounts = [{ act: 'debit' as const, key, amountMinor: 1n, rule: 'financeable-balance' }]
    const [refusal] = await room.enter(draftOf(room.bankB, { accounts }))
    if (refusal?.result !== 'refused') throw new Error('not refused')
    expect(refusal.entry.outcome).toBe('unknown')
    const bundle = await room.bundle(refusal.entry.index)
    expect(bundle.refusal).not.toHaveProperty('earlier')
    const verdict = await verifyBundle(bytesOf(bundle), room.trust)
    expect(verdict.verdict).toBe('verified')
    expect(states(verdict)).toMatchObject({ refusal: 'ok', earlier: 'absent' })
  })

  it('verifies an entry of the hub itself by receipt and leaf, and takes no other message without signatures', async () => {
    const { room } = cases
    const key = room.journal.headKey('financeable', 'example-declaration', 'USD')
    const accounts = [{ act: 'adjust' as const, key, deltaMinor: -9_000_000n, rule: 'amended' }]
    const [amended] = await room.enter(draftOf(room.bankA, { accounts }))
    const bundle = await room.bundle(amended!.result === 'appended' ? amended!.entry.index + 1 : -1)
    const verdict = await verifyBundle(bytesOf(bundle), room.trust)
    expect(verdict.verdict).toBe('verified')
    expect(verdict.links[0]!.detail).toContain('hub.alert')
    expect(states(verdict)).toMatchObject({
      signature: 'absent',
      certificate: 'absent',
      status: 'absent',
      inclusion: 'ok',
    })
    const { accepted } = cases
    const unsigned = { ...accepted, message: { ...accepted.message, signatures: [] }, certificates: [], status: [] }
    expect(await verifyBundle(bytesOf(unsigned), room.trust)).toMatchObject({
      verdict: 'refused',
      broken: { link: 'signature' },
    })
  })
})

describe('refusal bundle', () => {
  const strings = (value: unknown): string[] =>
    typeof value === 'string'
      ? [value]
      : typeof value === 'object' && value
        ? Object.values(value).flatMap(strings)
        : []

  it('shows nothing of the first party', () => {
    const { checkpoint, ...own } = cases.accepted
    const { checkpoint: sameForAll, ...shown } = cases.refused
    expect(sameForAll).toEqual(checkpoint)
    const opened = [shown.message.payload, shown.message.body, shown.refusal!.refused.payload, shown.receipt.payload]
    const text = JSON.stringify(shown) + opened.map((part) => Buffer.from(part, 'base64url').toString()).join()
    const shared = [...WORDS, ...issuingOf(cases)]
    for (const one of strings(own).filter((one) => !shared.includes(one) && !TIME.test(one)))
      expect(text).not.toContain(one)
    const { envelope, bytes } = openedOf(cases.accepted)
    const commitment = createHash('sha256').update('beibu-hub/message/v1\n').update(bytes).digest()
    for (const secret of [
      envelope.from,
      envelope.id,
      'first-fictitious-bank',
      '80000.00',
      '8000000',
      'Example Exports',
    ])
      expect(text).not.toContain(secret)
    for (const form of ['hex', 'base64', 'base64url'] as const) expect(text).not.toContain(commitment.toString(form))
  })

  /** Words of the format, which are nobody's. */
  const WORDS = ['good', 'register', 'crl']
  const TIME = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/
  /** The issuing CA's certificate is of both banks. */
  const issuingOf = ({ accepted }: Cases): string[] => [
    accepted.certificates[0]![1]!,
    createHash('sha256').update(Buffer.from(accepted.certificates[0]![1]!, 'base64url')).digest('hex'),
  ]

  function openedOf(bundle: Bundle) {
    const bytes = Buffer.from(bundle.message.payload, 'base64url')
    return { bytes, envelope: JSON.parse(bytes.toString()) as { from: string; id: string } }
  }
})

describe('makeBundle', () => {
  it('says what has been erased', async () => {
    const { room, acceptedAt } = cases
    await room.journal.erase(acceptedAt - 1)
    await expect(room.bundle(acceptedAt - 1)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      detail: expect.stringMatching(/^erased/),
    })
    await expect(room.bundle(1_000)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('still proves the neighbours of an erased entry', async () => {
    const { room, acceptedAt } = cases
    await room.journal.erase(acceptedAt - 2)
    expect(await verifyBundle(bytesOf(await room.bundle(acceptedAt)), room.trust)).toMatchObject({
      verdict: 'verified',
    })
  })
})

const toOther = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1)
