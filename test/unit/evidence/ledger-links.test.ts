// Bundles with the proof of a ledger: what takes the place of a signature is looked at or the verdict says so, and an anchor is one more
// thing that can be shown and asked for.
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bundle } from '../../../src/hub/evidence/bundle.ts'
import { LEAF_PARTS } from '../../../src/hub/evidence/leaf.ts'
import { anchorDigest, type LedgerProofs } from '../../../src/hub/evidence/ledger-links.ts'
import { readCheckpoint } from '../../../src/hub/evidence/checkpoint.ts'
import { verifyBundle, type VerifyOptions } from '../../../src/hub/evidence/verify.ts'
import { receivedOf, type ProvedMessage } from '../../../src/hub/identity/ledger-proof.ts'
import { stopSm2Workers } from '../../../src/hub/identity/suites/index.ts'
import type { Draft } from '../../../src/hub/journal/journal.ts'
import { HubError } from '../../../src/hub/errors.ts'
import { nothingWanted } from '../../../src/hub/message/kind.ts'
import { toBase64url } from '../../../src/hub/values/encoding.ts'
import { bytesOf, openCases, type Cases } from './bundle-cases.ts'
import { draftOf, HUB, NOW_MS, openRoom, type Room } from './hub-room.ts'

const LEDGER = 'urn:hub:cn:ledger:example-chain'
let room: Room
let cases: Cases
let bundle: Bundle
let anchored: Bundle

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const evidenceOf = (body: Uint8Array) => Buffer.from(`a ledger shows ${digest(body)}`)
const anchorEvidence = (note: string) => Buffer.from(`it holds ${anchorDigest(readCheckpoint(note)).toString('hex')}`)

/** Believes what is written, of ledgers in the trust file. */
const proofs: LedgerProofs = {
  entry: async (ledgers, { envelope, body }, evidence) => judged(ledgers, envelope.from, evidence, evidenceOf(body)),
  anchor: async (ledgers, { ledger, evidence }, checkpoint) => {
    const digestHex = anchorDigest(checkpoint).toString('hex')
    return judged(ledgers, ledger, evidence, Buffer.from(`it holds ${digestHex}`))
  },
}
function judged(ledgers: Record<string, unknown>, ledger: string, evidence: Buffer, wanted: Buffer) {
  if (!Object.hasOwn(ledgers, ledger)) return undefined
  if (ledgers[ledger] === 'unusable') throw new HubError('PARAMETER_INVALID', 'the trust file is of no use')
  if (!evidence.equals(wanted))
    throw new HubError('LEDGER_PROOF_REFUSED', 'SLOT_VALUE: the storage holds another value')
  return 'shown by the ledger'
}

/** What the hub writes down for a ledger. */
function provedDraft(n: number): Draft {
  const body = { ledger: LEDGER, number: n }
  const evidence = evidenceOf(Buffer.from(JSON.stringify(body)))
  const id = `019c9000-0000-8000-8000-${String(n).padStart(12, '0')}`
  const about = { from: LEDGER, kind: 'ledger.packet', id, atMs: NOW_MS, salt: Buffer.alloc(16, n), body }
  const message: ProvedMessage = { ...about, evidence, prove: async () => {} }
  const { envelopeBytes, commitment, ...received } = receivedOf(message, HUB, NOW_MS)
  return {
    kind: 'ledger.packet',
    version: 1,
    by: 'ledger-proof',
    sender: LEDGER,
    id,
    commitment,
    content: {
      envelope: envelopeBytes,
      signatures: [],
      body: received.body,
      attachments: [],
      certificates: [],
      status: [],
      evidence,
    },
    judgement: nothingWanted(),
    audience: [],
    refusalAudience: [],
    registerAt: 3,
    judgedAt: 0,
  }
}

beforeAll(async () => {
  cases = await openCases()
  room = await openRoom()
  const entered = await room.enter(Promise.resolve(provedDraft(1)), draftOf(room.bankA, {}))
  if (entered[0]?.result !== 'appended') throw new Error('not taken')
  bundle = await room.bundle(entered[0].entry.index)
  const latest = room.evidence.latest()!
  await room.evidence.keepAnchor(latest, { ledger: LEDGER, evidence: anchorEvidence(latest.note) })
  await room.enter(Promise.resolve(provedDraft(2)))
  anchored = await room.bundle(entered[0].entry.index)
})
afterAll(async () => {
  await room?.close()
  await cases?.room.close()
  await stopSm2Workers()
})

const trusting = (ledgers: Record<string, unknown> = { [LEDGER]: {} }, of = room) => ({ ...of.trust, ledgers })
const verify = (one: unknown, trust: Parameters<typeof verifyBundle>[1] = trusting(), options: VerifyOptions = {}) =>
  verifyBundle(bytesOf(one), trust, { ledgers: async () => proofs, ...options })
const stateOf = (verdict: Awaited<ReturnType<typeof verify>>, name: string) =>
  verdict.links.find(({ link }) => link === name)

