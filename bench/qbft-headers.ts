// qbft-headers: headers of a chain verified one after another on one core, with 3 seals of 4 validators and with 5 of 7. Beside it as many
// bare recoveries of signers, without which nobody can do.
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { addressOfKey } from '../src/crosschain/attestation.ts'
import { sealHeader } from '../src/crosschain/devnet/sealer.ts'
import { keccak } from '../src/crosschain/hash.ts'
import { evmVerifier } from '../src/crosschain/ledgers/evm/verifier.ts'
import { trustAfter, type TrustRoot } from '../src/crosschain/verifier.ts'
import { median, report, round, tell } from './report.ts'

const HEADERS = 200
const WARM_S = 0.5
const PER_TURN = 4
const START_S = 1_700_000_000
const SIZES = [
  { validators: 4, seals: 3 },
  { validators: 7, seals: 5 },
] as const

export interface QbftHeadersOptions {
  seconds: number
  runs: number
}

/** Runs the bench and prints its figures; `value` is of 4 validators. Throws when a header is not verified. */
export function benchQbftHeaders({ seconds, runs }: QbftHeadersOptions): void {
  const figures = SIZES.map((size) => {
    const [chain, recover] = [chainOf(size), recoveries(size.seals)]
    const [verified, bare]: [number[], number[]] = [[], []]
    inTurns(WARM_S, [recover, chain.verify])
    for (let run = 1; run <= runs; run++) {
      const [recovered, checked] = inTurns(seconds, [recover, chain.verify]) as [number, number]
      bare.push(recovered)
      verified.push(checked)
      tell(`${size.seals} seals of ${size.validators}, run ${run} of ${runs}: ${round(verified.at(-1)!)} headers/s`)
    }
    return { ...size, value: median(verified), baseline: median(bare), bytes: chain.headerBytes }
  })
  const [four, seven] = figures as [(typeof figures)[number], (typeof figures)[number]]
  report({
    bench: 'qbft-headers',
    unit: 'headers/s',
    value: round(four.value),
    baseline: round(four.baseline),
    ratio: round(four.value / four.baseline, 3),
    p50Ms: null,
    p99Ms: null,
    settings: {
      validators: four.validators,
      seals: four.seals,
      headerBytes: four.bytes,
      cores: 1,
      runs,
      recoveriesPerSecond: round(four.baseline * four.seals),
      sevenValidators: {
        seals: seven.seals,
        value: round(seven.value),
        baseline: round(seven.baseline),
        ratio: round(seven.value / seven.baseline, 3),
      },
    },
  })
}

/** A chain that is verified from its beginning, one header per call, again and again. */
function chainOf({ validators, seals }: (typeof SIZES)[number]) {
  const keys = Array.from({ length: validators }, (_, n) => Buffer.alloc(32, n + 1))
  const addresses = keys.map(addressOfKey)
  const word = (digit: string): string => digit.repeat(64)
  const root: TrustRoot = { height: 0, hash: word('a'), validators: addresses, timestampS: START_S }
  const headers: Buffer[] = []
  for (let parentHash = word('a'), number = 1; number <= HEADERS; number++) {
    const fields = { parentHash, stateRoot: word('b'), transactionsRoot: word('c'), receiptsRoot: word('d'), number }
    const block = sealHeader(
      {
        ...fields,
        coinbase: addresses[number % validators]!,
        logsBloom: new Uint8Array(256),
        gasLimit: 30_000_000n,
        gasUsed: 21_000n,
        timestampS: START_S + number,
        baseFeePerGas: 7n,
      },
      { consensus: 'qbft', validators: addresses, sealers: keys.slice(0, seals) },
    )
    headers.push(block.rlp)
    parentHash = block.hash
  }
  const { verifyHeader } = evmVerifier('qbft')
  let trust = root
  return {
    headerBytes: headers[0]!.length,
    verify: (): void => {
      if (trust.height === HEADERS) trust = root
      trust = trustAfter(verifyHeader(trust, headers[trust.height]!, { nowS: START_S + HEADERS }), root)
    },
  }
}

/** Recovers as many signers as a header has seals. */
function recoveries(seals: number): () => void {
  const digest = keccak(Buffer.from('header'))
  const signed = Array.from({ length: seals }, (_, n) =>
    secp256k1.sign(digest, Buffer.alloc(32, n + 1), { prehash: false, format: 'recovered' }),
  )
  return () => {
    for (const signature of signed) secp256k1.recoverPublicKey(signature, digest, { prehash: false })
  }
}

/** Each of them so often per second, in short turns, so that what else the machine does falls on all alike. */
function inTurns(seconds: number, acts: readonly (() => void)[]): number[] {
  const done = acts.map(() => ({ count: 0, ms: 0 }))
  const endMs = performance.now() + seconds * 1000
  while (performance.now() < endMs)
    for (const [at, act] of acts.entries()) {
      const startMs = performance.now()
      for (let turn = 0; turn < PER_TURN; turn++) act()
      done[at]!.count += PER_TURN
      done[at]!.ms += performance.now() - startMs
    }
  return done.map(({ count, ms }) => (count * 1000) / ms)
}
