// Acts on the gateway and the notary contract as transactions of one account.
import { encodeFunctionData, type Hex } from 'viem'
import {
  type Attestation,
  type LedgerContracts,
  type LedgerWriter,
  type Submitted,
  TransportFault,
} from '../../transport.ts'
import type { EvmAccount } from './account.ts'
import type { Mined } from './mined.ts'
import { gatewayAbi, notaryAbi, outcomeNumber, packetArgument } from './gateway/gateway.ts'

/** Without an account every act is refused with the fault `funds`. */
export function evmWriter(account: EvmAccount | undefined, { gateway, notary }: LedgerContracts): LedgerWriter {
  const paying = (): EvmAccount => {
    if (!account) throw new TransportFault('funds', 'no account is configured that pays on this ledger')
    return account
  }
  const atGateway = async (data: Hex): Promise<Submitted> =>
    submitted(await paying().act({ to: gateway.address, data }))
  const atNotary = async (data: Hex): Promise<Submitted> => {
    if (!notary) throw new TransportFault('answer', 'no notary contract is known on this ledger')
    return submitted(await paying().act({ to: notary.address, data }))
  }
  return {
    deliver: async (packet, { epoch, signatures }) =>
      atGateway(
        encodeFunctionData({
          abi: gatewayAbi,
          functionName: 'deliver',
          args: [packetArgument(packet), BigInt(epoch), hexes(signatures)],
        }),
      ),
    expire: async (packet, { epoch, signatures }) =>
      atGateway(
        encodeFunctionData({
          abi: gatewayAbi,
          functionName: 'expire',
          args: [packetArgument(packet), BigInt(epoch), hexes(signatures)],
        }),
      ),
    acknowledge: async (packet, outcome, acknowledgement, { epoch, signatures }) =>
      atGateway(
        encodeFunctionData({
          abi: gatewayAbi,
          functionName: 'acknowledge',
          args: [
            packetArgument(packet),
            outcomeNumber(outcome),
            `0x${acknowledgement}`,
            BigInt(epoch),
            hexes(signatures),
          ],
        }),
      ),
    anchor: async (origin, size, checkpoint) =>
      atNotary(
        encodeFunctionData({
          abi: notaryAbi,
          functionName: 'anchor',
          args: [`0x${origin}`, BigInt(size), `0x${checkpoint}`],
        }),
      ),
    range: async (feed, from, to, root) =>
      atNotary(
        encodeFunctionData({
          abi: notaryAbi,
          functionName: 'range',
          args: [`0x${feed}`, BigInt(from), BigInt(to), `0x${root}`],
        }),
      ),
    funds: async () => paying().funds(),
  }
}

const hexes = (signatures: Attestation['signatures']): Hex[] =>
  signatures.map((signature): Hex => `0x${Buffer.from(signature).toString('hex')}`)

const submitted = ({ transaction, height, gasUsed }: Mined): Submitted => ({ transaction, height, gasUsed })
