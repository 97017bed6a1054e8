// Countries and counties that take part in something: the exchange of ASEAN declarations, the trade of border residents.
import { entryOf, referenceList } from './lists.ts'

/**
 * Whether a country (alpha-2) exchanged ASEAN customs declaration documents on a day (yyyy-MM-dd or yyyyMMdd). Of a country that is not in
 * the list nothing is known unless the list is complete: undefined.
 */
export function exchangeReady(country: string, day: string): boolean | undefined {
  const member = entryOf<{ since: string }>('exchange-ready', country)
  if (member === undefined) return referenceList('exchange-ready').complete ? false : undefined
  return member.since.replaceAll('-', '') <= day.replaceAll('-', '')
}

export interface BorderCounty {
  name: string
  /** Country on the other side of its border, alpha-2. */
  neighbour: string
}

/** Border counties by their code of GB/T 2260, the first six digits of an identity number issued there. */
export const borderCounties = (): Readonly<Record<string, BorderCounty>> =>
  referenceList<BorderCounty>('border-counties').codes
