// Environment -> Config, read once; all faults are reported together. Nothing else reads the environment.
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { X509Certificate } from 'node:crypto'
import { readCertificate } from './hub/identity/certificate.ts'
import { readFetchAllow } from './hub/identity/fetch-guard.ts'
import { type LedgerConfig, readLedgerConfig } from './crosschain/index.ts'
import { HubError } from './hub/errors.ts'
import type { IntakeLimits } from './hub/http/intake.ts'
import type { ConnectionLimits, PartyLimits } from './hub/http/quota.ts'
import type { Seed } from './hub/identity/register-fold.ts'
import { parseStrictJson } from './hub/message/strict-json.ts'

export interface Config {
  seed: Seed
  /** Folder of the stores. */
  data: string
  /** Folder of the hub's private keys, and of the sealing and index keys made at first start. */
  keys: string
  /** Message file of the first `hub.key`. */
  keyStatement: string
  /** Folder of signed register entries submitted at each start; duplicates are answered as such. */
  register?: string
  /** Ledgers this hub reaches; absent: none. */
  ledgers?: LedgerConfig
  /** Country this deployment belongs to: parties of others read no bodies here, only over lanes. Absent: it says of none. */
  country?: string
  host: string
  port: number
  /** What sessions are signed for: scheme, host and port as clients see them. */
  origin: string
  tls?: { key: string; cert: string; clientCa?: string }
  tsa?: { url: string; authorities: Buffer[] }
  checkpointMs: number
  /** How often the sources of revocations are looked at, and the hosts (host:port) fetched from although their address is not public. */
  revocationMs: number
  fetchAllow: ReadonlySet<string>
  /** Token of the scraper of /metrics; absent: only peers on this machine are answered. */
  metricsToken?: string
  quotas: { party: PartyLimits; connection: ConnectionLimits; socketsPerParty: number }
  intake: IntakeLimits
  diskReserveMiB: number
  /** How long closing may take. */
  closeMs: number
  /** Limits of uploaded attachments that wait to be used: of one, and of all of a party. */
  uploads: { bytesMax: number; partyBytesMax: number }
  sm2Workers: number
  logLevel: string
  /** Folder of reference data beside the packaged one; the newer version of a list counts. */
  reference?: string
  /** Several processes over MongoDB and Redis; absent: one process over SQLite. */
  cluster?: ClusterConfig
}

export interface ClusterConfig {
  mongoUrl: string
  /** The path of that URL. */
  database: string
  redisUrl: string
  /** Name of this process, that no other one has. */
  process: string
  /** Where the other processes' drafts are taken, and what they are told of it (absent: host and port it is bound to). */
  host: string
  port: number
  url?: string
}

