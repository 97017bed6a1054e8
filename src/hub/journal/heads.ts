// Heads: key -> {version, value}. The one primitive that decides everything that may not happen twice.
// `decide` is pure over a reader of heads, so every storage decides alike.
import type { RefusalCode } from '../errors.ts'

/** `<label>:<32 hex>`; the hex is a keyed hash of the parts. */
export type HeadKey = string

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

export interface Head {
  version: number
  /** Index of the entry that moved it last. */
  index: number
  value: { [name: string]: Json }
}

/** The head must not exist; it is created with `value`. `rule` names the refusal for people and tests. */
export interface Claim {
  key: HeadKey
  value: Head['value']
  rule: string
}

/** A state transition: the head must have `version`; it gets `value` and version + 1. */
export interface Move {
  key: HeadKey
  version: number
  value: Head['value']
}

/** What the judgement relied on; a stale one is judged again, not refused. Version 0: must not exist. */
export interface Expectation {
  key: HeadKey
  version: number
}

/**
 * A movement of an account. Amounts are non-negative minor units.
 * open: must not exist (refused as a claim); openOnce: created if absent, else untouched; debit: use, never below zero, refused when
 * closed; credit: gives back, also when closed; adjust: by the authority, either sign, never refused: below zero is a shortfall;
 * close: by the authority, takes `amountMinor` back like adjust, and ends debits.
 */
export type AccountMove =
  | { act: 'open' | 'openOnce' | 'debit' | 'credit' | 'close'; key: HeadKey; amountMinor: bigint; rule: string }
  | { act: 'adjust'; key: HeadKey; deltaMinor: bigint; rule: string }

export interface RefusedByHead {
  code: RefusalCode
  rule: string
  key: HeadKey
  version: number
}
