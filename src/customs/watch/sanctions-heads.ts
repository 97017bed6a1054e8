// Heads of lists of sanctions: the version in force of each, and which lists a country has.
import type { HeadKey, JudgeViews, PartyUrn } from '../../hub/index.ts'

type Keys = Pick<JudgeViews, 'key'>

const LABEL = 'sanctions-list'
export const LISTS_MAX = 32

/** A list is its issuer's: of the same name by another it is another. */
export const listKey = (views: Keys, issuer: PartyUrn, name: string): HeadKey => views.key(LABEL, issuer, name)
export const listsKey = (views: Keys, country: string): HeadKey => views.key('sanctions-lists', country)
export const isListKey = (key: HeadKey): boolean => key.startsWith(`${LABEL}:`)

/** A list as its head tells it; times RFC 3339 UTC. The entry that moved the head last is the list itself. */
export interface ListHead {
  name: string
  version: string
  issuedAt: string
  staleAfter: string
  issuer: PartyUrn
}
