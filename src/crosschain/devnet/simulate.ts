// Calls and estimates: a transaction tried on the state of a block, without a trace of it left.
import { createTx, type TypedTransaction } from '@ethereumjs/tx'
import { createAddressFromString } from '@ethereumjs/util'
import { runTx, type VM } from '@ethereumjs/vm'
import type { Address } from '../packet.ts'
import type { ChainBlock } from './block-building.ts'
import type { Chain } from './chain.ts'
import { RpcError, wrongParams } from './rpc-error.ts'
import { data, readAddress, readData, readObject, readQuantity } from './rpc-values.ts'

/** What a call asks for. */
export interface CallRequest {
  from: Address
  to?: Address
  value: bigint
  input: Buffer
  gas?: bigint
  /** What it offers for a unit of gas; zero: nobody pays. */
  price: bigint
}

const NOBODY = '0'.repeat(40)
const PLAIN_TRANSFER = 21_000n
/** An estimate is this near to the least gas: one part in so many. */
const NEAR = 16n

export function readCall(value: unknown): CallRequest {
  const {
    from,
    to,
    value: sent,
    data: old,
    input = old,
    gas,
    gasPrice,
    maxFeePerGas = gasPrice,
  } = readObject(value, 'call')
  if (old !== undefined && input !== old) throw wrongParams('data and input differ')
  return {
    from: from === undefined ? NOBODY : readAddress(from, 'from'),
    ...(to !== undefined && to !== null && { to: readAddress(to, 'to') }),
    value: sent === undefined ? 0n : readQuantity(sent, 'value'),
    input: input === undefined ? Buffer.alloc(0) : readData(input, 'data'),
    ...(gas !== undefined && { gas: readQuantity(gas, 'gas') }),
    price: maxFeePerGas === undefined ? 0n : readQuantity(maxFeePerGas, 'fee'),
  }
}

/** What the call returns. Throws RpcError 3 with the data of a revert. */
export async function call(chain: Chain, block: ChainBlock, request: CallRequest): Promise<Uint8Array> {
  const machine = await chain.executor.machineAt(block.fields.stateRoot)
  const { execResult } = await machine.evm.runCall({
    block: chain.executor.block(environment(chain, block)),
    caller: addressOf(request.from),
    origin: addressOf(request.from),
    ...(request.to !== undefined && { to: addressOf(request.to) }),
    value: request.value,
    data: request.input,
    gasLimit: capped(chain, request.gas),
    gasPrice: 0n,
  })
  if (execResult.exceptionError) throw failure(execResult.exceptionError.error, execResult.returnValue)
  return execResult.returnValue
}

/** Gas with which the transaction succeeds, close to the least. Throws RpcError where it fails with all there is. */
export async function estimate(chain: Chain, block: ChainBlock, request: CallRequest): Promise<bigint> {
  const most = await affordable(chain, block, request)
  const tried = await attempt(chain, block, request, most)
  if (!tried.good) throw tried.error
  const plain = request.input.length === 0 && tried.used === PLAIN_TRANSFER
  if (plain) return PLAIN_TRANSFER
  let [low, high] = [tried.used - 1n, most]
  // What calls within keep back (one part in 64) and the stipend of a transfer come on top of what is used.
  let guess = ((tried.used + tried.refund + 2300n) * 64n) / 63n
  while (high - low > high / NEAR) {
    if (guess <= low || guess >= high) guess = (low + high) / 2n
    if ((await attempt(chain, block, request, guess)).good) high = guess
    else low = guess
    guess = (low + high) / 2n
  }
  return high
}

type Attempt = { good: true; used: bigint; refund: bigint } | { good: false; error: RpcError }

async function attempt(chain: Chain, block: ChainBlock, request: CallRequest, gasLimit: bigint): Promise<Attempt> {
  const machine = await chain.executor.machineAt(block.fields.stateRoot)
  const tx = await unsigned(machine, chain, request, gasLimit)
  if (tx.getIntrinsicGas() > gasLimit) return { good: false, error: new RpcError(-32000, 'intrinsic gas too low') }
  try {
    const result = await runTx(machine, { tx, block: chain.executor.block(environment(chain, block)) })
    const { exceptionError, returnValue } = result.execResult
    if (exceptionError) return { good: false, error: failure(exceptionError.error, returnValue) }
    return { good: true, used: result.totalGasSpent, refund: result.gasRefund }
  } catch (error) {
    return { good: false, error: new RpcError(-32000, (error as Error).message) }
  }
}

/** A transaction that nobody has signed and that costs nothing. */
async function unsigned(
  machine: VM,
  { executor }: Chain,
  { from, to, value, input }: CallRequest,
  gasLimit: bigint,
): Promise<TypedTransaction> {
  const sender = addressOf(from)
  const nonce = (await machine.stateManager.getAccount(sender))?.nonce ?? 0n
  const tx = createTx(
    { type: 0, nonce, gasLimit, gasPrice: 0n, value, data: input, ...(to !== undefined && { to: addressOf(to) }) },
    { common: executor.common, freeze: false },
  )
  tx.getSenderAddress = () => sender
  return tx
}

/** The most gas the sender can pay for. */
async function affordable(chain: Chain, block: ChainBlock, { from, value, gas, price }: CallRequest): Promise<bigint> {
  const most = capped(chain, gas)
  const machine = await chain.executor.machineAt(block.fields.stateRoot)
  const balance = (await machine.stateManager.getAccount(addressOf(from)))?.balance ?? 0n
  const have = balance - value
  if (have < 0n) throw new RpcError(-32000, `insufficient funds for transfer: have ${balance} want ${value}`)
  if (price === 0n || have / price >= most) return most
  if (have / price < PLAIN_TRANSFER)
    throw new RpcError(
      -32000,
      `insufficient funds for gas * price + value: have ${balance} want ${PLAIN_TRANSFER * price + value}`,
    )
  return have / price
}

/** The block that would follow; nobody pays in a trial, so gas has no base fee. */
const environment = ({ rules }: Chain, { fields }: ChainBlock) => ({
  height: fields.number + 1,
  timestampS: Math.max(fields.timestampS, Math.floor(rules.clock() / 1000)),
  coinbase: fields.coinbase,
  gasLimit: rules.gasLimit,
  baseFeePerGas: 0n,
})

const capped = ({ rules }: Chain, gas: bigint | undefined): bigint =>
  gas === undefined || gas > rules.gasLimit ? rules.gasLimit : gas

const addressOf = (address: Address) => createAddressFromString(`0x${address}`)

const failure = (error: string, returned: Uint8Array): RpcError =>
  error === 'revert' ? new RpcError(3, 'execution reverted', data(returned)) : new RpcError(-32000, error)
