// The head of a declaration after the WCO Data Model: one per country and number.
import { type Head, type HeadKey, type HeadValue, type JudgeViews, type PartyUrn } from '../../hub/index.ts'

export interface WcoHead {
  key: HeadKey
  headVersion: number
  state: 'declared' | 'cancelled'
  /** 1 as filed; changes and replacements count up. */
  version: number
  /** Declarant, and the customs it declared to. */
  from: PartyUrn
  customs: PartyUrn
  /** Journal index of the original. */
  declaration: number
  /** Journal index of the message that stands: the original, or what last changed or replaced it. */
  standing: number
  /** The case it belongs to: later messages move it whether or not they repeat the reference. */
  caseKey?: HeadKey
}

export const wcoKey = (views: JudgeViews, country: string, id: string): HeadKey =>
  views.key('wco-declaration', country, id)

export const declaredValue = (from: PartyUrn, customs: PartyUrn, caseKey: HeadKey | undefined): HeadValue => ({
  state: 'declared',
  version: 1,
  from,
  customs,
  ...(caseKey && { caseKey }),
})

/** The value after a message that changes nothing of the goods: another request, or the cancellation. */
export const movedValue = (head: WcoHead, state: WcoHead['state']): HeadValue => ({
  ...changedValue(head),
  state,
  version: head.version,
  standing: head.standing,
})

/** The value after a change or a replacement, which stands from now on. */
export const changedValue = (head: WcoHead): HeadValue => ({
  state: 'declared',
  version: head.version + 1,
  from: head.from,
  customs: head.customs,
  declaration: head.declaration,
  ...(head.caseKey && { caseKey: head.caseKey }),
})

export function readWcoHead(key: HeadKey, { version: headVersion, index, value }: Head): WcoHead {
  const { state, version, from, customs, declaration, standing, caseKey } = value
  return {
    key,
    headVersion,
    state: state as WcoHead['state'],
    version: version as number,
    from: from as PartyUrn,
    customs: customs as PartyUrn,
    declaration: typeof declaration === 'number' ? declaration : index,
    standing: typeof standing === 'number' ? standing : index,
    ...(typeof caseKey === 'string' && { caseKey }),
  }
}
