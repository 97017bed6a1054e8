// ledgers.json: how this hub reaches ledgers, and what it does on them. Whom it believes is not in here: that is signed, in the journal.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { HubError, parseStrictJson, type PartyUrn } from '../hub/index.ts'
import { type ConfigFile, findConfigForm } from './ledger-config-form.ts'
import type { Trigger } from './events.ts'
import { readHubCredentials, type HubCredentials } from './ledgers/hub/partner-session.ts'
import type { Address } from './packet.ts'

export interface LedgerConfig {
  ledgers: Record<PartyUrn, ConnectionConfig>
  /** Relay validators this hub asks; whose they are is entered by `ledger.validator`. */
  validators: { party: PartyUrn; url: string; address: Address; token?: string }[]
  /** Where checkpoints are anchored, and how often: after so many entries, or so long after the last if there are any. */
  anchoring?: { ledger: PartyUrn; everyEntries: number; everyMs: number }
  /** Regulators whose feed is committed to on their own ledger. */
  supervision: { ledger: PartyUrn; regulator: PartyUrn; everyMs: number }[]
  /** Events of contracts that know nothing of us, told to a party at the assurance declared here. */
  events: Trigger[]
  /** How often each lane is looked at, at least. */
  everyMs: number
}

/** `urls` of nodes, asked in this order. `key`: 32 bytes of the account that pays for what the hub does there; absent: it only reads. */
export interface ConnectionConfig {
  urls: string[]
  key?: Buffer
  /** Height below which our contracts have no history. */
  deployedAt: number
  /** It is this hub itself, as the end of lanes to other hubs. */
  own?: true
  /** As whom another hub is asked. */
  credentials?: HubCredentials
}

const EVERY_ENTRIES = 1_000
const EVERY_MS = 600_000
const LOOK_MS = 1_000
/** What can stand in a header of HTTP. */
const TOKEN = /^[\x21-\x7e]{16,512}$/
const SUPERVISION_MS = 60_000

/** Reads the file; names of other files are relative to it. Throws PARAMETER_INVALID with all that is wrong. */
export function readLedgerConfig(path: string): LedgerConfig {
  const file = parseStrictJson(readFileSync(path)) as ConfigFile
  const shape = findConfigForm(file).map(({ path: at, message }) => `${at || 'the file'} ${message}`)
  if (shape.length > 0) throw wrong(path, shape)
  const faults = findUnknown(file)
  const beside = (name: string): string => resolve(dirname(path), name)
  const config = configOf(file, {
    key: (name) => read(() => readLedgerKey(beside(name)), faults),
    token: (name) => read(() => readToken(beside(name)), faults),
    party: (name) => read(() => readHubCredentials(beside(name)), faults),
  })
  if (faults.length > 0) throw wrong(path, faults)
  return config
}

/** What comes from other files; undefined: not to be read, and told as a fault. */
interface Secrets {
  key(file: string): Buffer | undefined
  token(file: string): string | undefined
  party(folder: string): HubCredentials | undefined
}

function configOf(file: ConfigFile, secrets: Secrets): LedgerConfig {
  const connection = (one: ConfigFile['ledgers'][string]): ConnectionConfig => {
    const { urls = [], keyFile, deployedAt = 0, own, party } = one
    const key = keyFile === undefined ? undefined : secrets.key(keyFile)
    const credentials = party === undefined ? undefined : secrets.party(party)
    return { urls, deployedAt, ...(key && { key }), ...(own && { own }), ...(credentials && { credentials }) }
  }
  return {
    ledgers: Object.fromEntries(Object.entries(file.ledgers).map(([urn, one]) => [urn, connection(one)])),
    validators: (file.validators ?? []).map(({ tokenFile, ...validator }) => {
      const token = tokenFile === undefined ? undefined : secrets.token(tokenFile)
      return { ...validator, ...(token !== undefined && { token }) }
    }),
    ...(file.anchoring && { anchoring: { everyEntries: EVERY_ENTRIES, everyMs: EVERY_MS, ...file.anchoring } }),
    supervision: (file.supervision ?? []).map((one) => ({ everyMs: SUPERVISION_MS, ...one })),
    events: (file.events ?? []).map((trigger) => ({ assurance: 'claimed' as const, ...trigger })),
    everyMs: file.everyMs ?? LOOK_MS,
  }
}

/** What names a ledger that is not connected, a node whose address is none, or the same twice: two would share one place, and one be lost. */
function findUnknown({ ledgers, anchoring, supervision = [], events = [], validators = [] }: ConfigFile): string[] {
  const named = [anchoring, ...supervision, ...events].flatMap((one) => (one ? [one.ledger] : []))
  const unknown = [...new Set(named)].filter((urn) => !Object.hasOwn(ledgers, urn))
  const regulators = supervision.map(({ ledger, regulator }) => `${regulator} on ${ledger}`)
  const triggers = events.map(({ ledger, contract, topic, name }) => [ledger, contract, topic, name].join('/'))
  return [
    ...unknown.map((urn) => `ledgers lacks ${urn}`),
    ...Object.entries(ledgers).flatMap(([urn, { urls = [], own }]) => [
      ...(urls.every((url) => URL.canParse(url)) ? [] : [`a URL of ${urn} is none`]),
      ...((urls.length === 0) === (own === true) ? [] : [`${urn} has either urls or "own": true`]),
    ]),
    ...(Object.values(ledgers).filter(({ own }) => own).length > 1 ? ['more than one ledger is this hub itself'] : []),
    ...validators.flatMap(({ address, url }) => findValidatorUrl(address, url)),
    ...twice(
      'validators',
      validators.map(({ address }) => address),
    ),
    ...twice('supervision', regulators),
    ...twice('events', triggers),
  ]
}

const twice = (member: string, keys: readonly string[]): string[] =>
  keys.flatMap((key, at) => (keys.indexOf(key) < at ? [`${member} has ${key} twice`] : []))

/** It is asked with a token; what stands in a URL would come back in errors. */
function findValidatorUrl(address: string, url: string): string[] {
  if (!URL.canParse(url)) return [`the URL of validator ${address} is none`]
  const { username, password } = new URL(url)
  return username || password ? [`the URL of validator ${address} holds a password; put a token into tokenFile`] : []
}

function read<T>(secret: () => T, faults: string[]): T | undefined {
  try {
    return secret()
  } catch (error) {
    faults.push(error instanceof HubError ? error.detail : (error as Error).message)
    return undefined
  }
}

/** A token file: 16 to 512 visible characters. Throws PARAMETER_INVALID; never shows what it read. */
export function readToken(path: string): string {
  const token = readFileSync(path, 'utf8').trim()
  if (!TOKEN.test(token))
    throw new HubError('PARAMETER_INVALID', `${path} has no token of 16 to 512 visible characters`)
  return token
}

const wrong = (path: string, faults: string[]): HubError =>
  new HubError('PARAMETER_INVALID', `${path}: ${faults.join('; ')}`)

/** A key file of a ledger account: 64 characters of hex. Throws PARAMETER_INVALID; never shows what it read. */
export function readLedgerKey(path: string): Buffer {
  const text = readFileSync(path, 'utf8').trim()
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(text))
    throw new HubError('PARAMETER_INVALID', `${path} is no key of 32 bytes in hex`)
  return Buffer.from(text.replace(/^0x/, ''), 'hex')
}
