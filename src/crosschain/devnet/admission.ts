// Whether a raw transaction may wait for a block, judged by the state of the newest one.
import type { Common } from '@ethereumjs/common'
import { Capability, createTxFromRLP, type TypedTransaction } from '@ethereumjs/tx'
import type { Account } from '@ethereumjs/util'
import type { Address, Word } from '../packet.ts'
import { hexOf } from './construction.ts'
import { RpcError } from './rpc-error.ts'

/** A transaction that was read and whose signature is good. */
export interface ReadTransaction {
  tx: TypedTransaction
  hash: Word
  sender: Address
}

export interface AdmissionRules {
  chainId: number
  gasLimit: bigint
  baseFeePerGas: bigint
}

const RAW_MAX = 131_072

/** Reads a raw transaction in its one spelling, signed for this chain. Throws RpcError. */
export function readTransaction(raw: Uint8Array, common: Common, chainId: number): ReadTransaction {
  if (raw.length > RAW_MAX) throw refused(`oversized data: transaction size ${raw.length}, limit ${RAW_MAX}`)
  let tx: TypedTransaction
  let sender: Address
  try {
    tx = createTxFromRLP(raw, { common })
    sender = hexOf(tx.getSenderAddress().bytes)
  } catch (error) {
    throw refused(`transaction is not readable or not signed: ${(error as Error).message}`)
  }
  if (!Buffer.from(tx.serialize()).equals(raw)) throw refused('transaction is not in its canonical encoding')
  const protectedTx = tx.type !== 0 || tx.supports(Capability.EIP155ReplayProtection)
  if (!protectedTx) throw refused('only replay-protected (EIP-155) transactions allowed')
  if (tx.common.chainId() !== BigInt(chainId)) throw refused(`invalid chain id: this chain is ${chainId}`)
  return { tx, hash: hexOf(tx.hash()), sender }
}

/** Checks what a block will ask of it. Throws RpcError with the words of other nodes, which clients look for. */
export function checkAdmission({ tx }: ReadTransaction, account: Account | undefined, rules: AdmissionRules): void {
  const nonce = account?.nonce ?? 0n
  if (tx.nonce < nonce) throw refused(`nonce too low: next nonce ${nonce}, tx nonce ${tx.nonce}`)
  if (tx.gasLimit > rules.gasLimit) throw refused(`exceeds block gas limit of ${rules.gasLimit}`)
  const intrinsic = tx.getIntrinsicGas()
  if (tx.gasLimit < intrinsic) throw refused(`intrinsic gas too low: gas ${tx.gasLimit}, minimum needed ${intrinsic}`)
  const price = 'maxFeePerGas' in tx ? tx.maxFeePerGas : tx.gasPrice
  if (price < rules.baseFeePerGas)
    throw refused(`max fee per gas less than block base fee: ${price}, base fee ${rules.baseFeePerGas}`)
  const cost = tx.gasLimit * price + tx.value
  const balance = account?.balance ?? 0n
  if (balance < cost) throw refused(`insufficient funds for gas * price + value: have ${balance} want ${cost}`)
}

const refused = (why: string): RpcError => new RpcError(-32000, why)
