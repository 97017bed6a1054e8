// Keys of a devnet. All come from its seed, so that a second start is the same chain; whoever reads the seed has them.
import { hash } from 'node:crypto'
import { addressOfKey } from '../attestation.ts'
import type { Address } from '../packet.ts'

/** `stranger` seals for nobody: it is there for tests of foreign seals. */
export type DevnetRole = 'validator' | 'account' | 'stranger'

/** A key of 32 bytes: SHA-256 over domain, role, number and seed. Worthless outside of the devnet. */
export const devnetKey = (seed: string, role: DevnetRole, n: number): Buffer =>
  hash('sha256', `beibu-hub/devnet/v1\n${role}/${n}\n${seed}`, 'buffer')

/** Keys by address. */
export type Keyring = ReadonlyMap<Address, Buffer>

export function keyring(seed: string, role: DevnetRole, count: number): Keyring {
  const keys = Array.from({ length: count }, (_, n) => devnetKey(seed, role, n))
  return new Map(keys.map((key) => [addressOfKey(key), key]))
}