/** The settings there are, for README and `beibu serve --help`. */
export const SETTINGS: readonly { name: string; meaning: string; default?: string; required?: true }[] = [
  {
    name: 'HUB_SEED',
    meaning: 'seed file: the hub, its operator root, each country\u2019s authority and first anchors',
    required: true,
  },
  {
    name: 'HUB_KEYS',
    meaning: 'folder of the hub\u2019s private keys (PEM); sealing and index keys are made there at first start',
    required: true,
  },
  {
    name: 'HUB_KEY_STATEMENT',
    meaning: 'message file of the first hub.key, signed by the operator root',
    required: true,
  },
  { name: 'HUB_DATA', meaning: 'folder of the journal and of what is derived from it', default: 'data/hub' },
  {
    name: 'HUB_PROFILE',
    meaning: 'embedded (one process, SQLite) or cluster (any number of processes over MongoDB and Redis)',
    default: 'embedded',
  },
  {
    name: 'HUB_MONGO_URL',
    meaning: 'cluster: mongodb://host,host/database?replicaSet=...; the database is this hub\u2019s alone',
  },
  { name: 'HUB_REDIS_URL', meaning: 'cluster: redis://host:port of a Redis with an append-only file' },
  {
    name: 'HUB_PROCESS_NAME',
    meaning: 'cluster: name of this process, that no other one has',
    default: 'host name and HUB_LISTEN',
  },
  {
    name: 'HUB_CLUSTER_LISTEN',
    meaning: 'cluster: address and port for the other processes of this hub; 0 is any free port',
    default: '127.0.0.1:0',
  },
  {
    name: 'HUB_CLUSTER_URL',
    meaning: 'cluster: http://host:port at which the other processes reach it',
    default: 'what HUB_CLUSTER_LISTEN is bound to',
  },
  { name: 'HUB_REGISTER', meaning: 'folder of signed register entries submitted at each start' },
  {
    name: 'HUB_LEDGERS',
    meaning: 'ledgers.json: nodes of ledgers, relay validators, anchoring, supervision lanes, event triggers',
  },
  {
    name: 'HUB_REFERENCE',
    meaning:
      'folder of reference data (<list>/<day>.json) beside the one that comes with the program; the newer version of a list counts',
  },
  {
    name: 'HUB_COUNTRY',
    meaning:
      'country the deployment belongs to (ISO 3166-1 alpha-2): parties of others read no bodies here, only over lanes',
  },
  { name: 'HUB_LISTEN', meaning: 'address and port to listen on', default: '127.0.0.1:7443' },
  {
    name: 'HUB_ORIGIN',
    meaning: 'origin that clients see; sessions are signed for it',
    default: 'http(s)://<HUB_LISTEN>',
  },
  { name: 'HUB_TLS_KEY', meaning: 'private key file (PEM); with HUB_TLS_CERT the hub speaks TLS' },
  { name: 'HUB_TLS_CERT', meaning: 'certificate chain file (PEM)' },
  {
    name: 'HUB_TLS_CLIENT_CA',
    meaning: 'CA file (PEM) named to TLS clients; a certificate that proves a party takes the place of a session',
  },
  { name: 'HUB_TSA_URL', meaning: 'RFC 3161 time-stamping authority asked for a token per checkpoint' },
  { name: 'HUB_TSA_CA', meaning: 'CA file (PEM) that the time-stamping authority must lead to' },
  { name: 'HUB_CHECKPOINT_MS', meaning: 'time between checkpoints, 100 to 1000 ms', default: '500' },
  {
    name: 'HUB_REVOCATION_MS',
    meaning: 'how often due revocation lists and responders are looked at, 100 ms to an hour',
    default: '60000',
  },
  {
    name: 'HUB_FETCH_ALLOW',
    meaning: 'host:port, separated by commas: fetched from although the address is private, link-local or loopback',
  },
  {
    name: 'HUB_METRICS_TOKEN',
    meaning: 'file with the token of the scraper of /metrics; without it only peers on this machine are answered',
  },
  { name: 'HUB_QUOTA_MESSAGES', meaning: 'messages of a party per minute', default: '600000' },
  { name: 'HUB_QUOTA_MIB', meaning: 'MiB of messages of a party per minute', default: '6000' },
  { name: 'HUB_QUOTA_REFUSED', meaning: 'answers 409 and 422 of a party per minute', default: '60000' },
  { name: 'HUB_QUOTA_UPLOAD_MIB', meaning: 'MiB uploaded by a party per minute', default: '6000' },
  { name: 'HUB_QUOTA_SOCKETS', meaning: 'feed sockets of a party at a time', default: '1000' },
  { name: 'HUB_QUOTA_REQUESTS', meaning: 'requests of a connection per second', default: '10000' },
  { name: 'HUB_QUOTA_ATTEMPTS', meaning: 'requests of a connection per minute that prove nobody', default: '6000' },
  { name: 'HUB_REQUESTS_MAX', meaning: 'requests being answered at a time; more are told OVERLOADED', default: '2048' },
  { name: 'HUB_BODY_MIB', meaning: 'MiB of bodies in memory at a time; more are told OVERLOADED', default: '256' },
  { name: 'HUB_LOOP_LAG_MS', meaning: 'delay of the event loop above which no bodies are taken', default: '2000' },
  { name: 'HUB_DISK_RESERVE_MB', meaning: 'MiB left on the disk below which no bodies are taken', default: '256' },
  { name: 'HUB_CLOSE_MS', meaning: 'how long closing may take before the process ends anyway', default: '20000' },
  { name: 'HUB_UPLOAD_MIB', meaning: 'largest uploaded attachment, 1 to 1024 MiB', default: '64' },
  {
    name: 'HUB_UPLOADS_PARTY_MIB',
    meaning: 'uploaded attachments a party may have waiting, 1 to 65536 MiB',
    default: '512',
  },
  { name: 'HUB_SM2_WORKERS', meaning: 'threads for SM2 signatures, 1 to 64', default: '2' },
  { name: 'HUB_LOG', meaning: 'log level: fatal, error, warn, info, debug or silent', default: 'warn' },
]

