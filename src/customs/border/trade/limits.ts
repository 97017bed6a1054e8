// What may be free of duty per person and day, and which goods may not: all of it reference data, with its source and date.
import { entryOf, limitOf, referenceList } from '../../reference/index.ts'
import { districtOf } from '../people-heads.ts'

export type LimitType = 'VALUE' | 'QUANTITY' | 'NOT_EXEMPT'

/** Goods that are not exempt, or only up to a quantity, by the beginning of the tariff line. A line that is not there is not known to be free. */
interface ListedGoods {
  name: string
  gramsPerDay?: string
}

const goodsList = () => referenceList<ListedGoods>('border-goods')

/** The longest beginning of a line that the list has. */
function listed(line: string): string | undefined {
  const { codes } = goodsList()
  for (let digits = line.length; digits >= 2; digits--) {
    const beginning = line.slice(0, digits)
    if (Object.hasOwn(codes, beginning)) return beginning
  }
  return undefined
}

/** Day the list of goods is of. */
export const limitsAsOf = (): string => goodsList().asOf

const STRICTNESS: Readonly<Record<LimitType, number>> = { VALUE: 0, QUANTITY: 1, NOT_EXEMPT: 2 }

/** Whether declaring a line as `declared` gives it less relief than the list, or as much. */
export const isStrictEnough = (declared: LimitType, line: string): boolean =>
  STRICTNESS[declared] >= STRICTNESS[listedType(line)]

/** What the list says of a tariff line; VALUE if it says nothing. */
export function listedType(line: string): LimitType {
  const beginning = listed(line)
  if (beginning === undefined) return 'VALUE'
  return goodsList().codes[beginning]!.gramsPerDay === undefined ? 'NOT_EXEMPT' : 'QUANTITY'
}

/** The entry of the list under which the quantity of a line is counted. */
export const headingOf = (line: string): string | undefined =>
  listedType(line) === 'QUANTITY' ? listed(line) : undefined

/** Grams of net weight per person and day of an entry of the list. */
export const gramsPerDay = (heading: string): bigint => BigInt(goodsList().codes[heading]!.gramsPerDay!)

/** Fen per person and day; an amount equal to it is still free. */
export const quotaMinor = (): bigint => limitOf('border-resident-day').amountMinor

/** Countries of origin (alpha-2) allowed on sites under an office; undefined if no site is known under its district. */
export const allowedOrigins = (office: string): readonly string[] | undefined =>
  entryOf<readonly string[]>('border-districts', districtOf(office))
