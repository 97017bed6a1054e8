// Filing, replacing and withdrawing one of the three documents: its sender may, as long as no list stands on it.
import {
  nothingWanted,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type PartyUrn,
  type ValidMessage,
  refused,
} from '../../hub/index.ts'
import { actorOf, claimTold, untold } from '../told.ts'
import { filedPaper, readPaper, type PaperName } from './papers.ts'

/** What becomes of the head of a document; `payer` is the payment institution that an order names. `rule` names of refusals begin with `ecommerce-<name>`. */
export async function judgeFiling(
  message: ValidMessage<{ appType: '1' | '2' | '3' }>,
  views: JudgeViews,
  key: HeadKey,
  name: PaperName,
  payer?: PartyUrn,
): Promise<Judgement> {
  const { appType } = message.body
  const value = filedPaper(message, appType === '3' ? 'withdrawn' : 'filed', payer)
  const rule = `ecommerce-${name}`
  const before = await readPaper(views, key)
  const actor = actorOf(message)
  const isOwn = before !== undefined && before.from === actor
  if (appType === '1') {
    if (before === undefined)
      return { ...nothingWanted(), claims: claimTold(views, { key, value, rule: `${rule}-number` }, [actor]) }
    if (before.state !== 'withdrawn' || !isOwn)
      return refused('ALREADY_CLAIMED', `${rule}-number`, key, before.headVersion)
    return { ...nothingWanted(), moves: [{ key, version: before.headVersion, value }] }
  }
  // Who did not file it learns no more than if it were not there.
  if (!isOwn) return untold(views, `${rule}-known`, key, actor)
  if (before.state !== 'filed') return refused('STATE_CONFLICT', `${rule}-state`, key, before.headVersion)
  return { ...nothingWanted(), moves: [{ key, version: before.headVersion, value }], refers: [before.filing] }
}
