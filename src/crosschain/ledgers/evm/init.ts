// Connecting a ledger of the EVM family: our contracts are deployed, and what is to be signed about the ledger is written down.
import type { PartyUrn } from '../../../hub/index.ts'
import type { LedgerTrust } from '../../../../schemas/types.d.ts'
import type { Address } from '../../packet.ts'
import { deployGateway, deployNotary, openDeployer } from './deploy.ts'
import { readSealed } from './extra-data.ts'
import { type Consensus, readHeader } from './header.ts'
import { evmReader } from './reader.ts'

export interface InitOptions {
  ledger: PartyUrn
  url: string
  chainId: number
  /** 32 bytes of the account that pays, owns the ledger's end of its lanes, and writes notes. */
  key: Uint8Array
  consensus: Consensus
  /** Keys of the relay validators. */
  validators: readonly Address[]
  threshold: number
  sequence: number
  /** Block that belief begins with; the newest when absent. */
  height?: number
  /** How long the set of that block is trusted across a gap in heights, seconds. */
  trustingPeriodS?: number
  /** How long an old set of relay validators stays good, seconds. */
  setDelayS?: number
  tell(line: string): void
}

const TRUSTING_PERIOD_S = 14 * 86_400
const SET_DELAY_S = 86_400

/** Believes the node it asks: what it gives is to be read before it is signed. Throws TransportFault, or ProofRefused for a header of another consensus. */
export async function initLedger({
  ledger,
  url,
  key,
  consensus,
  sequence,
  tell,
  ...options
}: InitOptions): Promise<LedgerTrust> {
  const clock = Date.now
  const { chainId, validators, threshold, setDelayS = SET_DELAY_S, trustingPeriodS = TRUSTING_PERIOD_S } = options
  const deployer = openDeployer({ urls: [url], chainId, key, clock })
  const host = deployer.account.address
  const gateway = await deployGateway(deployer, { host, setDelayS, validators, threshold })
  tell(`gateway ${gateway.address} in block ${gateway.height}`)
  const notary = await deployNotary(deployer, host)
  tell(`notary ${notary.address} in block ${notary.height}`)
  const contracts = { gateway: contractOf(gateway), notary: contractOf(notary) }
  const reader = evmReader(deployer.rpc, { contracts, deployedAt: gateway.height, scanMs: 10_000, clock })
  const height = options.height ?? (await reader.head())
  const header = readHeader(await reader.header(height), consensus)
  const sealed = readSealed(header, consensus)
  return {
    ledger,
    sequence,
    consensus,
    chainId,
    root: {
      height,
      hash: sealed.hash.toString('hex'),
      validators: sealed.validators as LedgerTrust['root']['validators'],
      timestampS: header.timestampS,
      trustingPeriodS,
    },
    ...contracts,
  }
}

const contractOf = ({ address, codeHash }: { address: string; codeHash: string }) => ({ address, codeHash })
