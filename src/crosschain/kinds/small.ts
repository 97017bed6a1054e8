// What the kinds of the ledger room have in common.
import { nothingWanted, type Finding, type Judgement, type MessageKind } from '../../hub/index.ts'

const DAY_MS = 86_400_000

/** Signed with care, like entries of the register; may lie signed for long before it is entered. */
export const signed = {
  version: 1,
  type: 'application/json',
  bodyMaxBytes: 64 * 1024,
  ageMaxMs: 400 * DAY_MS,
  statusAllows: ['good', 'stale', 'unknown'] as MessageKind['statusAllows'],
  views: { supervision: ['public'] } as MessageKind['views'],
} as const

/** Proved by a ledger; how long ago it happened there does not matter. */
export const proved = { ...signed, bodyMaxBytes: 16 * 1024, ageMaxMs: 100 * 366 * DAY_MS, senders: [] as string[] }

export const found = (...findings: Finding[]): Judgement => ({ ...nothingWanted(), findings })
