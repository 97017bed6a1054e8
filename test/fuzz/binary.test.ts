// A million spoilt inputs over all parsers, part two: DER, certificates, revocation lists, signed notes and evidence bundles.
import { beforeAll, describe, expect, it } from 'vitest'
import { readBundle } from '../../src/hub/evidence/bundle-form.ts'
import { readCheckpoint } from '../../src/hub/evidence/checkpoint.ts'
import { verifyBundle } from '../../src/hub/evidence/verify.ts'
import { readCertificate } from '../../src/hub/identity/certificate.ts'
import { checkDer } from '../../src/hub/identity/der.ts'
import { issueCrl } from '../../src/hub/identity/issue.ts'
import { readCrl } from '../../src/hub/identity/revocation-list.ts'
import { FUZZ_INPUTS, fuzz, spoil, dice, SEED } from '../support/fuzz.ts'
import { bytesOf, openCases, type Cases } from '../unit/evidence/bundle-cases.ts'
import { leaf, NOW, root, type Holder } from '../unit/identity/authority.ts'

const TIMEOUT_MS = 240_000
/** Of the spoilt bundles so many are verified whole, signatures and all. */
const VERIFIED = 4_000

let anchor: Holder
let certificates: Buffer[]
let list: Buffer
let cases: Cases
let bundles: Buffer[]

beforeAll(async () => {
  anchor = await root()
  const sm2 = await root({ alg: 'SM2SM3' })
  const holders = [anchor, sm2, await leaf(anchor, { dnsNames: ['bank.example'] }), await leaf(sm2, { alg: 'SM2SM3' })]
  certificates = holders.map(({ certificate }) => certificate.der)
  list = await issueCrl({
    issuer: anchor.issuer,
    revoked: [{ serialHex: '4a5b', atMs: NOW }],
    thisUpdateMs: NOW,
    nextUpdateMs: NOW + 1000,
  })
  cases = await openCases()
  bundles = [bytesOf(cases.accepted), bytesOf(cases.refused)]
})

describe('a million inputs', () => {
  it(
    'DER: exactly one element to every depth, or refused with a code',
    async () => {
      const tally = await fuzz('der', [...certificates, list], (bytes) => checkDer(bytes, 'the input'))
      expect(Object.keys(tally).sort()).toEqual(['CERTIFICATE_MALFORMED', 'read'])
    },
    TIMEOUT_MS,
  )

  it(
    'certificates: the bytes that were given, or refused with a code',
    async () => {
      await fuzz('certificate', certificates, readCertificate, ({ der }, bytes) => expect(der.equals(bytes)).toBe(true))
    },
    TIMEOUT_MS,
  )

  it(
    'revocation lists: no spoilt list of a CA is ever taken',
    async () => {
      const roll = dice(SEED)
      for (let run = 0; run < 2_000; run++) {
        const bytes = spoil([list], roll)
        if (!bytes.equals(list))
          await expect(readCrl(bytes, anchor.certificate)).rejects.toMatchObject({ name: 'HubError' })
      }
    },
    TIMEOUT_MS,
  )

  it(
    'checkpoints: notes in their one spelling, or refused with a code',
    async () => {
      const notes = [cases.accepted, cases.refused].map((bundle) => Buffer.from(noteOf(bundle.checkpoint)))
      const tally = await fuzz('checkpoint', notes, (bytes) => readCheckpoint(bytes.toString()))
      expect(Object.keys(tally).sort()).toEqual(['ENCODING_NOT_CANONICAL', 'read'])
    },
    TIMEOUT_MS,
  )

  it(
    'bundles: read in their one form, or refused with a code; no spoilt one verifies',
    async () => {
      expect(FUZZ_INPUTS.bundle).toBeGreaterThan(VERIFIED)
      await fuzz('bundle', bundles, readBundle)
      const roll = dice(SEED + 1)
      const { trust } = cases.room
      for (let run = 0; run < VERIFIED; run++) {
        const bytes = spoil(bundles, roll)
        const { verdict } = await verifyBundle(bytes, trust)
        if (verdict === 'verified') expect(bundles.map(meaningOf)).toContain(meaningOf(bytes))
      }
    },
    TIMEOUT_MS,
  )
})

const noteOf = (checkpoint: unknown): string =>
  typeof checkpoint === 'string' ? checkpoint : (checkpoint as { note: string }).note

/** White space between the members is no part of what a bundle says. */
const meaningOf = (bytes: Buffer): string => JSON.stringify(JSON.parse(bytes.toString()))
