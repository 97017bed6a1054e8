// receipt-proofs: logs of a block of 100 transactions proved under its receipts root, with all that is checked of proof and receipt. Beside
// it the same proofs through the library's verifier, which checks the way to the value alone.
import { verifyMerkleProof } from '@ethereumjs/mpt'
import { RLP } from '@ethereumjs/rlp'
import { type RpcReceipt, receiptProof } from '../src/crosschain/ledgers/evm/receipt-proof.ts'
import { evmVerifier } from '../src/crosschain/ledgers/evm/verifier.ts'
import type { LogProof, VerifiedHeader } from '../src/crosschain/verifier.ts'
import { median, report, round, tell } from './report.ts'

const RECEIPTS = 100

export interface ReceiptProofsOptions {
  seconds: number
  runs: number
}

/** Runs the bench and prints its figures. Throws when a log is not proved. */
export async function benchReceiptProofs({ seconds, runs }: ReceiptProofsOptions): Promise<void> {
  const { root, proofs } = await proofsOf(Array.from({ length: RECEIPTS }, (_, n) => receipt(n)))
  const { verifyLog } = evmVerifier('qbft')
  const header: VerifiedHeader = { ...HEADER, receiptsRoot: root }
  const rootBytes = Buffer.from(root, 'hex')
  const bare = async ({ transactionIndex, nodes }: LogProof): Promise<unknown> =>
    verifyMerkleProof(RLP.encode(transactionIndex), [...nodes], { root: rootBytes })
  const [taken, library]: [number[], number[]] = [[], []]
  for (let run = 1; run <= runs; run++) {
    library.push(await perSecond(seconds / 2, proofs, bare))
    taken.push(await perSecond(seconds / 2, proofs, (proof) => verifyLog(header, proof)))
    tell(`run ${run} of ${runs}: ${round(taken.at(-1)!)} proofs/s; the library alone ${round(library.at(-1)!)}/s`)
  }
  const [value, baseline] = [median(taken), median(library)]
  report({
    bench: 'receipt-proofs',
    unit: 'proofs/s',
    value: round(value),
    baseline: round(baseline),
    ratio: round(value / baseline, 3),
    p50Ms: null,
    p99Ms: null,
    settings: {
      receipts: RECEIPTS,
      nodes: proofs[RECEIPTS - 1]!.nodes.length,
      proofBytes: proofs[RECEIPTS - 1]!.nodes.reduce((sum, node) => sum + node.length, 0),
      cores: 1,
      runs,
    },
  })
}

async function proofsOf(receipts: readonly RpcReceipt[]): Promise<{ root: string; proofs: LogProof[] }> {
  const made = await Promise.all(receipts.map((_, index) => receiptProof(receipts, index)))
  const proofs = made.map(({ nodes }, transactionIndex) => ({ transactionIndex, logIndex: 0, nodes }))
  return { root: made[0]!.root, proofs }
}

/** A receipt with one log of three topics and 128 bytes, as a gateway's event has. */
const receipt = (n: number): RpcReceipt => ({
  type: '0x2',
  status: '0x1',
  cumulativeGasUsed: `0x${(90_000 * (n + 1)).toString(16)}`,
  logsBloom: `0x${'00'.repeat(256)}`,
  logs: [
    {
      address: `0x${'11'.repeat(20)}`,
      topics: ['22', '33', '44'].map((digits) => `0x${digits.repeat(32)}`),
      data: `0x${n.toString(16).padStart(256, '0')}`,
    },
  ],
})

const WORD = '0'.repeat(64)
const HEADER: VerifiedHeader = {
  height: 1,
  hash: WORD,
  parentHash: WORD,
  timestampS: 0,
  stateRoot: WORD,
  receiptsRoot: WORD,
  validators: [],
  signers: [],
  quorum: 0,
  assurance: 'proof',
}

async function perSecond<T>(seconds: number, items: readonly T[], act: (item: T) => Promise<unknown>): Promise<number> {
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  let count = 0
  for (; performance.now() < endMs; count++) await act(items[count % items.length]!)
  return (count * 1000) / (performance.now() - startMs)
}
