// Anchors the hub's checkpoints on a ledger, and keeps the proof that they stand there: after so many entries, or so long after the last.
// What is not anchored is only later: the next checkpoint covers all entries before it.
import type { Clock } from '../hub/index.ts'
import { anchorFact } from './anchor.ts'
import { encodeEvidence } from './evidence.ts'
import { proveFact, type Connection } from './prove-fact.ts'
import { rounds, type Rounds } from './rounds.ts'
import { TransportFault } from './transport.ts'

/** A checkpoint as the hub has published it. */
export interface Anchorable {
  size: number
  note: string
  atMs: number
}

export interface AnchoringDeps {
  connection(): Connection | undefined
  policy: { ledger: string; everyEntries: number; everyMs: number }
  checkpoints: {
    anchoredSize(): number
    anchorable(): Promise<Anchorable | undefined>
    read(note: string): { origin: string; size: number; root: Buffer }
    keep(checkpoint: Anchorable, anchor: { ledger: string; evidence: Buffer }): Promise<void>
  }
  clock: Clock
  everyMs: number
  onFault(error: unknown): void
}

/** Looks every so often; closing waits for what is under way. */
export function followAnchoring(deps: AnchoringDeps): Rounds {
  const { policy, checkpoints, clock, everyMs, onFault } = deps
  let lastMs = clock()
  const turn = async (): Promise<void> => {
    const connection = deps.connection()
    const checkpoint = await checkpoints.anchorable()
    if (!connection || !checkpoint) return
    const entries = checkpoint.size - checkpoints.anchoredSize()
    const isDue = entries >= policy.everyEntries || (entries > 0 && clock() - lastMs >= policy.everyMs)
    if (!isDue) return
    await anchor(checkpoint, connection, deps)
    lastMs = clock()
  }
  return rounds({ turn, everyMs, onFault })
}

async function anchor(checkpoint: Anchorable, connection: Connection, { checkpoints }: AnchoringDeps): Promise<void> {
  const fact = anchorFact(checkpoints.read(checkpoint.note))
  const { height } = await noted(() => connection.transport.anchor(fact.key, fact.number, fact.value))
  const { headers, ...state } = (await proveFact(connection, fact, height)).evidence
  const { ledger, verifier } = connection
  await checkpoints.keep(checkpoint, { ledger, evidence: encodeEvidence(verifier.family, { headers, state }) })
}

/** Noted before, by a turn that was cut off after it: then the proof is all that is missing. */
export async function noted(write: () => Promise<{ height: number }>): Promise<{ height: number }> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof TransportFault && error.code === 'AlreadyNoted') return { height: 0 }
    throw error
  }
}