describe('an entry that a ledger proves', () => {
  it('is verified by that link in place of signature, certificate and status', async () => {
    const verdict = await verify(bundle)
    expect(verdict.broken).toBeUndefined()
    expect(verdict.verdict).toBe('verified')
    expect(stateOf(verdict, 'ledger')).toEqual({ link: 'ledger', state: 'ok', detail: 'shown by the ledger' })
    for (const link of ['signature', 'certificate', 'status'])
      expect(stateOf(verdict, link)).toEqual({ link, state: 'absent', detail: 'a ledger proves it' })
    for (const link of ['receipt', 'inclusion', 'checkpoint']) expect(stateOf(verdict, link)?.state).toBe('ok')
  })

  it.each<[string, () => Parameters<typeof verify>, string]>([
    ['no trust in its ledger', () => [bundle, trusting({})], `no trust given for ${LEDGER}`],
    ['trust in another one', () => [bundle, trusting({ 'urn:hub:vn:ledger:x': {} })], `no trust given for ${LEDGER}`],
    ['a trust file without ledgers', () => [bundle, room.trust], `no trust given for ${LEDGER}`],
  ])('is neither verified nor refused with %s', async (_, given, detail) => {
    const verdict = await verify(...given())
    expect(verdict.verdict).toBe('unknown')
    expect(stateOf(verdict, 'ledger')).toEqual({ link: 'ledger', state: 'unchecked', detail })
    expect(stateOf(verdict, 'inclusion')?.state).toBe('ok')
  })

  it('is neither verified nor refused by a verifier that knows no ledgers', async () => {
    const verdict = await verifyBundle(bytesOf(bundle), trusting())
    expect(verdict.verdict).toBe('unknown')
    expect(stateOf(verdict, 'ledger')?.detail).toBe('this verifier knows no ledgers')
  })

  it('is unknown without any trust, like every other', async () => {
    expect((await verifyBundle(bytesOf(bundle), undefined, { ledgers: async () => proofs })).verdict).toBe('unknown')
  })

  it('is refused when the link is required and could not be looked at', async () => {
    const verdict = await verify(bundle, trusting({}), { require: ['ledger'] })
    expect(verdict).toMatchObject({ verdict: 'refused', broken: { link: 'ledger' } })
    expect((await verify(bundle, trusting(), { require: ['ledger'] })).verdict).toBe('verified')
  })

  it('is refused with any other proof, and says why', async () => {
    const other = toBase64url(evidenceOf(Buffer.from('another body')))
    for (const text of [other, '', 'AA'])
      expect(await verify({ ...bundle, ledger: text })).toMatchObject({
        verdict: 'refused',
        broken: { link: 'ledger', reason: expect.stringContaining('SLOT_VALUE') },
      })
    for (const text of ['A', 'AB', 'A A', '=', '+'])
      expect(await verify({ ...bundle, ledger: text })).toMatchObject({
        verdict: 'refused',
        broken: { link: 'ledger' },
      })
    for (const text of [1, null, {}, []])
      expect(await verify({ ...bundle, ledger: text })).toMatchObject({ verdict: 'refused', broken: { link: 'form' } })
  })

  it('is not verified without its proof', async () => {
    const { ledger: _, ...without } = bundle
    for (const trust of [trusting(), room.trust])
      expect(await verify(without, trust)).toMatchObject({ verdict: 'refused', broken: { link: 'signature' } })
  })

  it('is never verified unless the link is ok, whatever is changed', async () => {
    const text = JSON.stringify(bundle)
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.constantFrom(...'AZaz09_-"{}[],:'), async (at, letter) => {
        const changed = text.slice(0, at) + letter + text.slice(at + 1)
        const verdict = await verifyBundle(Buffer.from(changed), trusting(), { ledgers: async () => proofs })
        if (changed === text) return
        expect(verdict.verdict).not.toBe('verified')
      }),
      { numRuns: 150 },
    )
  })

  it('throws for a trust in its ledger that cannot be used: that is not the fault of the bundle', async () => {
    await expect(verify(bundle, trusting({ [LEDGER]: 'unusable' }))).rejects.toMatchObject({
      code: 'PARAMETER_INVALID',
    })
    await expect(verify(bundle, { ...room.trust, ledgers: [] as never })).rejects.toMatchObject({
      code: 'PARAMETER_INVALID',
    })
  })
})

