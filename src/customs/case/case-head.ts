// The head of a case: everything that is said under one unique consignment reference (UCR, WCO) moves it, so that whoever reads the case
// reads it whole, and a follower finds its entries without their bodies.
import type { HeadKey, JudgeViews, Move } from '../../hub/index.ts'

export const caseKey = (views: Pick<JudgeViews, 'key'>, ucr: string): HeadKey => views.key('case', ucr)

/** Moves the case of a UCR by one entry; a document without one is in no case. Of two entries at once the later is judged again. */
export async function caseMoves(views: JudgeViews, ucr: string | undefined): Promise<Move[]> {
  return ucr === undefined ? [] : caseMovesOf(views, caseKey(views, ucr))
}

/** The same for those who know the case by its key alone: what is said of a document whose head has kept it. */
export async function caseMovesOf(views: Pick<JudgeViews, 'head'>, key: HeadKey | undefined): Promise<Move[]> {
  if (key === undefined) return []
  const head = await views.head(key)
  return [{ key, version: head?.version ?? 0, value: { entries: (head?.version ?? 0) + 1 } }]
}
