// A ledger under the contracts in tests: the EVM in this process, with a clock that the test moves.
import { hash } from 'node:crypto'
import { createBlock } from '@ethereumjs/block'
import { createCustomCommon, Hardfork, Mainnet } from '@ethereumjs/common'
import { createLegacyTx } from '@ethereumjs/tx'
import { createAddressFromString, hexToBytes } from '@ethereumjs/util'
import { createVM, runTx } from '@ethereumjs/vm'
import type { Hex } from 'viem'
import { addressOfKey } from '../../../../src/crosschain/attestation.ts'
import { refusalName } from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import type { Address, Word } from '../../../../src/crosschain/packet.ts'

export interface Account {
  key: Buffer
  address: Address
}

/** What came of a transaction. `refusal`: name of the error it reverted with, or `reverted`. */
export interface Done {
  refusal: string | undefined
  gasUsed: number
  logs: { address: Address; topics: Word[]; data: Buffer }[]
  contract: Address
}

export interface TestLedger {
  chainId: number
  nowS(): number
  /** The next transactions stand in blocks of this time. */
  setTime(timestampS: number): Promise<void>
  act(from: Account, to: Address | undefined, data: Hex, gas?: number): Promise<Done>
  read(to: Address, data: Hex): Promise<Hex>
  storage(address: Address, slot: Word): Promise<Word>
  code(address: Address): Promise<Buffer>
  close(): Promise<void>
}

/** Worthless keys by name. */
export function account(name: string): Account {
  const key = hash('sha256', `gateway test ${name}`, 'buffer')
  return { key, address: addressOfKey(key) }
}

/** Accounts in ascending order of their addresses. */
export const accounts = (name: string, count: number): Account[] =>
  Array.from({ length: count }, (_, at) => account(`${name} ${at}`)).sort((a, b) => (a.address < b.address ? -1 : 1))

export const START_S = 1_800_000_000
const GAS = 5_000_000

export async function evmLedger(chainId: number): Promise<TestLedger> {
  const common = createCustomCommon({ chainId, name: 'test' }, Mainnet, { hardfork: Hardfork.Paris })
  const vm = await createVM({ common })
  const nonces = new Map<Address, bigint>()
  let nowS = START_S
  const block = () =>
    createBlock(
      { header: { number: 1, timestamp: nowS, gasLimit: 30_000_000, baseFeePerGas: 0n } },
      { common, skipConsensusFormatValidation: true },
    )
  const addressOf = (address: Address) => createAddressFromString(`0x${address}`)
  return {
    chainId,
    nowS: () => nowS,
    setTime(timestampS) {
      nowS = timestampS
      return Promise.resolve()
    },
    async act(from, to, data, gas = GAS) {
      const nonce = nonces.get(from.address) ?? 0n
      nonces.set(from.address, nonce + 1n)
      const tx = createLegacyTx(
        { nonce, gasPrice: 0n, gasLimit: gas, data, ...(to !== undefined && { to: `0x${to}` as Hex }) },
        { common },
      ).sign(from.key)
      const { execResult, totalGasSpent, createdAddress } = await runTx(vm, { tx, block: block(), skipBalance: true })
      return {
        refusal: execResult.exceptionError && (refusalName(execResult.returnValue) ?? 'reverted'),
        gasUsed: Number(totalGasSpent),
        logs: (execResult.logs ?? []).map(([address, topics, bytes]) => ({
          address: hexOf(address),
          topics: topics.map(hexOf),
          data: Buffer.from(bytes),
        })),
        contract: createdAddress ? hexOf(createdAddress.bytes) : '',
      }
    },
    async read(to, data) {
      const { execResult } = await vm.evm.runCall({
        to: addressOf(to),
        data: hexToBytes(data),
        block: block(),
        isStatic: true,
      })
      if (execResult.exceptionError) throw new Error(refusalName(execResult.returnValue) ?? 'reverted')
      return `0x${hexOf(execResult.returnValue)}`
    },
    async storage(address, slot) {
      return hexOf(await vm.stateManager.getStorage(addressOf(address), hexToBytes(`0x${slot}`))).padStart(64, '0')
    },
    code: async (address) => Buffer.from(await vm.stateManager.getCode(addressOf(address))),
    close: () => Promise.resolve(),
  }
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
