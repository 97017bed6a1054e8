// The head of a request 修撤单申请: whether one is open for a declaration, and what each act of customs makes of it.
import {
  type Expectation,
  type Head,
  type HeadKey,
  type JudgeViews,
  type Judgement,
  type Move,
  type ValidMessage,
  refused,
} from '../hub/index.ts'
import type { CustomsAmendment, CustomsRequest } from '../../schemas/types.d.ts'
import { filedAt, found, namesEntry } from './authority.ts'
import { finding } from './codes.ts'

/** `lapsed`: the declaration came to an end otherwise before it was answered. */
export type RequestState = 'open' | 'granted' | 'refused' | 'lapsed'

export const requestKey = (views: JudgeViews, entryId: string): HeadKey => views.key('declaration-request', entryId)

export const requestValue = (state: RequestState, act: CustomsRequest['act']): Head['value'] => ({ state, act })

/** What an act of customs does beside: grants or refuses a request for it, or ends the declaration. */
export type Answering = { grants: 'AMEND'; amendment: CustomsAmendment } | { grants: 'CANCEL' } | 'refuses' | 'ends'

type Answered = Pick<Judgement, 'moves' | 'expects' | 'refers'> | { judgement: Judgement }

/**
 * What becomes of the request that is open. An act that was asked for names the request, and does what was asked; so nobody has to guess
 * whether it was granted. Without one, a request that comes at the same time makes the act be looked at again.
 */
export async function answerRequest(
  message: ValidMessage<{ entryId: string }>,
  views: JudgeViews,
  answering: Answering,
): Promise<Answered> {
  const key = requestKey(views, message.body.entryId)
  const head = await views.head(key)
  const version = head?.version ?? 0
  if (!head || head.value['state'] !== 'open')
    return answering === 'refuses'
      ? { judgement: refused('STATE_CONFLICT', 'request-open', key, version) }
      : { moves: [], expects: [{ key, version }], refers: [] }
  const asked = head.value['act'] as CustomsRequest['act']
  const answered = typeof answering === 'object' ? answering.grants === asked : answering === 'refuses'
  if (!answered) return unasked(answering, asked, { key, version })
  if (!(await namesEntry(message, head.index, views))) return { judgement: found([finding('REQUEST_NOT_NAMED', '')]) }
  if (typeof answering === 'object' && answering.grants === 'AMEND') {
    const request = await filedAt(head.index, views)
    if (!request) return { judgement: refused('NOT_KNOWN_HERE', 'request-known', key, version) }
    if (!sameChanges(answering.amendment, request.body as CustomsRequest))
      return { judgement: found([finding('AMENDMENT_NOT_AS_REQUESTED', '/changes')]) }
  }
  return answer({ key, version }, answering === 'refuses' ? 'refused' : 'granted', asked, head.index)
}

/** The end of a declaration ends what was asked of it; an amendment leaves a request for cancellation open. */
function unasked(answering: Answering, asked: CustomsRequest['act'], at: Expectation): Answered {
  const ends = answering === 'ends' || (typeof answering === 'object' && answering.grants === 'CANCEL')
  return ends ? answer(at, 'lapsed', asked) : { moves: [], expects: [at], refers: [] }
}

function answer(at: Expectation, state: RequestState, asked: CustomsRequest['act'], request?: number): Answered {
  const move: Move = { ...at, value: requestValue(state, asked) }
  return { moves: [move], expects: [], refers: request === undefined ? [] : [request] }
}

/** The same fields to the same values, in whatever order, and the same total. */
function sameChanges(done: CustomsAmendment, asked: CustomsRequest): boolean {
  const said = ({ changes = [], newTotal }: Pick<CustomsRequest, 'changes' | 'newTotal'>): string =>
    JSON.stringify([
      changes.map(({ path, to }) => `${path} ${to}`).sort(),
      newTotal && `${newTotal.amount} ${newTotal.currency}`,
    ])
  return said(done) === said(asked)
}
