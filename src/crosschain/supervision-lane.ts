// The supervision lane: one way, to a regulator's own ledger. Of every item in the regulator's feed a salted commitment stands there (the
// root over a range of receipts), and the contract takes ranges only without a gap: nothing can be left out, and nothing is given away.
import type { PartyUrn } from '../hub/index.ts'
import { noted } from './anchoring.ts'
import { feedWord, rangeBytes } from './anchor.ts'
import type { Word } from './packet.ts'
import { proveFact, type Connection } from './prove-fact.ts'
import { rounds, type Rounds } from './rounds.ts'

/** Items one range may cover. */
const RANGE_MAX = 5_000

export interface SupervisionLaneDeps {
  connection(): Connection | undefined
  regulator: PartyUrn
  journal: { urn: string; epoch: number }
  feed: {
    /** Seq of the newest item of the regulator's feed. */
    head(): Promise<number>
    /** Hex root over the receipts of its items from..to; undefined unless it holds them all. */
    root(from: number, to: number): Promise<string | undefined>
  }
  /** Survives a restart. */
  position: { get(): Promise<RangePosition>; set(position: RangePosition): Promise<void> }
  everyMs: number
  onFault(error: unknown): void
}

/** `to`: last item proved to stand on the ledger. `noting`: what is being noted after it; written down first, so that after a crash the same is noted again. */
export interface RangePosition {
  to: number
  noting?: { to: number; root: Word }
}

/** What the notary contract holds of a range. */
export const rangeWord = (...range: Parameters<typeof rangeBytes>): Word => rangeBytes(...range).toString('hex')

export function followSupervision(deps: SupervisionLaneDeps): Rounds {
  const { regulator, journal, feed, position, everyMs, onFault } = deps
  const key = feedWord(journal.urn, journal.epoch, regulator)
  const turn = async (): Promise<void> => {
    const connection = deps.connection()
    if (!connection) return
    for (let at = await position.get(); ; at = await position.get()) {
      const noting = at.noting ?? (await next(at.to))
      if (!noting) return
      const { to, root } = noting
      await position.set({ to: at.to, noting })
      const { height } = await noted(() => connection.transport.range(key, at.to + 1, to, root))
      const value = rangeWord(key, at.to + 1, to, root)
      await proveFact(connection, { box: 'ranges', key, number: to, value }, height)
      await position.set({ to })
    }
  }
  const next = async (last: number): Promise<RangePosition['noting']> => {
    const to = Math.min(await feed.head(), last + RANGE_MAX)
    const root = to > last ? await feed.root(last + 1, to) : undefined
    return root === undefined ? undefined : { to, root }
  }
  return rounds({ turn, everyMs, onFault })
}
