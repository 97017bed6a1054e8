// What a state root says of an account and of its storage.
import { BOXES, type Contract, type Place } from '../../fact.ts'
import { keccak } from '../../hash.ts'
import { type Address, countBytes, type Word, wordBytes } from '../../packet.ts'
import { ProofRefused } from '../../proof-refused.ts'
import type { InclusionProof, VerifiedHeader } from '../../verifier.ts'
import { readAs } from './header.ts'
import { readBytes, readItem, readList, readScalar, RlpFault } from './rlp.ts'
import { proveKey } from './trie-proof.ts'

export interface Account {
  nonce: bigint
  balance: bigint
  storageRoot: Word
  codeHash: Word
}

/** Slot of a place: of mapping(bytes32 => mapping(uint256 => bytes32)), in Solidity's storage layout. */
export function mappingSlot({ box, key, number }: Place): Word {
  const outer = keccak(Buffer.concat([wordBytes(key, 'key'), countBytes(BOXES[box].slot, 'slot', 0)]))
  return keccak(Buffer.concat([countBytes(number, 'number', 0), outer])).toString('hex')
}

/** The account at an address. Throws ProofRefused: ACCOUNT where there is none, PROOF_NODE, PROOF_TRAILING. */
export function proveAccount(stateRoot: Word, address: Address, proof: readonly Uint8Array[]): Account {
  const value = proveKey(stateRoot, keccak(Buffer.from(address, 'hex')), proof)
  if (value === undefined) throw new ProofRefused('ACCOUNT', address)
  return readAs('PROOF_NODE', () => {
    const [nonce, balance, storageRoot, codeHash, ...more] = readList(readItem(value), 5)
    if (codeHash === undefined || more.length > 0) throw new RlpFault('an account has not four members')
    return {
      nonce: readScalar(nonce!),
      balance: readScalar(balance!),
      storageRoot: hexOf(readBytes(storageRoot!, 32)),
      codeHash: hexOf(readBytes(codeHash, 32)),
    }
  })
}

/** The contract's account, shown to have the pinned code. Throws ProofRefused, CODE_HASH for other code. */
export function proveContract(stateRoot: Word, contract: Contract, proof: readonly Uint8Array[]): Account {
  const account = proveAccount(stateRoot, contract.address, proof)
  if (account.codeHash !== contract.codeHash) throw new ProofRefused('CODE_HASH', account.codeHash)
  return account
}

/** What a storage slot holds: a word, all zeros if nothing. Throws ProofRefused: PROOF_NODE, PROOF_TRAILING. */
export function proveSlot(storageRoot: Word, slot: Word, proof: readonly Uint8Array[]): Word {
  const value = proveKey(storageRoot, keccak(wordBytes(slot, 'slot')), proof)
  if (value === undefined) return '0'.repeat(64)
  return readAs('PROOF_NODE', () => {
    const scalar = readScalar(readItem(value))
    if (scalar === 0n) throw new RlpFault('a slot that is kept holds zero')
    return scalar.toString(16).padStart(64, '0')
  })
}

/** What a contract holds at a place in the state of a header; all zeros: nothing. Throws ProofRefused. */
export function proveValue(
  header: Pick<VerifiedHeader, 'stateRoot'>,
  contract: Contract,
  place: Place,
  { account, storage }: InclusionProof,
): Word {
  const { storageRoot } = proveContract(header.stateRoot, contract, account)
  return proveSlot(storageRoot, mappingSlot(place), storage)
}

/** Shows that a contract, with its pinned code, holds nothing at a place in the state of the header. Throws ProofRefused. */
export function verifyAbsence(
  header: Pick<VerifiedHeader, 'stateRoot'>,
  contract: Contract,
  place: Place,
  proof: InclusionProof,
): void {
  const value = proveValue(header, contract, place, proof)
  if (value !== '0'.repeat(64)) throw new ProofRefused('SLOT_VALUE', `it holds ${value}`)
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
