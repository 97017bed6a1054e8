// The notary contract as a test acts on it.
import { encodeDeployData, encodeFunctionData, type Hex } from 'viem'
import { notaryAbi, notaryCode } from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import type { Address, Word } from '../../../../src/crosschain/packet.ts'
import { hexWord } from './cast.ts'
import { type Account, account, type Done, type TestLedger } from './ledger.ts'

export const writer = account('writer')

export interface Notary {
  address: Address
  anchor(origin: Word, size: number, checkpoint: Word, from?: Account): Promise<Done>
  range(feed: Word, first: number, last: number, root: Word, from?: Account): Promise<Done>
  number(functionName: 'lastSize' | 'lastOf', key: Word): Promise<number>
}

export async function deployNotary(ledger: TestLedger, owner: Address = writer.address): Promise<Notary> {
  const data = encodeDeployData({ abi: notaryAbi, bytecode: notaryCode.bytecode, args: [hexWord(owner)] })
  const { contract, refusal } = await ledger.act(writer, undefined, data)
  if (refusal !== undefined) throw new Error(refusal)
  const act = (from: Account, call: Hex): Promise<Done> => ledger.act(from, contract, call)
  return {
    address: contract,
    anchor: (origin, size, checkpoint, from = writer) =>
      act(
        from,
        encodeFunctionData({
          abi: notaryAbi,
          functionName: 'anchor',
          args: [hexWord(origin), BigInt(size), hexWord(checkpoint)],
        }),
      ),
    range: (feed, first, last, root, from = writer) =>
      act(
        from,
        encodeFunctionData({
          abi: notaryAbi,
          functionName: 'range',
          args: [hexWord(feed), BigInt(first), BigInt(last), hexWord(root)],
        }),
      ),
    number: async (functionName, key) =>
      Number(await ledger.read(contract, encodeFunctionData({ abi: notaryAbi, functionName, args: [hexWord(key)] }))),
  }
}
