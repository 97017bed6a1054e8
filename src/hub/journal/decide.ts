// The decision of the journal: pure over a reader of heads, so every storage decides alike.
import type { RefusalCode } from '../errors.ts'
import type { AccountMove, Head, HeadKey } from './heads.ts'
import type { Draft, Movement } from './journal.ts'

export interface HeadReader {
  get(key: HeadKey): Head | undefined
}

/** An account that an authority moved below what has been used; `shortfallMinor` stands until it is covered. */
export interface Shortfall {
  key: HeadKey
  shortfallMinor: bigint
}

export interface DecidedRefusal {
  code: RefusalCode
  rule: string
  key: HeadKey
  version: number
  /** Index of the entry that moved the head to that version; absent if it never existed. */
  movedAt?: number
}

export type Decision =
  | { result: 'accepted'; movements: Movement[]; shortfalls: Shortfall[] }
  | { result: 'refused'; refusal: DecidedRefusal }
  | { result: 'stale'; key: HeadKey }

/** Heads an entry may touch or look at; a storage loads these before deciding. */
export function headsOf(draft: Draft): HeadKey[] {
  const { judgement } = draft
  const keys = [judgement.expects, judgement.claims, judgement.moves, judgement.accounts].flatMap((list) =>
    list.map(({ key }) => key),
  )
  if (judgement.refusal) keys.push(judgement.refusal.key)
  return keys
}

/**
 * Decides a draft against the heads. A stale expectation comes first (it is judged again, not refused), then a refusal the room has
 * seen in a head, then claims, accounts, moves. Nothing is written here.
 */
export function decide(draft: Draft, heads: HeadReader): Decision {
  const { judgement } = draft
  for (const { key, version } of [...judgement.expects, ...judgement.moves])
    if ((heads.get(key)?.version ?? 0) !== version) return { result: 'stale', key }
  if (judgement.refusal) {
    const { code, rule, key, version } = judgement.refusal
    return (heads.get(key)?.version ?? 0) === version ? refused(heads, code, rule, key) : { result: 'stale', key }
  }
  const values = new Map<HeadKey, Head['value']>()
  for (const { key, value, rule } of judgement.claims) {
    if (heads.get(key) || values.has(key)) return refused(heads, 'ALREADY_CLAIMED', rule, key)
    values.set(key, value)
  }
  const shortfalls = new Map<HeadKey, bigint>()
  for (const move of judgement.accounts) {
    const no = moveAccount(move, heads, values, shortfalls)
    if (no) return refused(heads, no, move.rule, move.key)
  }
  for (const { key, value } of judgement.moves) values.set(key, value)
  return {
    result: 'accepted',
    movements: [...values].map(([key, value]) => {
      const from = heads.get(key)?.version ?? 0
      return { key, from, to: from + 1, value }
    }),
    shortfalls: [...shortfalls].map(([key, shortfallMinor]) => ({ key, shortfallMinor })),
  }
}

function refused(heads: HeadReader, code: RefusalCode, rule: string, key: HeadKey): Decision {
  const head = heads.get(key)
  return {
    result: 'refused',
    refusal: { code, rule, key, version: head?.version ?? 0, ...(head && { movedAt: head.index }) },
  }
}

/**
 * An account is one signed number of minor units: at or above zero it is what may still be used, below zero it is the shortfall that an
 * authority's change has left. Use never takes it below zero; the authority may.
 */
function moveAccount(
  move: AccountMove,
  heads: HeadReader,
  values: Map<HeadKey, Head['value']>,
  shortfalls: Map<HeadKey, bigint>,
): RefusalCode | undefined {
  const value = values.get(move.key) ?? heads.get(move.key)?.value
  if (move.act === 'open' || move.act === 'openOnce') {
    if (value) return move.act === 'open' ? 'ALREADY_CLAIMED' : undefined
    values.set(move.key, accountValue(move.amountMinor, false))
    return undefined
  }
  if (!value) return 'NOT_KNOWN_HERE'
  const net = BigInt(value['net'] as string)
  let closed = value['closed'] === true
  let after: bigint
  switch (move.act) {
    case 'debit':
      if (closed) return 'ACCOUNT_CLOSED'
      if (net < move.amountMinor) return 'BALANCE_INSUFFICIENT'
      after = net - move.amountMinor
      break
    case 'credit':
      after = net + move.amountMinor
      break
    case 'adjust':
      if (closed) return 'ACCOUNT_CLOSED'
      after = net + move.deltaMinor
      break
    case 'close':
      if (closed) return 'ACCOUNT_CLOSED'
      after = net - move.amountMinor
      closed = true
      break
  }
  values.set(move.key, accountValue(after, closed))
  if ((move.act === 'adjust' || move.act === 'close') && after < 0n) shortfalls.set(move.key, -after)
  return undefined
}

const accountValue = (net: bigint, closed: boolean): Head['value'] => ({ net: net.toString(), closed })
