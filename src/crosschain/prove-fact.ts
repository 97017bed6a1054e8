// Gets a fact of a contract proved: the newest block the node has, verified, and the proof of the place in its state.
import type { LedgerTrust } from '../../schemas/types.d.ts'
import type { LedgerEvidence } from './door.ts'
import { BOXES, type Fact } from './fact.ts'
import { ProofRefused } from './proof-refused.ts'
import { TransportFault, type GatewaySets, type Transport } from './transport.ts'
import type { VerifiedHeader, Verifier } from './verifier.ts'

/** A ledger this hub reaches, and believes as the journal says. */
export interface Connection {
  ledger: string
  transport: Transport & GatewaySets
  verifier: Verifier
  trust: LedgerTrust
  /** Verifies a header on the chain of those accepted before, and keeps it. Throws ProofRefused. */
  accept(header: Uint8Array): Promise<VerifiedHeader>
  /** Headers by which somebody with nothing but the trust root comes to the accepted one at `height`, that one last. */
  leadingTo(height: number): Promise<Uint8Array[]>
}

/** Throws TransportFault if the node is not as far as `from` yet, ProofRefused for what is not so. */
export async function proveFact(
  { transport, verifier, trust, ledger, accept, leadingTo }: Connection,
  fact: Fact,
  from = 0,
): Promise<{ header: VerifiedHeader; evidence: LedgerEvidence }> {
  const contract = trust[BOXES[fact.box].contract]
  if (!contract) throw new ProofRefused('LEDGER', `no notary contract of ${ledger} is trusted`)
  const height = await transport.head()
  if (height < from) throw new TransportFault('answer', `the node is at block ${height}, ${from} was expected`)
  const header = await accept(await transport.header(height))
  const { proof } = await transport.proof(fact, height)
  await verifier.verifyFact(header, contract, fact, proof)
  return { header, evidence: { headers: await leadingTo(header.height), ...proof } }
}
