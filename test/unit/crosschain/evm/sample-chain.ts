// Headers to verify: keys by number, fields by height, chains sealed by whom a test wants.
import { RLP } from '@ethereumjs/rlp'
import { addressOfKey } from '../../../../src/crosschain/attestation.ts'
import {
  type Consensus,
  type HeaderFields,
  sealHeader,
  type Sealing,
} from '../../../../src/crosschain/devnet/sealer.ts'
import { ProofRefused, type ProofReason } from '../../../../src/crosschain/proof-refused.ts'
import type { TrustRoot } from '../../../../src/crosschain/verifier.ts'

export const CONSENSUSES: readonly Consensus[] = ['qbft', 'ibft2', 'ibft1']
export const WORD = (digit: string): string => digit.repeat(64)
export const START_S = 1_700_000_000

/** Key number `n`, ascending by nothing in particular. */
export const key = (n: number): Buffer => Buffer.alloc(32, n + 1)
export const address = (n: number): string => addressOfKey(key(n))
export const addresses = (count: number): string[] => Array.from({ length: count }, (_, n) => address(n)).toSorted()

export const fieldsAt = (number: number, more: Partial<HeaderFields> = {}): HeaderFields => ({
  parentHash: WORD('a'),
  coinbase: address(0),
  stateRoot: WORD('b'),
  transactionsRoot: WORD('c'),
  receiptsRoot: WORD('d'),
  logsBloom: new Uint8Array(256),
  number,
  gasLimit: 30_000_000n,
  gasUsed: 21_000n,
  timestampS: START_S + number,
  ...more,
})

export interface Wanted extends Partial<Omit<Sealing, 'validators' | 'sealers'>> {
  /** How many validators: numbers 0 to count - 1. */
  count?: number
  validators?: readonly string[]
  /** Numbers of those who seal; a quorum if absent. */
  by?: readonly number[]
  fields?: Partial<HeaderFields>
}

/** A header at a height; without more, sealed by a quorum of four validators, QBFT. */
export function sealed(height: number, wanted: Wanted = {}): { rlp: Buffer; hash: string } {
  const { count = 4, by = Array.from({ length: Math.ceil((2 * count) / 3) }, (_, n) => n), fields, ...rest } = wanted
  return sealHeader(fieldsAt(height, fields), {
    consensus: 'qbft',
    validators: addresses(count),
    sealers: by.map(key),
    ...rest,
  })
}

/** Headers from `from` on, each with the hash of the one before. */
export function chain(from: number, length: number, wanted: Wanted = {}): { rlp: Buffer; hash: string }[] {
  const blocks: { rlp: Buffer; hash: string }[] = []
  for (let height = from; height < from + length; height++) {
    const parentHash = blocks.at(-1)?.hash ?? WORD('a')
    blocks.push(sealed(height, { ...wanted, fields: { ...wanted.fields, parentHash } }))
  }
  return blocks
}

export const trustAt = (height: number, more: Partial<TrustRoot> = {}): TrustRoot => ({
  height,
  validators: addresses(4),
  ...more,
})

/** The reason for which something is refused. Fails the test for anything else that is thrown; undefined if nothing is. */
export async function reasonOf(attempt: () => unknown): Promise<ProofReason | undefined> {
  try {
    await attempt()
    return undefined
  } catch (error) {
    if (error instanceof ProofRefused) return error.reason
    throw error
  }
}

type Item = Parameters<typeof RLP.encode>[0]

/** The header with its items changed, encoded again. */
export function changed(rlp: Uint8Array, change: (items: Item[]) => void): Buffer {
  const items = RLP.decode(rlp) as unknown as Item[]
  change(items)
  return Buffer.from(RLP.encode(items))
}

/** The header with the items of its extra data changed (QBFT and IBFT 2.0). */
export const changedExtra = (rlp: Uint8Array, change: (items: Item[]) => void): Buffer =>
  changed(rlp, (items) => {
    items[12] = changed(items[12] as Uint8Array, change)
  })
