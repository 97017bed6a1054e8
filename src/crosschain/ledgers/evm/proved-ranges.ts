// The ranges of a feed that a notary contract holds, each proved: for a regulator who compares them with its own feed.
import { encodeEventTopics } from 'viem'
import type { LedgerTrust } from '../../../../schemas/types.d.ts'
import type { Clock } from '../../../hub/index.ts'
import type { Word } from '../../packet.ts'
import { ProofRefused } from '../../proof-refused.ts'
import { trustAfter, type TrustRoot, type VerifiedHeader } from '../../verifier.ts'
import { notaryAbi, rangeWord } from './gateway/gateway.ts'
import { evmTransport } from './transport.ts'
import { evmVerifier } from './verifier.ts'

export interface SupervisedRange {
  from: number
  to: number
  /** Over the receipts of the items. */
  root: Word
}

const NOTED = encodeEventTopics({ abi: notaryAbi, eventName: 'RangeNoted' })[0].slice(2)

/** Ascending. Asks the regulator's own node and believes none of it. Throws TransportFault or ProofRefused. */
export async function provedRanges(
  { trust, url, deployedAt }: { trust: LedgerTrust; url: string; deployedAt: number },
  feed: Word,
  clock: Clock,
): Promise<SupervisedRange[]> {
  const { chainId, gateway, notary, consensus, root } = trust
  if (!notary) throw new ProofRefused('LEDGER', `no notary contract of ${trust.ledger} is trusted`)
  if (consensus === 'hub') throw new ProofRefused('LEDGER', `${trust.ledger} is a hub, which has no notary contract`)
  const transport = evmTransport({ urls: [url], chainId, contracts: { gateway, notary }, deployedAt, clock })
  const verifier = evmVerifier(consensus)
  const nowS = Math.floor(clock() / 1000)
  const head = await transport.head()
  const verify = async (height: number, from: TrustRoot): Promise<VerifiedHeader> =>
    verifier.verifyHeader(from, await transport.header(height), { nowS })
  const ranges: SupervisedRange[] = []
  let trusted: TrustRoot = root
  let last: VerifiedHeader | undefined
  for (const seen of await transport.logs({ contract: notary.address, topic: NOTED }, deployedAt, head)) {
    if (last?.height !== seen.height) last = await verify(seen.height, trusted)
    trusted = trustAfter(last, trusted)
    const log = await verifier.verifyLog(last, await transport.logProof(seen))
    if (log.address !== notary.address) throw new ProofRefused('LOG_CONTRACT', log.address)
    const [event, about, from, to] = log.topics
    if (event !== NOTED || about === undefined || from === undefined || to === undefined)
      throw new ProofRefused('LOG_EVENT')
    if (about === feed)
      ranges.push({ from: countIn(from), to: countIn(to), root: Buffer.from(log.data).toString('hex') })
  }
  const newest = ranges.at(-1)
  if (newest) await checkCode(newest)
  return ranges

  /** The newest range by its place in the state: that shows the code of the contract too, and so that it takes no gaps. */
  async function checkCode({ from, to, root: over }: SupervisedRange): Promise<void> {
    const header = await verify(head, trusted)
    const place = { box: 'ranges', key: feed, number: to } as const
    const { proof } = await transport.proof(place, head)
    const value = rangeWord(feed, from, to, over).toString('hex')
    await verifier.verifyFact(header, notary!, { ...place, value }, proof)
  }
}

const countIn = (word: Word): number => {
  const count = Number(BigInt(`0x${word}`))
  if (!Number.isSafeInteger(count)) throw new ProofRefused('LOG_EVENT', 'no item has that number')
  return count
}
