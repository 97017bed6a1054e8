// Anchors the hub's checkpoints on a ledger, and keeps the proof that they stand there: after so many entries, or so long after the last.
// What is not anchored is only later: the next checkpoint covers all entries before it.
import { inProcessCouriers, type Clock, type Courier, type Couriers } from '../hub/index.ts'
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
    anchoredSize(): number | Promise<number>
    anchorable(): Promise<Anchorable | undefined>
    read(note: string): { origin: string; size: number; root: Buffer }
    keep(checkpoint: Anchorable, anchor: { ledger: string; evidence: Buffer }): Promise<void>
  }
  clock: Clock
  everyMs: number
  /** Absent: a courier within this process. */
  couriers?: Couriers
  onFault(error: unknown): void
}

/** Looks every so often; closing waits for what is under way. */
export function followAnchoring(deps: AnchoringDeps): Rounds {
  const { policy, checkpoints, clock, everyMs, onFault, couriers = inProcessCouriers({ clock }) } = deps
  const courier = couriers('anchoring')
  let lastMs = clock()
  const turn = async (): Promise<void> => {
    const connection = deps.connection()
    const checkpoint = await checkpoints.anchorable()
    if (!connection || !checkpoint) return
    const entries = checkpoint.size - (await checkpoints.anchoredSize())
    const isDue = entries >= policy.everyEntries || (entries > 0 && clock() - lastMs >= policy.everyMs)
    if (!isDue) return
    await carried(courier, `${checkpoint.size}/anchor`, policy.ledger, () => anchor(checkpoint, connection, deps))
    lastMs = clock()
  }
  const looks = rounds({ turn, everyMs, onFault })
  return {
    ...looks,
    async close() {
      await looks.close()
      await courier.close()
    },
  }
}

/** Done by the courier, once; a fault is the turn's, which has a patience of its own. */
function carried(courier: Courier, id: string, queue: string, act: () => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const run = (): Promise<void> => act().then(resolve, reject)
    if (!courier.offer({ id, queue, priority: 0, run })) reject(new Error(`${id} is being done already`))
  })
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
