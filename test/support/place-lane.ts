// A lane of a place: its terms, its opening at both gateways, and what validators sign about its packets.
import { attestationDigest, signDigest } from '../../src/crosschain/attestation.ts'
import { type LaneTerms, laneId } from '../../src/crosschain/lane.ts'
import { openLane, signLane } from '../../src/crosschain/ledgers/evm/deploy.ts'
import type { LaneConfig } from '../../src/crosschain/ledgers/evm/gateway/gateway.ts'
import { kindWord, type Packet, type Word } from '../../src/crosschain/packet.ts'
import type { Attestation } from '../../src/crosschain/transport.ts'
import type { KeyPair, PlaceLedger } from './place-ledger.ts'

export interface PlaceLane {
  id: Word
  terms: LaneTerms
  source: PlaceLedger
  target: PlaceLedger
}

export const KIND = 'trade.consignment/1'

/** `name/version` as a word. */
export function kindOf(text: string): Word {
  const [name, version] = text.split('/')
  return kindWord(name!, Number(version))
}

export function laneTerms(
  source: PlaceLedger,
  target: PlaceLedger,
  threshold: number,
  change: Partial<LaneTerms> = {},
): LaneTerms {
  const end = ({ urn, chainId, contracts, name }: PlaceLedger) => ({
    ledger: urn,
    chainId,
    gateway: contracts.gateway.address,
    owner: `${urn.slice(0, 10)}:authority:${name}-customs`,
  })
  return {
    name: `${source.name}-to-${target.name}`,
    source: end(source),
    target: end(target),
    kinds: [KIND],
    ordered: false,
    timeoutS: 3600,
    assurance: 'proof',
    threshold,
    operators: 1,
    ratePerHour: 0,
    feePayer: source.urn,
    hash: 'keccak',
    ...change,
  }
}

/** The lane at both of its gateways. */
export async function openBoth(source: PlaceLedger, target: PlaceLedger, terms: LaneTerms): Promise<PlaceLane> {
  const id = laneId(terms)
  await openAt(source, target, true)
  await openAt(target, source, false)
  return { id, terms, source, target }

  async function openAt(here: PlaceLedger, there: PlaceLedger, outbound: boolean): Promise<void> {
    const config: LaneConfig = {
      peerChainId: there.chainId,
      peerGateway: there.contracts.gateway.address,
      ordered: terms.ordered,
      outbound,
      timeoutS: terms.timeoutS,
      endA: source.hostKey.address,
      endB: target.hostKey.address,
      ratePerHour: terms.ratePerHour,
    }
    const gateway = here.contracts.gateway.address
    const place = { chainId: here.chainId, gateway }
    const [a, b] = [source, target].map(({ hostKey }) => signLane(place, id, config, hostKey.key))
    await openLane(here.host, gateway, id, config, { a: a!, b: b! })
  }
}

export function attested(
  { chainId, contracts }: PlaceLedger,
  { lane, sequence }: Packet,
  act: 'deliver' | 'acknowledge',
  value: Buffer,
  signers: readonly KeyPair[],
): Attestation {
  const gateway = contracts.gateway.address
  const digest = attestationDigest({ chainId, gateway, epoch: 1, lane, sequence, act, value: value.toString('hex') })
  return { epoch: 1, signatures: signers.map(({ key }) => signDigest(digest, key)) }
}