const MIB = 1024 * 1024
const MIB_MAX = 100_000_000
const COUNT_MAX = 1_000_000_000
const TOKEN = /^[A-Za-z0-9_-]{20,200}$/

export class ConfigError extends Error {
  readonly faults: string[]
  constructor(faults: string[]) {
    super(`the configuration has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

/** Reads the configuration. Throws one ConfigError with every fault found. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const faults: string[] = []
  const known = new Set(SETTINGS.map(({ name }) => name))
  for (const name of Object.keys(env))
    if (name.startsWith('HUB_') && !known.has(name)) faults.push(`${name} is not a setting of this hub`)
  const text = (name: string): string | undefined => env[name]?.trim() || undefined
  const path = (name: string): string => {
    const value = text(name)
    if (!value) faults.push(`${name} is not set: ${SETTINGS.find((setting) => setting.name === name)!.meaning}`)
    else if (!existsSync(value)) faults.push(`${name}: there is no ${value}`)
    return value ?? ''
  }
  const optionalPath = (name: string): string | undefined => (text(name) ? path(name) : undefined)
  const integer = (name: string, from: number, to: number, otherwise: number): number => {
    const value = text(name) === undefined ? otherwise : Number(text(name))
    if (!Number.isInteger(value) || value < from || value > to)
      faults.push(`${name} must be a whole number from ${from} to ${to}`)
    return value
  }
  const listen = text('HUB_LISTEN') ?? '127.0.0.1:7443'
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(listen) ?? []
  if (!host || Number(port) > 65_535) faults.push(`HUB_LISTEN must be host:port, not ${listen}`)
  const [key, cert, clientCa] = [
    optionalPath('HUB_TLS_KEY'),
    optionalPath('HUB_TLS_CERT'),
    optionalPath('HUB_TLS_CLIENT_CA'),
  ]
  if ((key === undefined) !== (cert === undefined)) faults.push('HUB_TLS_KEY and HUB_TLS_CERT go together')
  const origin = text('HUB_ORIGIN') ?? `${key ? 'https' : 'http'}://${listen}`
  if (!isOrigin(origin)) faults.push(`HUB_ORIGIN must be an origin such as https://hub.example, not ${origin}`)
  const tsaUrl = text('HUB_TSA_URL')
  if (tsaUrl !== undefined && !URL.canParse(tsaUrl)) faults.push('HUB_TSA_URL is not a URL')
  const tsaCa = optionalPath('HUB_TSA_CA')
  if (tsaCa && tsaUrl === undefined) faults.push('HUB_TSA_CA goes with HUB_TSA_URL')
  const fetchAllow = readFetchAllow(text('HUB_FETCH_ALLOW') ?? '')
  if (!fetchAllow) faults.push('HUB_FETCH_ALLOW must be host:port, separated by commas')
  const logLevel = text('HUB_LOG') ?? 'warn'
  if (!['fatal', 'error', 'warn', 'info', 'debug', 'silent'].includes(logLevel))
    faults.push('HUB_LOG is not a log level')
  const tokenFile = optionalPath('HUB_METRICS_TOKEN')
  const metricsToken = tokenFile && existsSync(tokenFile) ? readFileSync(tokenFile, 'utf8').trim() : undefined
  if (metricsToken !== undefined && !TOKEN.test(metricsToken))
    faults.push('HUB_METRICS_TOKEN: the token has 20 to 200 letters, digits, - or _')
  const register = optionalPath('HUB_REGISTER')
  const cluster = readCluster(text, listen, faults)
  const reference = optionalPath('HUB_REFERENCE')
  const ledgers = readLedgers(optionalPath('HUB_LEDGERS'), faults)
  const country = text('HUB_COUNTRY')
  if (country !== undefined && !/^[A-Z]{2}$/.test(country)) faults.push('HUB_COUNTRY must be two capital letters')
  const seedPath = path('HUB_SEED')
  const seed = seedPath && existsSync(seedPath) ? readSeed(seedPath, faults) : undefined
  const config = {
    data: text('HUB_DATA') ?? 'data/hub',
    keys: path('HUB_KEYS'),
    keyStatement: path('HUB_KEY_STATEMENT'),
    ...(register && { register }),
    ...(reference && { reference }),
    ...(ledgers && { ledgers }),
    ...(country !== undefined && { country }),
    host: host ?? '',
    port: Number(port),
    origin,
    ...(key && cert && { tls: { key, cert, ...(clientCa && { clientCa }) } }),
    ...(tsaUrl && {
      tsa: { url: tsaUrl, authorities: tsaCa && existsSync(tsaCa) ? pemsOf(readFileSync(tsaCa, 'utf8')) : [] },
    }),
    checkpointMs: integer('HUB_CHECKPOINT_MS', 100, 1000, 500),
    revocationMs: integer('HUB_REVOCATION_MS', 100, 3_600_000, 60_000),
    fetchAllow: fetchAllow ?? new Set<string>(),
    ...(metricsToken !== undefined && { metricsToken }),
    quotas: {
      party: {
        messagesPerMinute: integer('HUB_QUOTA_MESSAGES', 1, COUNT_MAX, 600_000),
        bytesPerMinute: integer('HUB_QUOTA_MIB', 1, MIB_MAX, 6_000) * MIB,
        refusedPerMinute: integer('HUB_QUOTA_REFUSED', 1, COUNT_MAX, 60_000),
        uploadBytesPerMinute: integer('HUB_QUOTA_UPLOAD_MIB', 1, MIB_MAX, 6_000) * MIB,
      },
      connection: {
        requestsPerSecond: integer('HUB_QUOTA_REQUESTS', 1, COUNT_MAX, 10_000),
        attemptsPerMinute: integer('HUB_QUOTA_ATTEMPTS', 1, COUNT_MAX, 6_000),
      },
      socketsPerParty: integer('HUB_QUOTA_SOCKETS', 1, COUNT_MAX, 1_000),
    },
    intake: {
      requestsMax: integer('HUB_REQUESTS_MAX', 1, 100_000, 2_048),
      bodyBytesMax: integer('HUB_BODY_MIB', 1, MIB_MAX, 256) * MIB,
      loopLagMaxMs: integer('HUB_LOOP_LAG_MS', 50, 60_000, 2_000),
    },
    diskReserveMiB: integer('HUB_DISK_RESERVE_MB', 0, MIB_MAX, 256),
    closeMs: integer('HUB_CLOSE_MS', 100, 600_000, 20_000),
    uploads: {
      bytesMax: integer('HUB_UPLOAD_MIB', 1, 1024, 64) * MIB,
      partyBytesMax: integer('HUB_UPLOADS_PARTY_MIB', 1, 65_536, 512) * MIB,
    },
    sm2Workers: integer('HUB_SM2_WORKERS', 1, 64, 2),
    logLevel,
    ...(cluster && { cluster }),
  }
  if (faults.length > 0 || !seed) throw new ConfigError(faults)
  return { ...config, seed }
}

/** Name of the database in a mongodb URL; undefined if it names none or is no such URL. */
export const databaseOf = (url = ''): string | undefined => /^mongodb(?:\+srv)?:\/\/[^/]+\/([\w-]+)/.exec(url)?.[1]

function readCluster(
  text: (name: string) => string | undefined,
  listen: string,
  faults: string[],
): ClusterConfig | undefined {
  const profile = text('HUB_PROFILE') ?? 'embedded'
  if (profile !== 'cluster') {
    if (profile !== 'embedded') faults.push(`HUB_PROFILE is embedded or cluster, not ${profile}`)
    return undefined
  }
  const [mongoUrl, redisUrl, url] = [text('HUB_MONGO_URL'), text('HUB_REDIS_URL'), text('HUB_CLUSTER_URL')]
  const database = databaseOf(mongoUrl)
  if (!database) faults.push('HUB_MONGO_URL must be mongodb://host:port/database when HUB_PROFILE is cluster')
  if (!/^rediss?:\/\/./.test(redisUrl ?? ''))
    faults.push('HUB_REDIS_URL must be redis://host:port when HUB_PROFILE is cluster')
  const among = text('HUB_CLUSTER_LISTEN') ?? '127.0.0.1:0'
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(among) ?? []
  if (!host || Number(port) > 65_535) faults.push(`HUB_CLUSTER_LISTEN must be host:port, not ${among}`)
  if (url === undefined && /^(?:0\.0\.0\.0|\[?::\]?)$/.test(host ?? ''))
    faults.push(
      'HUB_CLUSTER_URL must say at which address the others reach this process, since HUB_CLUSTER_LISTEN says none',
    )
  if (url !== undefined && !/^http:\/\/[^/]+$/.test(url)) faults.push('HUB_CLUSTER_URL must be http://host:port')
  const process = text('HUB_PROCESS_NAME') ?? `${hostname()}/${listen}`
  if (process.length > 200) faults.push('HUB_PROCESS_NAME has at most 200 characters')
  return {
    mongoUrl: mongoUrl ?? '',
    database: database ?? '',
    redisUrl: redisUrl ?? '',
    process,
    host: host ?? '',
    port: Number(port),
    ...(url !== undefined && { url }),
  }
}

function readLedgers(path: string | undefined, faults: string[]): LedgerConfig | undefined {
  if (!path || !existsSync(path)) return undefined
  try {
    return readLedgerConfig(path)
  } catch (error) {
    faults.push(`HUB_LEDGERS: ${error instanceof HubError ? error.detail : (error as Error).message}`)
    return undefined
  }
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text
}

/** Reads the seed file: {hub, operatorRoot: PEM, countries: {CC: {authority, anchors: [PEM]}}}. */
function readSeed(path: string, faults: string[]): Seed | undefined {
  try {
    const file = parseStrictJson(readFileSync(path)) as {
      hub: string
      operatorRoot: string
      countries: Record<string, { authority: string; anchors: string[] }>
    }
    return {
      hub: file.hub,
      operatorRoot: fromPem(file.operatorRoot),
      countries: Object.entries(file.countries).map(([country, { authority, anchors }]) => ({
        country,
        authority,
        anchors: anchors.map(fromPem),
      })),
    }
  } catch (error) {
    faults.push(
      `HUB_SEED: ${path} cannot be read as a seed file: ${error instanceof Error ? error.message : String(error)}`,
    )
    return undefined
  }
}

const pemsOf = (text: string): Buffer[] =>
  (text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []).map(
    (pem) => new X509Certificate(pem).raw,
  )
const fromPem = (pem: string) => readCertificate(new X509Certificate(pem).raw)
