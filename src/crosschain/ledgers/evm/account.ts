// The account that pays for acts on a ledger. Its transactions are numbered: one place gives the numbers, one after the other, and asks
// the node anew whenever it is no longer sure which comes next. Acts wait for their blocks side by side.
import { type Hex, keccak256 } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import type { Address } from '../../packet.ts'
import { TransportFault } from '../../transport.ts'
import { type EvmAct, isAboutFunds, reversion, tryAct } from './act-trial.ts'
import { readCount, readWei } from './answers.ts'
import { FEE_MAX, type GasPrice, gasPriceNow, mostPerGas } from './gas-price.ts'
import { type Mined, minedOf, type SentTransaction } from './mined.ts'
import { NodeFault } from './node-fault.ts'
import type { Rpc } from './rpc.ts'

export interface AccountOptions {
  chainId: number
  /** 32 bytes. */
  key: Uint8Array
  /** Longest wait for a block. Default 60 s. */
  confirmMs?: number
  /** Most wei for a unit of gas. Default 1000 gwei. */
  feeMax?: bigint
}

export interface EvmAccount {
  readonly address: Address
  /** Resolves when it stands in a block and has done something. Throws TransportFault. */
  act(act: EvmAct): Promise<Mined>
  /** `enough` for a few acts more; always where gas is free. */
  funds(): Promise<{ account: Address; balance: bigint; enough: boolean }>
}

interface Priced extends EvmAct {
  gas: bigint
  price: GasPrice
}

const CONFIRM_MS = 60_000
const TRIES = 4
/** What an act of the gateway takes at most, receiver included, and how many have to be affordable. */
const ACT_GAS = 600_000n
const ACTS_AHEAD = 5n

export function evmAccount(rpc: Rpc, options: AccountOptions): EvmAccount {
  const { chainId, key, confirmMs = CONFIRM_MS, feeMax = FEE_MAX } = options
  const signer = privateKeyToAccount(`0x${Buffer.from(key).toString('hex')}`)
  const address: Address = signer.address.slice(2).toLowerCase()
  const numbers = numbersOf(rpc, address)
  const balance = async (): Promise<bigint> =>
    readWei(await rpc.ask('eth_getBalance', [`0x${address}`, 'latest']), 'balance')

  const signed = ({ to, data, gas, price }: Priced, nonce: number): Promise<Hex> =>
    signer.signTransaction({ chainId, nonce, gas, data, ...price, ...(to !== undefined && { to: `0x${to}` as Hex }) })
  const price = async (act: EvmAct): Promise<Priced> => {
    const [gas, offer] = await Promise.all([tryAct(rpc, address, act), gasPriceNow(rpc, feeMax)])
    const cost = gas * mostPerGas(offer)
    const held = cost === 0n ? 0n : await balance()
    if (held < cost) throw new TransportFault('funds', `${address} has ${held} wei, the act may cost ${cost}`)
    return { ...act, gas, price: offer }
  }
  const send = (act: Priced): Promise<SentTransaction> =>
    numbers.take(async (nonce) => {
      const raw = await signed(act, nonce)
      await handIn(rpc, raw)
      return { transaction: keccak256(raw).slice(2), sender: address, nonce }
    })

  return {
    address,
    async act(act) {
      const sent = await send(await price(act))
      const mined = await minedOf(rpc, sent, confirmMs).catch((error: unknown) => {
        numbers.forget()
        throw error
      })
      if (!mined.done) throw await reversion(rpc, address, act, mined.height)
      return mined
    },
    async funds() {
      const [held, offer] = await Promise.all([balance(), gasPriceNow(rpc, feeMax)])
      return { account: address, balance: held, enough: held >= ACT_GAS * ACTS_AHEAD * mostPerGas(offer) }
    },
  }
}

/** Another transaction has the number: the node's next number is to be asked for. */
class NumberTaken extends Error {}

/** Hands a transaction to the nodes. One whose answer is late may have been taken, and is waited for like any other. */
async function handIn(rpc: Rpc, raw: Hex): Promise<void> {
  try {
    await rpc.ask('eth_sendRawTransaction', [raw])
  } catch (error) {
    if (error instanceof TransportFault && error.kind === 'timeout') return
    if (!(error instanceof NodeFault)) throw error
    if (/already known|already imported|known transaction/i.test(error.said)) return
    if (isAboutFunds(error))
      throw new TransportFault('funds', `the account cannot pay: ${error.said}`, { cause: error })
    if (/nonce|replacement|underpriced/i.test(error.said)) throw new NumberTaken(error.message, { cause: error })
    throw error
  }
}

/** Gives numbers to those who hand in, one at a time. */
function numbersOf(rpc: Rpc, address: Address) {
  let next: number | undefined
  let turn: Promise<unknown> = Promise.resolve()
  const ask = async (): Promise<number> =>
    readCount(await rpc.ask('eth_getTransactionCount', [`0x${address}`, 'pending']), 'nonce')
  const attempt = async <T>(use: (nonce: number) => Promise<T>): Promise<T> => {
    for (let tries = 1; ; tries++) {
      const nonce: number = next ?? (await ask())
      next = undefined
      try {
        const used = await use(nonce)
        next = nonce + 1
        return used
      } catch (error) {
        if (!(error instanceof NumberTaken)) throw error
        if (tries === TRIES) throw error.cause
      }
    }
  }
  return {
    take<T>(use: (nonce: number) => Promise<T>): Promise<T> {
      const taken = turn.then(() => attempt(use))
      turn = taken.catch(() => {})
      return taken
    },
    forget(): void {
      next = undefined
    },
  }
}
