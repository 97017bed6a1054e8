// Heads of an unmasking: the request with what became of it, and beside it the readings that were stated, so that a reading does not keep
// the window from closing.
import type { Head, HeadKey, HeadValue, JudgeViews, PartyUrn } from '../../../hub/index.ts'

export const WINDOW_MS = 24 * 3_600_000
/** For so long a request waits for a second officer. */
export const REQUEST_MS = 7 * 24 * 3_600_000
/** For so long a stated reading is answered. */
export const READING_MS = 10 * 60_000

/** Requests are known by their number with the customs they are made for: those of another customs are not there. */
export const unmaskingKey = (views: Pick<JudgeViews, 'key'>, customs: PartyUrn, requestNo: string): HeadKey =>
  views.key('border-unmasking', customs, requestNo)
export const readingKey = (views: Pick<JudgeViews, 'key'>, customs: PartyUrn, requestNo: string): HeadKey =>
  views.key('border-unmasking-reading', customs, requestNo)

export interface UnmaskingHead {
  key: HeadKey
  headVersion: number
  state: 'requested' | 'lapsed' | 'open' | 'refused' | 'closed'
  officer: PartyUrn
  resident: HeadKey
  /** Index of the request. */
  request: number
  /** When the request lapses; once it is open, when the window closes. */
  untilMs?: number
}

export function readUnmasking(key: HeadKey, head: Head): UnmaskingHead {
  const { state, officer, resident, request, untilMs } = head.value
  return {
    key,
    headVersion: head.version,
    state: state as UnmaskingHead['state'],
    officer: officer as PartyUrn,
    resident: resident as HeadKey,
    request: typeof request === 'number' ? request : head.index,
    ...(typeof untilMs === 'number' && { untilMs }),
  }
}

export const requestedValue = (officer: PartyUrn, resident: HeadKey, untilMs: number): HeadValue => ({
  state: 'requested',
  officer,
  resident,
  untilMs,
})

export const lapsedValue = (officer: PartyUrn, resident: HeadKey): HeadValue => ({ state: 'lapsed', officer, resident })

export const decidedValue = (
  { officer, resident, request }: UnmaskingHead,
  state: 'open' | 'refused' | 'closed',
  untilMs?: number,
): HeadValue => ({ state, officer, resident, request, ...(untilMs !== undefined && { untilMs }) })

/** What the request is now: expiry lets it lapse and closes the window, and before it has, the clock does. */
export function stateNow({ state, untilMs }: UnmaskingHead, nowMs: number): UnmaskingHead['state'] {
  if (untilMs === undefined || nowMs < untilMs) return state
  if (state === 'requested') return 'lapsed'
  return state === 'open' ? 'closed' : state
}
