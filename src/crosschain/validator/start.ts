// Puts a validator together from its configuration: log, trust, nodes, door.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { evmTransport } from '../ledgers/evm/transport.ts'
import { evmVerifier } from '../ledgers/evm/verifier.ts'
import { signPossession } from '../kinds/validator.ts'
import { boundedReader } from './bounded-reader.ts'
import type { ValidatorConfig } from './config.ts'
import type { LaneLedger } from './known-lane.ts'
import { serveValidator } from './server.ts'
import { openSignedLog } from './signed-log.ts'
import { trustFile } from './trust-file.ts'
import { openTrustedLedger } from './trusted-ledger.ts'
import { createValidator, type Validator } from './validator.ts'

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
  /** One question to one node. */
  callMs?: number
  /** How often the ledgers are followed when nobody asks: a trusted block must not grow older than the trusting period. */
  followMs?: number
  answerMs?: number
}

const CALL_MS = 5_000
const FOLLOW_MS = 30_000
const TOLD_MAX = 1_000

export async function startValidator(config: ValidatorConfig, options: StartOptions): Promise<RunningValidator> {
  const { clock, onFault, followMs = FOLLOW_MS, answerMs } = options
  const { party, key, host, port, token, dataFolder, lanes } = config
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  const lock = (): (() => void) => options.lock(dataFolder)
  const signed = await openSignedLog({ path: join(dataFolder, 'signed.ndjson'), clock, lock })
  try {
    const ledgers = await Promise.all(Object.keys(config.ledgers).map((name) => openLedger(name, config, options)))
    const validator = createValidator({ key, ledgers, lanes, signed })
    const limits = { ...(token && { token }), ...(answerMs && { answerMs }) }
    const server = await serveValidator({ validator, party, host, port, onFault: tellOnce(onFault), ...limits })
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
): Promise<LaneLedger> {
  const ledger = ledgers[name]!
  const { chainId, trust: root, contracts, urls, deployedAt = 0 } = ledger
  const transport = evmTransport({ urls, chainId, contracts, deployedAt, clock, timeoutMs: callMs })
  // One call may ask each node in turn, and read a lane's history first.
  const reader = boundedReader(transport, callMs * (urls.length + 1))
  const verifier = evmVerifier(ledger.consensus)
  const store = trustFile(join(dataFolder, `trust-${name}.json`))
  const trusted = await openTrustedLedger({ name, reader, verifier, root, store, clock })
  const epoch = epochs[name]
  return { name, reader, verifier, gateway: contracts.gateway, trusted, chainId, ...(epoch && { epoch }) }
}

/** Whoever asks again and again must not fill the report. */
function tellOnce(onFault: (error: unknown) => void): (error: unknown) => void {
  const told = new Set<string>()
  return (error) => {
    const text = String(error)
    if (told.has(text)) return
    if (told.size === TOLD_MAX) told.clear()
    told.add(text)
    onFault(error)
  }
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
