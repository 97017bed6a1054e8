// ledgers.json: how this hub reaches ledgers, and what it does on them. Whom it believes is not in here: that is signed, in the journal.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { compileSchema, HubError, parseStrictJson, type PartyUrn } from '../hub/index.ts'
import type { Address, Word } from './packet.ts'

export interface LedgerConfig {
  ledgers: Record<PartyUrn, ConnectionConfig>
  /** Relay validators this hub asks; whose they are is entered by `ledger.validator`. */
  validators: { party: PartyUrn; url: string; address: Address; token?: string }[]
  /** Where checkpoints are anchored, and how often: after so many entries, or so long after the last if there are any. */
  anchoring?: { ledger: PartyUrn; everyEntries: number; everyMs: number }
  /** Regulators whose feed is committed to on their own ledger. */
  supervision: { ledger: PartyUrn; regulator: PartyUrn; everyMs: number }[]
  /** Events of contracts that know nothing of us, told to a party at the assurance `claimed`. */
  events: { ledger: PartyUrn; contract: Address; topic: Word; to: PartyUrn; name: string }[]
  /** How often each lane is looked at, at least. */
  everyMs: number
}

/** `urls` of nodes, asked in this order. `key`: 32 bytes of the account that pays for what the hub does there; absent: it only reads. */
export interface ConnectionConfig {
  urls: string[]
  key?: Buffer
  /** Height below which our contracts have no history. */
  deployedAt: number
}

const URN = { type: 'string', pattern: '^urn:hub:[a-z]{2}:[a-z][a-z0-9-]{1,30}:[a-z0-9][a-z0-9._-]{0,63}$' }
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

const findings = compileSchema(
  object(['ledgers'], {
    ledgers: {
      type: 'object',
      maxProperties: 64,
      propertyNames: URN,
      additionalProperties: object(['urls'], {
        urls: { ...listOf(URL_TEXT), minItems: 1 },
        keyFile: { type: 'string' },
        deployedAt: WHOLE,
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
    anchoring: object(['ledger'], { ledger: URN, everyEntries: { type: 'integer', minimum: 1 }, everyMs: MS }),
    supervision: listOf(object(['ledger', 'regulator'], { ledger: URN, regulator: URN, everyMs: MS })),
    events: listOf(
      object(['ledger', 'contract', 'topic', 'to', 'name'], {
        ledger: URN,
        contract: ADDRESS,
        topic: { type: 'string', pattern: '^[0-9a-f]{64}$' },
        to: URN,
        name: { type: 'string', pattern: '^[a-z][a-z0-9-]{1,62}$' },
      }),
    ),
    everyMs: MS,
  }),
)

const EVERY_ENTRIES = 1_000
const EVERY_MS = 600_000
const LOOK_MS = 1_000
const SUPERVISION_MS = 60_000

interface ConfigFile extends Pick<LedgerConfig, 'events' | 'everyMs'> {
  ledgers: Record<PartyUrn, { urls: string[]; keyFile?: string; deployedAt?: number }>
  validators?: { party: PartyUrn; url: string; address: Address; tokenFile?: string }[]
  anchoring?: { ledger: PartyUrn; everyEntries?: number; everyMs?: number }
  supervision?: { ledger: PartyUrn; regulator: PartyUrn; everyMs?: number }[]
}

/** Reads the file; names of other files are relative to it. Throws PARAMETER_INVALID with all that is wrong. */
export function readLedgerConfig(path: string): LedgerConfig {
  const file = parseStrictJson(readFileSync(path)) as Partial<ConfigFile>
  const found = findings(file).map(({ path: at, message }) => `${at} ${message}`)
  if (found.length > 0) throw new HubError('PARAMETER_INVALID', `${path}: ${found.join('; ')}`)
  const beside = (name: string): string => resolve(dirname(path), name)
  const config: LedgerConfig = {
    ledgers: Object.fromEntries(
      Object.entries(file.ledgers!).map(([urn, { urls, keyFile, deployedAt = 0 }]) => [
        urn,
        { urls, deployedAt, ...(keyFile !== undefined && { key: readLedgerKey(beside(keyFile)) }) },
      ]),
    ),
    validators: (file.validators ?? []).map(({ tokenFile, ...validator }) => ({
      ...validator,
      ...(tokenFile !== undefined && { token: readFileSync(beside(tokenFile), 'utf8').trim() }),
    })),
    ...(file.anchoring && { anchoring: { everyEntries: EVERY_ENTRIES, everyMs: EVERY_MS, ...file.anchoring } }),
    supervision: (file.supervision ?? []).map((one) => ({ everyMs: SUPERVISION_MS, ...one })),
    events: file.events ?? [],
    everyMs: file.everyMs ?? LOOK_MS,
  }
  const named = [config.anchoring, ...config.supervision, ...config.events].flatMap((one) => (one ? [one.ledger] : []))
  const unknown = named.filter((urn) => !Object.hasOwn(config.ledgers, urn))
  if (unknown.length > 0) throw new HubError('PARAMETER_INVALID', `${path}: ledgers lacks ${unknown.join(', ')}`)
  // Each keeps its place under these names; two would share it, and the second never be told.
  const names = [
    ...config.supervision.map(({ ledger, regulator }) => `${ledger}/${regulator}`),
    ...config.events.map(({ ledger, contract, topic, name }) => [ledger, contract, topic, name].join('/')),
  ]
  const twice = names.find((name, at) => names.indexOf(name) < at)
  if (twice !== undefined) throw new HubError('PARAMETER_INVALID', `${path}: ${twice} is there twice`)
  return config
}

/** A key file of a ledger account: 64 characters of hex. Throws PARAMETER_INVALID; never shows what it read. */
export function readLedgerKey(path: string): Buffer {
  const text = readFileSync(path, 'utf8').trim()
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(text))
    throw new HubError('PARAMETER_INVALID', `${path} is no key of 32 bytes in hex`)
  return Buffer.from(text.replace(/^0x/, ''), 'hex')
}
