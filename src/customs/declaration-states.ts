// The states of a declaration and the acts that lead from one to another: the only table there is. Who may act is each kind's to say.
import type { DeclarationState } from './declaration-head.ts'

/** Acts of customs, and the two of the declarant: `answer` to a query, `request` for an amendment or cancellation. */
export const DECLARATION_ACTS = [
  'accept',
  'query',
  'answer',
  'inspect',
  'inspected',
  'release',
  'request',
  'amend',
  'cancel',
  'reject',
  'seize',
] as const

export type DeclarationAct = (typeof DECLARATION_ACTS)[number]

/**
 * State after an act; an act that is missing cannot happen in that state. While goods are inspected their declaration can be neither
 * amended nor cancelled, and a query is answered or taken back (by accepting) before anything is released. After release only amendment
 * and cancellation are left. Rejected, cancelled and seized are final.
 */
export const TRANSITIONS: Readonly<
  Record<DeclarationState, Readonly<Partial<Record<DeclarationAct, DeclarationState>>>>
> = {
  declared: {
    accept: 'accepted',
    query: 'queried',
    inspect: 'inspecting',
    release: 'released',
    request: 'declared',
    amend: 'declared',
    cancel: 'cancelled',
    reject: 'rejected',
    seize: 'seized',
  },
  accepted: {
    query: 'queried',
    inspect: 'inspecting',
    release: 'released',
    request: 'accepted',
    amend: 'accepted',
    cancel: 'cancelled',
    reject: 'rejected',
    seize: 'seized',
  },
  queried: {
    accept: 'accepted',
    query: 'queried',
    answer: 'accepted',
    request: 'queried',
    amend: 'queried',
    cancel: 'cancelled',
    reject: 'rejected',
    seize: 'seized',
  },
  inspecting: { inspected: 'accepted', reject: 'rejected', seize: 'seized' },
  released: { request: 'released', amend: 'released', cancel: 'cancelled' },
  rejected: {},
  cancelled: {},
  seized: {},
}

/** The state an act leads to; undefined if it cannot happen now. */
export const stateAfter = (state: DeclarationState, act: DeclarationAct): DeclarationState | undefined =>
  TRANSITIONS[state][act]
