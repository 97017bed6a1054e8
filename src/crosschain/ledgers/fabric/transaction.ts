// Transactions: what endorsers have signed, and whether it belongs to the proposal in the same envelope.
import { sha256 } from './block.ts'
import { BlockRefused } from './block-reasons.ts'
import { faultOf } from './block-report.ts'
import type { ChannelConfig } from './channel-config.ts'
import type { FabricEnvelope } from './envelope.ts'
import { type CertificateCache, signerOf, verifyMember } from './identity.ts'
import { decode, messages } from './messages.ts'

/** Good ones of how many. */
export interface Count {
  good: number
  total: number
}

/** One action of a transaction as read; nothing is verified yet. */
export interface TransactionAction {
  /** The signature header as repeated inside the action. */
  header: Uint8Array
  proposalPayload: Uint8Array
  /** What endorsers sign, before their own identity. */
  responsePayload: Uint8Array
  proposalHash: Uint8Array
  endorsements: readonly { endorser: Uint8Array; signature: Uint8Array }[]
  chaincode: string
  /** The read and write set. */
  results: Uint8Array
}

/** Reads the actions of a transaction. Throws BlockRefused ENVELOPE. */
export function readActions({ data }: FabricEnvelope): TransactionAction[] {
  const transaction = decode(messages.Transaction, data, 'ENVELOPE', 'its transaction')
  return transaction.getActionsList().map((action) => {
    const payload = decode(messages.ChaincodeActionPayload, action.getPayload_asU8(), 'ENVELOPE', 'its action')
    const endorsed = payload.getAction()
    if (!endorsed) throw new BlockRefused('ENVELOPE', 'its action has no answer of endorsers')
    const responsePayload = endorsed.getProposalResponsePayload_asU8()
    const response = decode(messages.ProposalResponsePayload, responsePayload, 'ENVELOPE', 'its response')
    const result = decode(messages.ChaincodeAction, response.getExtension_asU8(), 'ENVELOPE', 'its result')
    return {
      header: action.getHeader_asU8(),
      proposalPayload: payload.getChaincodeProposalPayload_asU8(),
      responsePayload,
      proposalHash: response.getProposalHash_asU8(),
      endorsements: endorsed.getEndorsementsList().map((one) => ({
        endorser: one.getEndorser_asU8(),
        signature: one.getSignature_asU8(),
      })),
      chaincode: result.getChaincodeId()?.getName() ?? '',
      results: result.getResults_asU8(),
    }
  })
}

/** What is found of one transaction: `endorsed` are the MSP ids of good endorsements. */
export interface TransactionFinding {
  endorsements: Count
  endorsed: ReadonlySet<string>
  action?: TransactionAction
  faults: BlockRefused[]
}

/**
 * Verifies a transaction beyond the signature of its creator: its id, that the endorsed proposal is the one in the envelope, and each
 * endorsement by a member of an organisation of the channel, valid at the time the creator gives. One endorser counts once.
 */
export function verifyTransaction(
  envelope: FabricEnvelope,
  config: ChannelConfig,
  certificates: CertificateCache,
): TransactionFinding {
  const endorsements = { good: 0, total: 0 }
  const endorsed = new Set<string>()
  const faults: BlockRefused[] = []
  let action: TransactionAction | undefined
  const attempt = (check: () => void) => {
    const fault = faultOf(check)
    if (fault) faults.push(fault)
  }
  attempt(() => checkTxId(envelope))
  attempt(() => {
    const only = onlyAction(envelope)
    action = only
    attempt(() => checkProposal(envelope, only))
    for (const signed of distinct(only, certificates)) {
      endorsements.total++
      attempt(() => {
        endorsed.add(verifyEndorsement(signed, envelope, config, certificates))
        endorsements.good++
      })
    }
  })
  return { endorsements, endorsed, faults, ...(action && { action }) }
}

function checkTxId({ txId, nonce, creator }: FabricEnvelope): void {
  if (txId !== sha256(nonce, creator).toString('hex'))
    throw new BlockRefused('TX_ID', 'it is not SHA-256 of nonce and creator')
}

function onlyAction(envelope: FabricEnvelope): TransactionAction {
  const [action, ...more] = readActions(envelope)
  if (!action || more.length > 0) throw new BlockRefused('ENVELOPE', 'it has not exactly one action')
  return action
}

function checkProposal(envelope: FabricEnvelope, action: TransactionAction): void {
  if (!Buffer.from(action.header).equals(envelope.signatureHeader))
    throw new BlockRefused('ENVELOPE', 'its action repeats another signature header')
  const hash = sha256(envelope.channelHeader, envelope.signatureHeader, action.proposalPayload)
  if (!hash.equals(action.proposalHash))
    throw new BlockRefused('PROPOSAL_HASH', 'what was endorsed is not the proposal in the envelope')
}

interface SignedResponse {
  identity: Uint8Array
  message: Uint8Array
  signature: Uint8Array
}

function distinct(
  { endorsements, responsePayload }: TransactionAction,
  certificates: CertificateCache,
): SignedResponse[] {
  const byEndorser = new Map(endorsements.map((one) => [signerOf(one.endorser, certificates), one]))
  return [...byEndorser.values()].map(({ endorser, signature }) => ({
    identity: endorser,
    message: Buffer.concat([responsePayload, endorser]),
    signature,
  }))
}

function verifyEndorsement(
  signed: SignedResponse,
  { timestampMs }: FabricEnvelope,
  { applications }: ChannelConfig,
  certificates: CertificateCache,
): string {
  const options = { atMs: timestampMs, reason: 'ENDORSEMENT' as const, who: 'an endorser', certificates }
  return verifyMember(signed, applications, options)
}
