// Relay validators of a run across ledgers: processes of different parties, each killed and started again on its own folder.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startValidatorProcess, type ValidatorProcess } from '../../src/client/demo/validator-process.ts'
import type { LaneTerms } from '../../src/crosschain/lane.ts'
import { readSignedLines, type SignedLine } from '../../src/crosschain/validator/signed-line.ts'
import type { TrustRoot } from '../../src/crosschain/verifier.ts'
import type { KeyPair, PlaceLedger } from './ledger-place.ts'

export interface ValidatorSetup {
  /** Folder of the party in the sandbox. */
  folder: string
  party: string
  keys: KeyPair
  port: number
}

/** One party's validator over all its lives. */
export class RunValidator {
  readonly setup: ValidatorSetup
  readonly #dir: string
  readonly #ledgers: readonly PlaceLedger[]
  readonly #lanes: readonly LaneTerms[]
  readonly #roots = new Map<string, TrustRoot>()
  #process: ValidatorProcess | undefined

  constructor(dir: string, setup: ValidatorSetup, ledgers: readonly PlaceLedger[], lanes: readonly LaneTerms[]) {
    this.#dir = join(dir, `validator-${setup.folder}`)
    this.setup = setup
    this.#ledgers = ledgers
    this.#lanes = lanes
  }

  get isUp(): boolean {
    return this.#process !== undefined
  }

  /** Gives the possession by which its key becomes its party's. */
  async start(): Promise<string> {
    this.#process = await startValidatorProcess(this.#write(), this.#dir)
    return this.#process.possession
  }

  /** kill -9. */
  async kill(): Promise<void> {
    await this.#process?.kill()
    this.#process = undefined
  }

  async stop(): Promise<void> {
    await this.#process?.stop()
    this.#process = undefined
  }

  /** From the next start on: another block to begin with, as a person has decided. */
  believe(name: string, root: TrustRoot): void {
    this.#roots.set(name, root)
  }

  /** What it has signed, read as it reads it itself; throws where an act is signed twice. */
  signed(): SignedLine[] {
    return this.#lines().filter((line) => line.t === 'signed')
  }

  alarms(): number {
    return this.#lines().filter((line) => line.t === 'alarm').length
  }

  #lines() {
    const path = join(this.#dir, 'data', 'signed.ndjson')
    return readSignedLines(readFileSync(path), path).lines
  }

  #write(): string {
    const { party, keys, port } = this.setup
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 })
    writeFileSync(join(this.#dir, 'validator.key'), keys.key.toString('hex'), { mode: 0o600 })
    const file = join(this.#dir, 'validator.json')
    const ledgers = Object.fromEntries(this.#ledgers.map((ledger) => [ledger.name, this.#ofLedger(ledger)]))
    const config = {
      party,
      keyFile: 'validator.key',
      listen: `127.0.0.1:${port}`,
      dataFolder: 'data',
      ledgers,
      lanes: this.#lanes,
    }
    writeFileSync(file, JSON.stringify(config))
    return file
  }

  #ofLedger({ name, chainId, url, trust, contracts, deployedAt }: PlaceLedger) {
    const { address, codeHash } = contracts.gateway
    return {
      family: 'evm',
      consensus: 'qbft',
      chainId,
      urls: [url],
      trust: this.#roots.get(name) ?? trust,
      contracts: { gateway: { address, codeHash } },
      deployedAt,
    }
  }
}
