// The head of an ASEAN customs declaration document: one per exporting country and number, and what may follow what.
import {
  type Head,
  type HeadKey,
  type HeadValue,
  type Judgement,
  type JudgeViews,
  type PartyUrn,
  refused,
} from '../../hub/index.ts'
import type { AcddResponse } from '../../../schemas/types.d.ts'
import { isTold, untold } from '../told.ts'

export type AcddState = 'sent' | 'received' | 'accepted' | 'queried' | 'rejected' | 'cancelling' | 'cancelled'

export interface AcddHead {
  key: HeadKey
  headVersion: number
  state: AcddState
  /** Customs of the exporting and of the importing country. */
  from: PartyUrn
  to: PartyUrn
  /** Journal index of the document. */
  document: number
  caseKey?: HeadKey
}

const OPEN: readonly AcddState[] = ['sent', 'received', 'accepted', 'queried']

/** Where an outcome may be said, and where it leads. Rejected and cancelled are final. */
export const OUTCOMES: Readonly<Record<AcddResponse['outcome'], { from: readonly AcddState[]; to: AcddState }>> = {
  RECEIVED: { from: ['sent'], to: 'received' },
  ACCEPTED: { from: ['sent', 'received', 'queried'], to: 'accepted' },
  QUERIED: { from: OPEN, to: 'queried' },
  REJECTED: { from: OPEN, to: 'rejected' },
  CANCELLED: { from: ['cancelling'], to: 'cancelled' },
  // What it was before the request is not kept: it stands, and can be queried or rejected as before.
  CANCELLATION_REFUSED: { from: ['cancelling'], to: 'accepted' },
}

export const mayCancel = (state: AcddState): boolean => OPEN.includes(state)

/** The rule of "cannot tell". */
export const ACDD_KNOWN = 'acdd-known'

export const acddKey = (views: JudgeViews, exportCountry: string, permitNumber: string): HeadKey =>
  views.key('acdd', exportCountry, permitNumber)

export const sentValue = (from: PartyUrn, to: PartyUrn, caseKey: HeadKey | undefined): HeadValue => ({
  state: 'sent',
  from,
  to,
  ...(caseKey && { caseKey }),
})

export const movedAcdd = ({ from, to, document, caseKey }: AcddHead, state: AcddState): HeadValue => ({
  state,
  from,
  to,
  document,
  ...(caseKey && { caseKey }),
})

export function readAcddHead(key: HeadKey, { version, index, value }: Head): AcddHead {
  const { state, from, to, document, caseKey } = value
  return {
    key,
    headVersion: version,
    state: state as AcddState,
    from: from as PartyUrn,
    to: to as PartyUrn,
    document: typeof document === 'number' ? document : index,
    ...(typeof caseKey === 'string' && { caseKey }),
  }
}

/** Cannot tell, said to who may not act on a document that is there: whoever was not told of it hears what it would hear if it were not. */
export async function notActing(
  { key, headVersion }: AcddHead,
  party: PartyUrn,
  views: JudgeViews,
): Promise<Judgement> {
  return (await isTold(views, key, party))
    ? refused('NOT_KNOWN_HERE', ACDD_KNOWN, key, headVersion)
    : untold(views, ACDD_KNOWN, key, party)
}
