// Headers with their seals changed, whatever the consensus, and an account under a header with the proof of it.
import { createMerkleProof, createMPT } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { Consensus } from '../../../../src/crosschain/devnet/sealer.ts'
import { keccak } from '../../../../src/crosschain/hash.ts'
import { changed, changedExtra } from '../evm/sample-chain.ts'

/** The header with its seals changed. */
export function withSeals(rlp: Uint8Array, consensus: Consensus, change: (seals: Uint8Array[]) => void): Buffer {
  if (consensus !== 'ibft1') return changedExtra(rlp, (items) => change(items[4] as unknown as Uint8Array[]))
  return changed(rlp, (items) => {
    const extra = items[12] as Uint8Array
    const rest = changed(extra.subarray(32), (parts) => change(parts[2] as unknown as Uint8Array[]))
    items[12] = Buffer.concat([extra.subarray(0, 32), rest])
  })
}

/** The other signature of the same message: n - s, v turned. */
export function highS(seal: Uint8Array): Buffer {
  const other = Buffer.from(seal)
  const s = secp256k1.Point.Fn.ORDER - BigInt(`0x${other.subarray(32, 64).toString('hex')}`)
  Buffer.from(s.toString(16).padStart(64, '0'), 'hex').copy(other, 32)
  other[64]! ^= 1
  return other
}

/** The header with the prefix of its gas used made one byte longer than it has to be. */
export function reEncoded(rlp: Buffer): Buffer {
  const at = rlp.indexOf(Buffer.of(0x82, 0x52, 0x08))
  const body = Buffer.concat([rlp.subarray(3, at), Buffer.of(0xb8), Buffer.of(2), rlp.subarray(at + 1)])
  return Buffer.concat([Buffer.of(0xf9, body.length >> 8, body.length & 255), body])
}

/** Two accounts in one state, with this code and storage, and the proof of the first. */
export async function accountUnder(addresses: readonly string[], codeHash: string, storageRoot: string) {
  const trie = await createMPT()
  const account = RLP.encode([1n, 0n, Buffer.from(storageRoot, 'hex'), Buffer.from(codeHash, 'hex')])
  const keyOf = (address: string) => keccak(Buffer.from(address, 'hex'))
  for (const address of addresses) await trie.put(keyOf(address), account)
  const nodes = await createMerkleProof(trie, keyOf(addresses[0]!))
  return {
    stateRoot: Buffer.from(trie.root()).toString('hex'),
    nodes: nodes.map((node) => Buffer.from(node).toString('hex')),
  }
}
