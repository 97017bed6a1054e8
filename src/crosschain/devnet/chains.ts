// The chains that a sandbox has: one at home, one of a partner country, one of a supervisor.
import type { DevnetOptions } from './devnet.ts'

export const CHAINS = {
  domestic: { name: 'domestic', chainId: 7201 },
  partner: { name: 'partner', chainId: 8401 },
  supervision: { name: 'supervision', chainId: 7299 },
} as const
export type ChainName = keyof typeof CHAINS

export const isChainName = (value: string): value is ChainName => Object.hasOwn(CHAINS, value)

/** Options of a chain by its name. Every chain has a seed of its own, so that no validator of one can seal for another. */
export const chainOptions = (name: ChainName, seed = 'sandbox'): DevnetOptions => ({
  ...CHAINS[name],
  seed: `${seed}/${name}`,
})
