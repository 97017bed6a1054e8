// What a transaction offers for gas: on chains with a base fee, without one, and where gas is free.
import { describe, expect, it } from 'vitest'
import { FEE_MAX, gasPriceNow } from '../../../../src/crosschain/ledgers/evm/gas-price.ts'
import { fakeRpc, quantity } from './fake-rpc.ts'

const offer = (price: bigint, baseFeePerGas?: bigint | null) =>
  gasPriceNow(
    fakeRpc({
      eth_gasPrice: () => quantity(price),
      eth_getBlockByNumber: () =>
        baseFeePerGas === undefined ? {} : { baseFeePerGas: baseFeePerGas === null ? null : quantity(baseFeePerGas) },
    }),
    FEE_MAX,
  )

describe('the price offered for gas', () => {
  it('has room for twice the base fee, and the tip that the node asks for', async () => {
    expect(await offer(12n, 10n)).toEqual({ type: 'eip1559', maxFeePerGas: 22n, maxPriorityFeePerGas: 2n })
    expect(await offer(7n, 10n)).toEqual({ type: 'eip1559', maxFeePerGas: 20n, maxPriorityFeePerGas: 0n })
  })
  it('is the one the node asks for where there is no base fee', async () => {
    expect(await offer(7n)).toEqual({ type: 'legacy', gasPrice: 7n })
    expect(await offer(7n, null)).toEqual({ type: 'legacy', gasPrice: 7n })
  })
  it('is nothing where gas is free, with a base fee of zero or none', async () => {
    expect(await offer(0n)).toEqual({ type: 'legacy', gasPrice: 0n })
    expect(await offer(0n, 0n)).toEqual({ type: 'legacy', gasPrice: 0n })
  })
  it('has a limit', async () => {
    expect(await offer(FEE_MAX)).toEqual({ type: 'legacy', gasPrice: FEE_MAX })
    await expect(offer(FEE_MAX + 1n)).rejects.toMatchObject({ kind: 'answer' })
    await expect(offer(1n, FEE_MAX)).rejects.toMatchObject({ kind: 'answer' })
  })
})
