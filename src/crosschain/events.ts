// Event triggers: logs of contracts that need no change, brought in with their proof. What the ledger proves is that the log stands in a
// block; who is behind it is only claimed, and the entry says no more.
import { createHash } from 'node:crypto'
import { derivedId, HubError, toBase64url, type Accepted, type PartyUrn, type ProvedMessage } from '../hub/index.ts'
import type { LedgerEvent } from '../../schemas/types.d.ts'
import { encodeEvidence, ITEM_MAX_BYTES } from './evidence.ts'
import type { Address, Word } from './packet.ts'
import type { Connection } from './prove-fact.ts'
import { ProofRefused } from './proof-refused.ts'
import { rounds, type Rounds } from './rounds.ts'
import type { SeenLog } from './transport.ts'
import type { LogProof, VerifiedHeader, Verifier } from './verifier.ts'

/** What is listened for, and who is told. */
export interface Trigger {
  name: string
  ledger: PartyUrn
  contract: Address
  topic: Word
  to: PartyUrn
  /** Declared by the operator; `claimed` where nobody has said why it should be more. */
  assurance: LedgerEvent['assurance']
}

export interface TriggerDeps {
  connection(): Connection | undefined
  trigger: Trigger
  accept(message: ProvedMessage): Promise<Accepted>
  /** Height below which all has been looked at; survives a restart. */
  position: { get(): Promise<number>; set(height: number): Promise<void> }
  everyMs: number
  onFault(error: unknown): void
}

const BLOCKS_PER_TURN = 1_000
/** Of a log's data, what the body of an entry holds. */
const DATA_MAX_BYTES = 16 * 1024

/** Looks through the blocks in order. A turn that fails begins again where it stood: what is in already is found to be known. */
export function followTrigger(deps: TriggerDeps): Rounds {
  const { trigger, position, everyMs, onFault } = deps
  const turn = async (): Promise<void> => {
    const connection = deps.connection()
    if (!connection) return
    // What lies before the block that belief begins with cannot be shown.
    const from = Math.max(await position.get(), connection.trust.root.height + 1)
    const to = Math.min(await connection.transport.head(), from + BLOCKS_PER_TURN - 1)
    if (to < from) return
    const seen = await connection.transport.logs({ contract: trigger.contract, topic: trigger.topic }, from, to)
    for (const log of seen) await bring(log, connection, deps)
    await position.set(to + 1)
  }
  return rounds({ turn, everyMs, onFault })
}

async function bring(seen: SeenLog, connection: Connection, { trigger, accept, onFault }: TriggerDeps): Promise<void> {
  const { transport, verifier } = connection
  const raw = await transport.header(seen.height)
  const header = await connection.accept(raw)
  const proof = await transport.logProof(seen)
  const { address, topics, data } = await verifier.verifyLog(header, proof)
  const { ledger, name, to, contract, assurance } = trigger
  if (address !== contract) throw new ProofRefused('LOG_CONTRACT', address)
  if (topics[0] !== trigger.topic) throw new ProofRefused('LOG_EVENT', topics[0])
  // It stands there and always will: whoever writes it must not hold up all that come after it.
  if (data.length > DATA_MAX_BYTES || proof.nodes.some((node) => node.length > ITEM_MAX_BYTES)) {
    const { transactionIndex, logIndex } = proof
    const which = `log ${logIndex} of transaction ${transactionIndex} in block ${header.height} of ${trigger.ledger}`
    return onFault(new HubError('TOO_LARGE', `${which} is more than an entry can hold, and is passed over`))
  }
  const body: LedgerEvent = {
    ledger,
    contract,
    name,
    to,
    height: header.height,
    block: header.hash,
    transaction: proof.transactionIndex,
    log: proof.logIndex,
    topics: [...topics] as LedgerEvent['topics'],
    data: toBase64url(data),
    assurance,
  }
  const id = derivedId('event', ledger, name, header.hash, String(proof.transactionIndex), String(proof.logIndex))
  await accept({
    from: ledger,
    kind: 'ledger.event',
    id,
    atMs: header.timestampS * 1000,
    salt: createHash('sha256').update(`beibu-hub/ledger-salt/v1\n${id}`).digest().subarray(0, 16),
    body,
    evidence: encodeEvidence(verifier.family, { headers: await connection.leadingTo(header.height), log: proof }),
    prove: async () => void (await verifyEvent(body, await connection.accept(raw), proof, verifier)),
  })
}

/** Shows that a log stands where the event says, with all it says. Throws ProofRefused. */
export async function verifyEvent(
  event: LedgerEvent,
  header: VerifiedHeader,
  proof: LogProof,
  verifier: Verifier,
): Promise<void> {
  if (header.height !== event.height || header.hash !== event.block)
    throw new ProofRefused('HASH_CLAIMED', 'the event is of another block')
  if (proof.transactionIndex !== event.transaction || proof.logIndex !== event.log)
    throw new ProofRefused('LOG_INDEX', 'the event is at another position')
  const { address, topics, data } = await verifier.verifyLog(header, proof)
  if (address !== event.contract) throw new ProofRefused('LOG_CONTRACT', address)
  if (topics.join() !== event.topics.join()) throw new ProofRefused('LOG_EVENT')
  if (toBase64url(data) !== event.data) throw new ProofRefused('LOG_EVENT', 'the data differ')
}