describe('the proof of a ledger', () => {
  /** Shows anything at all. */
  const gullible = async (): Promise<LedgerProofs> => ({ entry: async () => 'shown', anchor: async () => 'shown' })
  const believe = (one: unknown) => verify(one, trusting(undefined, cases.room), { ledgers: gullible })

  it('does not take the place of a party’s signature', async () => {
    const { responses: _, ...rest } = { ...cases.accepted, ledger: 'AA', status: [] }
    expect(await believe(rest)).toMatchObject({ verdict: 'refused', broken: { link: 'ledger' } })
    expect(await believe({ ...rest, certificates: [] })).toMatchObject({
      verdict: 'refused',
      broken: { link: 'ledger', reason: expect.stringContaining('no signatures') },
    })
    expect(await believe({ ...cases.accepted, ledger: 'AA' })).toMatchObject({ verdict: 'refused' })
    const message = { ...rest.message, signatures: [] }
    const stripped = { ...rest, message, certificates: [] }
    expect(await believe(stripped)).toMatchObject({ verdict: 'refused', broken: { link: 'inclusion' } })
    expect(await believe({ ...stripped, certificates: cases.accepted.certificates })).toMatchObject({
      verdict: 'refused',
      broken: { link: 'ledger' },
    })
  })

  it('is not taken beside an entry of the hub itself', async () => {
    expect(await believe({ ...cases.refused, ledger: 'AA' })).toMatchObject({
      verdict: 'refused',
      broken: { link: 'ledger' },
    })
  })

  it('is absent from what others signed, which is verified as before', async () => {
    for (const one of [cases.accepted, cases.refused]) {
      expect(one).not.toHaveProperty('ledger')
      expect(one.checkpoint).not.toHaveProperty('anchor')
      const verdict = await verify(one, cases.room.trust)
      expect(verdict.verdict).toBe('verified')
      expect(stateOf(verdict, 'ledger')?.state).toBe('absent')
      expect(await verify(one, cases.room.trust, { require: ['ledger'] })).toMatchObject({ verdict: 'refused' })
    }
  })

  it('is in no leaf: an entry proved by a ledger has the leaf that all entries have', async () => {
    const leaves = (await room.journal.read(0, 2)).map(({ leaf }) => JSON.parse(leaf.toString()) as { parts: object })
    expect(Object.keys(leaves[0]!)).toEqual(Object.keys(leaves[1]!))
    for (const { parts } of leaves) expect(Object.keys(parts).toSorted()).toEqual([...LEAF_PARTS, 'heads'].toSorted())
  })
})

describe('an anchor', () => {
  it('is carried with the first anchored checkpoint that covers the entry, and shown', async () => {
    expect(bundle.checkpoint).not.toHaveProperty('anchor')
    expect(anchored.checkpoint.note).toBe(bundle.checkpoint.note)
    const verdict = await verify(anchored, trusting(), { require: ['anchor'] })
    expect(verdict.verdict).toBe('verified')
    expect(stateOf(verdict, 'anchor')).toMatchObject({ state: 'ok', detail: 'shown by the ledger' })
  })

  it('is absent where the newest checkpoint is not anchored yet, and can be asked for in vain', async () => {
    const newest = await room.bundle(room.journal.size() - 1)
    expect(newest.checkpoint).not.toHaveProperty('anchor')
    expect((await verify(newest)).verdict).toBe('verified')
    expect(await verify(newest, trusting(), { require: ['anchor'] })).toMatchObject({
      verdict: 'refused',
      broken: { link: 'anchor' },
    })
  })

  it('without trust in its ledger leaves the verdict as it is, unless it is required', async () => {
    const elsewhere = structuredClone(anchored)
    elsewhere.checkpoint.anchor!.ledger = 'urn:hub:vn:ledger:another'
    const verdict = await verify(elsewhere)
    expect(verdict.verdict).toBe('verified')
    expect(stateOf(verdict, 'anchor')).toMatchObject({ state: 'unchecked' })
    expect(await verify(elsewhere, trusting(), { require: ['anchor'] })).toMatchObject({
      verdict: 'refused',
      broken: { link: 'anchor' },
    })
  })

  it('of another checkpoint is refused', async () => {
    const other = await room.bundle(room.journal.size() - 1)
    const swapped = { ...other, checkpoint: { ...other.checkpoint, anchor: anchored.checkpoint.anchor } }
    expect(await verify(swapped)).toMatchObject({ verdict: 'refused', broken: { link: 'anchor' } })
    const changed = structuredClone(anchored)
    changed.checkpoint.anchor!.evidence = toBase64url(Buffer.from('it holds nothing'))
    expect(await verify(changed)).toMatchObject({ verdict: 'refused', broken: { link: 'anchor' } })
  })

  it.each<[string, unknown]>([
    ['a text', 'anchor'],
    ['no evidence', { ledger: LEDGER }],
    ['a member nobody knows', { ledger: LEDGER, evidence: 'AA', height: 1 }],
    ['null', null],
  ])('of another form is refused: %s', async (_, anchor) => {
    const changed = { ...anchored, checkpoint: { ...anchored.checkpoint, anchor } }
    expect(await verify(changed)).toMatchObject({ verdict: 'refused', broken: { link: 'form' } })
  })
})

describe('anchorDigest', () => {
  it('is the hash of the domain and the three lines that are signed', () => {
    const checkpoint = { origin: 'an origin', size: 7, root: Buffer.alloc(32, 1) }
    const text = `beibu-hub/anchor/v1\nan origin\n7\n${Buffer.alloc(32, 1).toString('base64')}\n`
    expect(anchorDigest(checkpoint).toString('hex')).toBe(digest(Buffer.from(text)))
  })
})
