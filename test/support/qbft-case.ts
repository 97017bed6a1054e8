// The case of `beibu ledger verify` in the README: what a devnet of this seed seals, so that anybody can make the file again.
import { createDevnet } from '../../src/crosschain/devnet/index.ts'

const START_MS = Date.UTC(2026, 0, 1)

/** Genesis to trust, three blocks of which the second was sealed in round 1, and an account as it stands in the last. */
export async function qbftCase(): Promise<object> {
  const net = await createDevnet({ name: 'fixture', chainId: 7201, seed: 'fixture', clock: () => START_MS })
  try {
    const { hash, validators } = net.genesis()
    for (const round of [0, 1, 0]) await net.mine({ round })
    const address = `0x${net.accounts()[0]}`
    const { accountProof } = (await net.request('eth_getProof', [address, [], '0x3'])) as { accountProof: string[] }
    return {
      family: 'qbft',
      trust: { height: 0, hash: `0x${hash}`, validators: validators.map((one) => `0x${one}`) },
      headers: [1, 2, 3].map((height) => ({ height, rlp: `0x${net.header(height).toString('hex')}` })),
      accountProof: { address, proof: accountProof },
    }
  } finally {
    await net.close()
  }
}
