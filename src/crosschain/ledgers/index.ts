// The ledger families by name. To add one: a folder beside this file, and a line here.
import type { LedgerTrust } from '../../../schemas/types.d.ts'
import type { TrustRoot, Verifier } from '../verifier.ts'
import { evmVerifier } from './evm/verifier.ts'

export const verifierOf = ({ consensus }: Pick<LedgerTrust, 'consensus'>): Verifier => evmVerifier(consensus)

export const trustRootOf = ({ root }: Pick<LedgerTrust, 'root'>): TrustRoot => root
