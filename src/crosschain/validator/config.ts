// validator.json: whom a validator signs for, with which key, where it looks and what it believes. All that is wrong is told at once.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { HubError, parseStrictJson, type PartyUrn } from '../../hub/index.ts'
import type { Consensus } from '../ledgers/evm/header.ts'
import { laneId, type LaneTerms } from '../lane.ts'
import { readLedgerKey, readToken } from '../ledger-config.ts'
import type { LedgerContracts } from '../transport.ts'
import type { TrustRoot } from '../verifier.ts'
import { type ConfigFile, findForm } from './config-form.ts'

export interface ValidatorLedgerConfig {
  family: 'evm'
  consensus: Consensus
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

const PORT_MAX = 65_535

/** Reads the file; names of other files are relative to it. Throws PARAMETER_INVALID with all that is wrong. */
export function readValidatorConfig(path: string): ValidatorConfig {
  const file = parseStrictJson(readFileSync(path)) as ConfigFile
  const shape = findForm(file).map(({ path: at, message }) => `${at || 'the file'} ${message}`)
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
