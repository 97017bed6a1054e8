// validator.json: whom a validator signs for, with which key, where it looks and what it believes. All that is wrong is told at once.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { compileSchema, HubError, parseStrictJson, readSchemaFile, type PartyUrn } from '../../hub/index.ts'
import type { LedgerTrust } from '../../../schemas/types.d.ts'
import { laneId, type LaneTerms } from '../lane.ts'
import { readLedgerKey } from '../ledger-config.ts'
import type { LedgerContracts } from '../transport.ts'
import type { TrustRoot } from '../verifier.ts'
import { TRUST_ROOT } from './trust-file.ts'

export interface ValidatorLedgerConfig {
  family: 'evm'
  consensus: LedgerTrust['consensus']
  chainId: number
  /** Of this validator's own nodes, asked in this order. */
  urls: string[]
  trust: TrustRoot
  contracts: Pick<LedgerContracts, 'gateway'>
  /** Height below which the gateway has no history. */
  deployedAt?: number
}

export interface ValidatorConfig {
  party: PartyUrn
  key: Buffer
  host: string
  port: number
  /** Demanded of those who ask, if given. */
  token?: string
  dataFolder: string
  ledgers: Record<string, ValidatorLedgerConfig>
  lanes: LaneTerms[]
  /** Number of the validator set of a gateway, by ledger, for requests that name none. */
  epochs: Record<string, number>
}

const NAME = '^[a-z][a-z0-9-]{0,62}$'
const TEXT = { type: 'string', minLength: 1, maxLength: 500 }
const COUNT = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }
const object = (required: string[], properties: Record<string, unknown>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
})
const byName = (additionalProperties: unknown) => ({
  type: 'object',
  minProperties: 1,
  maxProperties: 64,
  propertyNames: { type: 'string', pattern: NAME },
  additionalProperties,
})
const CONTRACT = object(['address', 'codeHash'], {
  address: { type: 'string', pattern: '^[0-9a-f]{40}$' },
  codeHash: { type: 'string', pattern: '^[0-9a-f]{64}$' },
})
const LEDGER = object(['family', 'consensus', 'chainId', 'urls', 'trust', 'contracts'], {
  family: { const: 'evm' },
  consensus: { enum: ['qbft', 'ibft2', 'ibft1'] },
  chainId: COUNT,
  urls: { type: 'array', minItems: 1, maxItems: 16, items: { ...TEXT, pattern: '^https?://' } },
  trust: TRUST_ROOT,
  contracts: object(['gateway'], { gateway: CONTRACT }),
  deployedAt: { ...COUNT, minimum: 0 },
})

const laneSchema = readSchemaFile('ledger/lane.v1.json') as { properties: { terms: Record<string, unknown> } }
const findings = compileSchema(
  object(['party', 'keyFile', 'listen', 'dataFolder', 'ledgers', 'lanes'], {
    party: { type: 'string', pattern: '^urn:hub:[a-z]{2}:[a-z][a-z0-9-]{1,30}:[a-z0-9][a-z0-9._-]{0,63}$' },
    keyFile: TEXT,
    listen: { type: 'string', pattern: '^(?:[0-9.]+|\\[[0-9a-fA-F:]+\\]|[a-z0-9.-]+):[0-9]{1,5}$' },
    tokenFile: TEXT,
    dataFolder: TEXT,
    ledgers: byName(LEDGER),
    lanes: { type: 'array', minItems: 1, maxItems: 256, items: laneSchema.properties.terms },
    epochs: { ...byName(COUNT), minProperties: 0 },
  }),
)

interface ConfigFile extends Pick<ValidatorConfig, 'party' | 'dataFolder' | 'ledgers' | 'lanes'> {
  keyFile: string
  tokenFile?: string
  listen: string
  epochs?: Record<string, number>
}

const PORT_MAX = 65_535
const TOKEN = /^[!-~]{16,512}$/

/** Reads the file; names of other files are relative to it. Throws PARAMETER_INVALID with all that is wrong. */
export function readValidatorConfig(path: string): ValidatorConfig {
  const file = parseStrictJson(readFileSync(path)) as ConfigFile
  const shape = findings(file).map(({ path: at, message }) => `${at || 'the file'} ${message}`)
  if (shape.length > 0) throw invalid(path, shape)
  const beside = (name: string): string => resolve(dirname(path), name)
  const faults = [...findListen(file), ...findLanes(file), ...findEpochs(file)]
  const key = given(() => readLedgerKey(beside(file.keyFile)), faults)
  const token = file.tokenFile === undefined ? undefined : given(() => readToken(beside(file.tokenFile!)), faults)
  if (faults.length > 0) throw invalid(path, faults)
  const { party, ledgers, lanes, epochs = {} } = file
  const dataFolder = beside(file.dataFolder)
  return { party, key: key!, ...placeOf(file.listen), ...(token && { token }), dataFolder, ledgers, lanes, epochs }
}

function findListen({ listen }: ConfigFile): string[] {
  return placeOf(listen).port > PORT_MAX ? [`/listen has no port up to ${PORT_MAX}`] : []
}

function findLanes({ lanes, ledgers }: ConfigFile): string[] {
  const places = Object.values(ledgers).map(({ chainId, contracts }) => `${chainId}/${contracts.gateway.address}`)
  const ids = lanes.map(laneId)
  const unreached = lanes.flatMap(({ source, target }, at) =>
    [source, target]
      .filter(({ chainId, gateway }) => !places.includes(`${chainId}/${gateway}`))
      .map((end) => `/lanes/${at} ends at chain ${end.chainId}, gateway ${end.gateway}, which no ledger has`),
  )
  return [
    ...unreached,
    ...ids.flatMap((id, at) => (ids.indexOf(id) < at ? [`/lanes/${at} is there twice`] : [])),
    ...places.flatMap((place, at) => (places.indexOf(place) < at ? [`/ledgers has ${place} twice`] : [])),
  ]
}

const findEpochs = ({ epochs = {}, ledgers }: ConfigFile): string[] =>
  Object.keys(epochs)
    .filter((name) => !Object.hasOwn(ledgers, name))
    .map((name) => `/epochs names ${name}, which is no ledger`)

function placeOf(listen: string): { host: string; port: number } {
  const at = listen.lastIndexOf(':')
  return { host: listen.slice(0, at).replaceAll(/[[\]]/g, ''), port: Number(listen.slice(at + 1)) }
}

function readToken(path: string): string {
  const token = readFileSync(path, 'utf8').trim()
  if (!TOKEN.test(token)) throw new Error(`${path} has no token of 16 to 512 visible characters`)
  return token
}

function given<T>(read: () => T, faults: string[]): T | undefined {
  try {
    return read()
  } catch (error) {
    faults.push((error as Error).message)
    return undefined
  }
}

const invalid = (path: string, faults: string[]): HubError =>
  new HubError('PARAMETER_INVALID', `${path}: ${faults.join('; ')}`)
