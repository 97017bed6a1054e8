// Consignments for filling a journal quickly: declaration, release, financing, as the drafts a judged message would give.
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { composeMessage, type ComposeWith } from '../src/client/compose.ts'
import type { Signer } from '../src/hub/identity/suite.ts'
import type { AccountMove, Claim, Head, Move } from '../src/hub/journal/heads.ts'
import type { Draft, Journal } from '../src/hub/journal/journal.ts'
import type { CustomsDeclaration } from '../schemas/types.d.ts'

/** Entries of one consignment. */
export const STEPS = 3
const FORM = JSON.parse(
  readFileSync(new URL('../fixtures/customs/valid/declaration-border.json', import.meta.url), 'utf8'),
) as CustomsDeclaration
const [ITEM] = FORM.items as [CustomsDeclaration['items'][number]]
const TOTAL_MINOR = BigInt(ITEM.declTotal.replace('.', ''))
/** Four fifths are lent, so that a balance remains. */
const LENT_MINOR = (TOTAL_MINOR * 4n) / 5n

/** What a bank holds of the declaration with that serial: the question of an enquiry. */
export const questionOf = (serial: number) => ({
  entryId: entryIdOf(serial),
  consignor: FORM.tradeCoScc,
  declared: { amount: ITEM.declTotal, currency: ITEM.tradeCurr },
})

const entryIdOf = (serial: number): string => `720720260${String(serial).padStart(9, '0')}`

/** Whose consignments they are. `certificate` stands for the one of whoever sends; entry `n` of the filling has index `n + offset`. */
export interface DraftParties {
  hub: string
  traders: readonly string[]
  customs: string
  bank: string
  certificate: Buffer
  registerAt: number
  offset: number
}

/** The signature is of the right form and of no key: nobody verifies it on this way in. */
const UNSIGNED: Signer = { alg: 'ES256', sign: async () => Buffer.alloc(64, 0x5a) }

/** The draft of journal entry `n` of the filling: step n % 3 of consignment n / 3, told to three of the traders. */
export async function draftOf(n: number, journal: Journal, parties: DraftParties): Promise<Draft> {
  const serial = Math.floor(n / STEPS)
  const { from, kind, body, judgement } = STEPS_OF[n % STEPS]!(serial, journal, parties)
  const fingerprint = createHash('sha256').update(parties.certificate).digest('hex')
  const how: ComposeWith = {
    signers: [{ signer: UNSIGNED, by: { fingerprint } }],
    randomness: randomBytes,
    clock: Date.now,
  }
  const to = [1, 2, 3].map((step) => parties.traders[(n * step) % parties.traders.length]!)
  const message = await composeMessage({ hub: parties.hub, kind, v: 1, from, to, body }, how)
  return {
    kind,
    version: 1,
    by: 'signature',
    sender: from,
    id: message.envelope.id,
    commitment: message.commitment,
    content: {
      envelope: message.envelopeBytes,
      signatures: message.signatures,
      body: message.body,
      attachments: [],
      certificates: [[parties.certificate]],
      status: [{ fingerprint, status: 'good', source: 'register', registerAt: parties.registerAt }],
    },
    judgement: { claims: [], moves: [], accounts: [], expects: [], refers: [], ...judgement },
    audience: to.map((party) => ({ party, view: 'full' })),
    refusalAudience: [],
    registerAt: parties.registerAt,
    judgedAt: journal.size(),
  }
}

interface Step {
  from: string
  kind: string
  body: object
  judgement: { claims?: Claim[]; moves?: Move[]; accounts?: AccountMove[] }
}

const STEPS_OF: readonly ((serial: number, journal: Journal, parties: DraftParties) => Step)[] = [
  declared,
  released,
  financed,
]

const traderOf = (serial: number, { traders }: DraftParties): string => traders[serial % traders.length]!

function declared(serial: number, journal: Journal, parties: DraftParties): Step {
  const entryId = entryIdOf(serial)
  const from = traderOf(serial, parties)
  const value: Head['value'] = { state: 'declared', version: 1, from, customs: parties.customs }
  const key = journal.headKey('declaration', entryId)
  return {
    from,
    kind: 'customs.declaration',
    body: { ...FORM, entryId, preEntryId: entryId },
    judgement: { claims: [{ key, value, rule: 'declaration-number' }] },
  }
}

function released(serial: number, journal: Journal, parties: DraftParties): Step {
  const entryId = entryIdOf(serial)
  const value: Head['value'] = {
    state: 'released',
    version: 1,
    from: traderOf(serial, parties),
    customs: parties.customs,
    declaration: serial * STEPS + parties.offset,
    currency: ITEM.tradeCurr,
    totalMinor: TOTAL_MINOR.toString(),
  }
  const account = journal.headKey('financeable', entryId, ITEM.tradeCurr)
  return {
    from: parties.customs,
    kind: 'customs.release',
    body: { entryId, releasedAt: '2026-11-21T00:00:00.000Z' },
    judgement: {
      moves: [{ key: journal.headKey('declaration', entryId), version: 1, value }],
      accounts: [{ act: 'open', key: account, amountMinor: TOTAL_MINOR, rule: 'financeable-opened' }],
    },
  }
}

function financed(serial: number, journal: Journal, { bank }: DraftParties): Step {
  const entryId = entryIdOf(serial)
  const account = journal.headKey('financeable', entryId, ITEM.tradeCurr)
  return {
    from: bank,
    kind: 'tradefinance.financing',
    body: { act: 'apply', entryId, applicationId: `FILL-${serial}` },
    judgement: {
      claims: [
        {
          key: journal.headKey('financing', bank, `FILL-${serial}`),
          value: { state: 'applied', currency: ITEM.tradeCurr, amountMinor: LENT_MINOR.toString() },
          rule: 'financing-application',
        },
      ],
      accounts: [{ act: 'debit', key: account, amountMinor: LENT_MINOR, rule: 'financeable-balance' }],
    },
  }
}
