// A hub as a ledger, in the words of `ledger.trust`: the gateway is the hub itself, so its address stands for the journal's name, and the
// code it must have is its first `hub.key`. What decides about the keys after it is the operator's root.
import { createHash } from 'node:crypto'
import type { LedgerTrust } from '../../../../schemas/types.d.ts'
import { fromBase64url, toBase64url, type LogPins } from '../../../hub/index.ts'
import type { Address } from '../../packet.ts'
import { ProofRefused } from '../../proof-refused.ts'

/** The gateway address of a hub: the first 20 bytes of a digest of its journal's name. */
export const hubGateway = (journal: string): Address =>
  createHash('sha256').update(`beibu-hub/hub-gateway/v1\n${journal}`).digest('hex').slice(0, 40)

/** Stands for a key or a root where a ledger has addresses: the first 20 bytes of its digest. */
export const shortened = (bytes: Uint8Array): Address => createHash('sha256').update(bytes).digest('hex').slice(0, 40)

/** What is to be signed to believe a hub's log, from what it shows of itself at /v1/keys. `epoch` is that of its journal. */
export const trustOfHub = (hub: {
  ledger: string
  sequence: number
  hub: string
  journal: string
  epoch: number
  operatorRoot: Buffer
  genesis: string
}): LedgerTrust => ({
  ledger: hub.ledger,
  sequence: hub.sequence,
  consensus: 'hub',
  chainId: hub.epoch,
  root: { height: 0, validators: [shortened(hub.operatorRoot)] },
  gateway: { address: hubGateway(hub.journal), codeHash: hub.genesis },
  hub: { hub: hub.hub, journal: hub.journal, operatorRoot: toBase64url(hub.operatorRoot) },
})

/** Throws ProofRefused for a trust whose members do not belong together. */
export function pinsOf({ hub, gateway, root }: Pick<LedgerTrust, 'hub' | 'gateway' | 'root'>): LogPins {
  if (!hub) throw new ProofRefused('LEDGER', 'the trust names no hub')
  const operatorRoot = fromBase64url(hub.operatorRoot, 'the operator root')
  const belongs = gateway.address === hubGateway(hub.journal) && root.validators.join() === shortened(operatorRoot)
  if (!belongs) throw new ProofRefused('LEDGER', 'gateway or validators of the trust are not those of the hub it names')
  return { hub: hub.hub, journal: hub.journal, operatorRoot, genesis: gateway.codeHash }
}
