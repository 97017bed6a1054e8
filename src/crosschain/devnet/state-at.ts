// The state of a devnet at the root of any block: accounts, storage, code, and their Merkle proofs.
import { createMerkleProof, type MerklePatriciaTrie } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { CODEHASH_PREFIX } from '@ethereumjs/statemanager'
import { type Account, createAccountFromRLP } from '@ethereumjs/util'
import type { Address, Word } from '../packet.ts'
import { type Executor, stateTrie } from './execution.ts'

export interface StateProof {
  /** Absent: the proof shows that there is none. */
  account?: Account
  accountProof: Uint8Array[]
  storage: { slot: Word; value: Uint8Array; proof: Uint8Array[] }[]
}

const word = (hex: Word): Buffer => Buffer.from(hex, 'hex')

export async function accountAt(executor: Executor, stateRoot: Word, address: Address): Promise<Account | undefined> {
  const rlp = await (await stateTrie(executor, word(stateRoot))).get(word(address))
  return rlp === null ? undefined : createAccountFromRLP(rlp)
}

/** Value of a storage slot as 32 bytes. */
export async function storageAt(executor: Executor, stateRoot: Word, address: Address, slot: Word): Promise<Buffer> {
  const account = await accountAt(executor, stateRoot, address)
  const value = account ? await slotValue(await stateTrie(executor, account.storageRoot), slot) : new Uint8Array()
  return Buffer.concat([Buffer.alloc(32 - value.length), value])
}

export async function codeAt(executor: Executor, stateRoot: Word, address: Address): Promise<Uint8Array> {
  const state = await stateTrie(executor, word(stateRoot))
  const rlp = await state.get(word(address))
  if (rlp === null) return new Uint8Array()
  const { codeHash } = createAccountFromRLP(rlp)
  return (await state.database().get(Buffer.concat([CODEHASH_PREFIX, codeHash]))) ?? new Uint8Array()
}

/** Proof of an account and of slots of its storage, root first, as nodes give it (EIP-1186). */
export async function proveAt(
  executor: Executor,
  stateRoot: Word,
  address: Address,
  slots: readonly Word[],
): Promise<StateProof> {
  const state = await stateTrie(executor, word(stateRoot))
  const rlp = await state.get(word(address))
  const accountProof = await proofOf(state, word(address))
  const account = rlp === null ? undefined : createAccountFromRLP(rlp)
  const storage: StateProof['storage'] = []
  const trie = account && (await stateTrie(executor, account.storageRoot))
  for (const slot of slots)
    storage.push({
      slot,
      value: trie ? await slotValue(trie, slot) : new Uint8Array(),
      proof: trie ? await proofOf(trie, word(slot)) : [],
    })
  return { ...(account && { account }), accountProof, storage }
}

async function slotValue(trie: MerklePatriciaTrie, slot: Word): Promise<Uint8Array> {
  const value = await trie.get(word(slot))
  return value === null ? new Uint8Array() : (RLP.decode(value) as Uint8Array)
}

/** Nodes shorter than a hash stand within the node above them and are not given again. */
const proofOf = async (trie: MerklePatriciaTrie, key: Uint8Array): Promise<Uint8Array[]> =>
  (await createMerkleProof(trie, key)).filter((node, depth) => depth === 0 || node.length >= 32)
