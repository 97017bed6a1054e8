// An alert that is due, and what the rules have at hand to plan one.
import type { HeadKey, Journal, JournalEntry, Register } from '../../hub/index.ts'
import type { SupervisionAlert } from '../../../schemas/types.d.ts'
import type { Declarations, FiledFacts } from './declarations.ts'
import type { Memory } from './memory.ts'

/** With the rule, `about` names the alert for ever: planned again, it finds itself written. */
export interface PlannedAlert {
  rule: SupervisionAlert['rule']
  about: string[]
  /** Kind of the entries, whose supervisors are told. */
  kind: string
  entries: number[]
  says: Omit<SupervisionAlert, 'rule' | 'kind' | 'country' | 'entries' | 'since' | 'until'>
  /** Only the authorities of this country are told. */
  country?: string
}

/** A declaration that is judged: when it is filed, and again when an amendment of it is accepted. */
export interface Judged {
  facts: FiledFacts
  /** The entry for which it is judged: the declaration itself, or the amendment. */
  by: Pick<JournalEntry, 'index' | 'atMs' | 'movements'>
}

/** The declaration with the amendments that changed its figures. */
export const evidenceOf = ({ index, amendments }: FiledFacts): number[] => [index, ...amendments]

/** Whether there are figures to compare: an amendment may leave them as they were. */
export const isNews = ({ facts, by }: Judged): boolean => evidenceOf(facts).includes(by.index)

export interface Watching {
  journal: Pick<Journal, 'headKey' | 'read' | 'content'>
  register: Pick<Register, 'party' | 'regulators'>
  /** Whether a country keeps lists of sanctions. */
  keepsLists(country: string): boolean
  memory: Memory
  declarations: Declarations
}

/** The keyed hash that stands for what is compared: who, with whom, of what. */
export const watchKey = ({ journal }: Pick<Watching, 'journal'>, ...parts: string[]): HeadKey =>
  journal.headKey('watch', ...parts)
