// The form of ledgers.json. Unknown members are refused: a misspelt one would quietly change nothing.
import { compileSchema, type PartyUrn } from '../hub/index.ts'
import type { Trigger } from './events.ts'
import type { LedgerConfig } from './ledger-config.ts'
import type { Address } from './packet.ts'

/** The file as it is written; secrets are in files of their own. */
export interface ConfigFile extends Partial<Pick<LedgerConfig, 'everyMs'>> {
  ledgers: Record<PartyUrn, { urls?: string[]; keyFile?: string; deployedAt?: number; own?: true; party?: string }>
  validators?: { party: PartyUrn; url: string; address: Address; tokenFile?: string }[]
  anchoring?: { ledger: PartyUrn; everyEntries?: number; everyMs?: number }
  events?: (Omit<Trigger, 'assurance'> & Partial<Pick<Trigger, 'assurance'>>)[]
  supervision?: { ledger: PartyUrn; regulator: PartyUrn; everyMs?: number }[]
}

const URN = { type: 'string', pattern: '^urn:hub:[a-z]{2}:[a-z][a-z0-9-]{1,30}:[a-z0-9][a-z0-9._-]{0,63}$' }
const LEDGER = { type: 'string', pattern: '^urn:hub:[a-z]{2}:ledger:[a-z0-9][a-z0-9._-]{0,63}$' }
const ADDRESS = { type: 'string', pattern: '^[0-9a-f]{40}$' }
const WHOLE = { type: 'integer', minimum: 0 }
const MS = { type: 'integer', minimum: 100, maximum: 86_400_000 }
const object = (required: string[], properties: Record<string, unknown>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
})
const listOf = (items: unknown) => ({ type: 'array', maxItems: 256, items })
const URL_TEXT = { type: 'string', maxLength: 500, pattern: '^https?://' }

export const findConfigForm = compileSchema(
  object(['ledgers'], {
    ledgers: {
      type: 'object',
      maxProperties: 64,
      propertyNames: LEDGER,
      additionalProperties: object([], {
        urls: { ...listOf(URL_TEXT), minItems: 1 },
        keyFile: { type: 'string' },
        deployedAt: WHOLE,
        own: { const: true },
        party: { type: 'string' },
      }),
    },
    validators: listOf(
      object(['party', 'url', 'address'], {
        party: URN,
        url: URL_TEXT,
        address: ADDRESS,
        tokenFile: { type: 'string' },
      }),
    ),
    anchoring: object(['ledger'], { ledger: LEDGER, everyEntries: { type: 'integer', minimum: 1 }, everyMs: MS }),
    supervision: listOf(object(['ledger', 'regulator'], { ledger: LEDGER, regulator: URN, everyMs: MS })),
    events: listOf(
      object(['ledger', 'contract', 'topic', 'to', 'name'], {
        ledger: LEDGER,
        contract: ADDRESS,
        topic: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        to: URN,
        name: { type: 'string', pattern: '^[a-z][a-z0-9-]{1,62}$' },
        assurance: { enum: ['attested', 'claimed'] },
      }),
    ),
    everyMs: MS,
  }),
)
