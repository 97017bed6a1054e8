// Residents named by the number of their filing in what another party says of them.
import type { Expectation, Finding, Judgement, JudgeViews, PartyUrn } from '../../../hub/index.ts'
import { readResident, residentKey, type ResidentHead } from '../people-heads.ts'
import { shanghaiDay } from '../../shanghai-day.ts'
import { isTold, untold } from '../../told.ts'
import { finding } from './codes.ts'

/** The filings, in the order of the numbers, or the refusal: of a number the party was not told of it is told nothing. */
export async function findResidents(
  views: JudgeViews,
  party: PartyUrn,
  filingNos: readonly string[],
): Promise<{ residents: ResidentHead[] } | { judgement: Judgement }> {
  const residents: ResidentHead[] = []
  for (const filingNo of filingNos) {
    const key = residentKey(views, filingNo)
    if (!(await isTold(views, key, party))) return { judgement: untold(views, 'border-filing-known', key, party) }
    residents.push((await readResident(views, filingNo))!)
  }
  return { residents }
}

/** Whether a filing holds on the day. */
const holdsOn = ({ state, validFrom, validUntil }: ResidentHead, day: string): boolean =>
  state === 'active' && validFrom <= day && day <= validUntil

/** Findings for residents whose filing does not hold today; `pathOf` says where the number of each stands. */
export const checkHolding = (
  residents: readonly ResidentHead[],
  nowMs: number,
  pathOf: (at: number) => string,
): Finding[] =>
  residents.flatMap((resident, at) =>
    holdsOn(resident, shanghaiDay(nowMs)) ? [] : [finding('RESIDENT_NOT_ACTIVE', pathOf(at))],
  )

/** A judgement about residents is made anew when what is filed of one changes. */
export const expectsOf = (residents: readonly ResidentHead[]): Expectation[] =>
  residents.map(({ key, headVersion }) => ({ key, version: headVersion }))
