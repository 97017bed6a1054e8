// Two gateways with a lane between them.
import type { LaneConfig } from '../../../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import { endA, endB, LANE, TIMEOUT_S } from './cast.ts'
import { deployGate, type Gate } from './gate.ts'
import type { TestLedger } from './ledger.ts'

/** The lane's configuration at `gate`, where `peer` is the other end. */
export const configOf = (peer: Gate, outbound: boolean, change: Partial<LaneConfig> = {}): LaneConfig => ({
  peerChainId: peer.ledger.chainId,
  peerGateway: peer.address,
  ordered: false,
  outbound,
  timeoutS: TIMEOUT_S,
  endA: endA.address,
  endB: endB.address,
  ratePerHour: 0,
  ...change,
})

export interface Pair {
  source: Gate
  target: Gate
}

/** A gateway on each ledger and the lane open between them. */
export async function openPair(from: TestLedger, to: TestLedger, change: Partial<LaneConfig> = {}): Promise<Pair> {
  const source = await deployGate(from, endA)
  const target = await deployGate(to, endB)
  for (const done of [
    await source.openLane(LANE, configOf(target, true, change)),
    await target.openLane(LANE, configOf(source, false, change)),
  ])
    if (done.refusal !== undefined) throw new Error(done.refusal)
  return { source, target }
}
