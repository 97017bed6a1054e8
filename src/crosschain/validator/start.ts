// Puts a validator together from its configuration: log, trust, nodes, door.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { transportOf, verifierOf } from '../ledgers/index.ts'
import { signPossession } from '../kinds/validator.ts'
import { boundedReader } from './bounded-reader.ts'
import type { ValidatorConfig } from './config.ts'
import { serveValidator } from './server.ts'
import { openSignedLog } from './signed-log.ts'
import { trustFile } from './trust-file.ts'
import { openTrustedLedger } from './trusted-ledger.ts'
import { createValidator, type Validator, type ValidatorDeps } from './validator.ts'

export interface RunningValidator {
  validator: Validator
  url: string
  /** 65 bytes for the `ledger.validator` message that makes this key its party's. */
  possession: Uint8Array
  close(): Promise<void>
}

export interface StartOptions {
  clock: () => number
  /** Takes the data folder for this process and gives the release; throws if another has it. */
  lock(folder: string): () => void
  onFault(error: unknown): void
  /** One call of a node. */
  callMs?: number
  /** How often the ledgers are followed when nobody asks: a trusted block must not grow older than the trusting period. */
  followMs?: number
  answerMs?: number
}

const CALL_MS = 5_000
const FOLLOW_MS = 30_000

export async function startValidator(config: ValidatorConfig, options: StartOptions): Promise<RunningValidator> {
  const { clock, onFault, followMs = FOLLOW_MS, answerMs } = options
  const { party, key, host, port, token, dataFolder, lanes } = config
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const lock = (): (() => void) => options.lock(dataFolder)
  const signed = await openSignedLog({ path: join(dataFolder, 'signed.ndjson'), clock, lock })
  try {
    const ledgers = await Promise.all(Object.keys(config.ledgers).map((name) => openLedger(name, config, options)))
    const validator = createValidator({ key, ledgers, lanes, signed })
    const door = { validator, party, host, port, onFault, ...(token && { token }), ...(answerMs && { answerMs }) }
    const server = await serveValidator(door)
    const stop = followAll(validator, followMs, onFault)
    return {
      validator,
      url: server.url,
      possession: signPossession(party, key),
      async close() {
        stop()
        await server.close()
        await signed.close()
      },
    }
  } catch (error) {
    await signed.close()
    throw error
  }
}

async function openLedger(
  name: string,
  { ledgers, epochs, dataFolder }: ValidatorConfig,
  { clock, callMs = CALL_MS }: StartOptions,
): Promise<ValidatorDeps['ledgers'][number]> {
  const ledger = ledgers[name]!
  const { consensus, chainId, trust, contracts, urls, deployedAt = 0 } = ledger
  const root = { ...trust, validators: [...trust.validators] }
  const believed = { ledger: name, sequence: 1, consensus, chainId, root, gateway: contracts.gateway }
  const reader = boundedReader(transportOf(believed, { urls, deployedAt }, clock), callMs)
  const verifier = verifierOf(ledger)
  const store = trustFile(join(dataFolder, `trust-${name}.json`))
  const trusted = await openTrustedLedger({ name, reader, verifier, root, store, clock })
  const epoch = epochs[name]
  return { name, reader, verifier, gateway: contracts.gateway, trusted, chainId, ...(epoch && { epoch }) }
}

/** What stands in the way is told once, until it changes. */
function followAll(validator: Validator, everyMs: number, onFault: (error: unknown) => void): () => void {
  let running = false
  const told = new Map<string, string>()
  const turn = async (): Promise<void> => {
    if (running) return
    running = true
    const faults = await validator.follow()
    running = false
    for (const { ledger, fault } of faults) {
      const text = (fault as Error).message
      if (told.get(ledger) !== text) onFault(fault)
      told.set(ledger, text)
    }
    for (const ledger of told.keys()) if (!faults.some((fault) => fault.ledger === ledger)) told.delete(ledger)
  }
  const timer = setInterval(() => void turn(), everyMs)
  return () => clearInterval(timer)
}
