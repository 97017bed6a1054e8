// Who trades in the border-market story: forty invented residents with numbers of nobody, and how a number, a name and a phone are masked.

import type { PhoneCa } from '../sandbox/phones.ts'
import type { ClientIdentity } from '../session-keeper.ts'
import type { Actor } from './stage.ts'

/** A market site, its one stall, and the customs office it lies under. */
export interface Site {
  actor: Actor
  title: string
  /** County and office of the lists. */
  county: string
  office: string
  /** Letters its papers are numbered with. */
  mark: string
}

/** A mutual-aid group and the party that acts for it, with the CA of that party's phones. */
export interface Group {
  groupNo: string
  title: string
  actor: Actor
  phones: PhoneCa
  members: readonly Resident[]
}

export interface Resident {
  serial: number
  filingNo: string
  residentIdNo: string
  name: string
  mobile: string
  group: Group
  phone: ClientIdentity
}

export const STALL_NO = 'A-001'

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const CHECK = '10X98765432'

/** An identity number of nobody: born in 1900, with its check character. */
function identityNo(serial: number): string {
  const text = `45068119000101${String(serial).padStart(3, '0')}`
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(text[at]), 0)
  return text + CHECK[sum % 11]
}

/** What is filed of the resident of a number, from 1. */
export const person = (serial: number): Omit<Resident, 'group' | 'phone'> => ({
  serial,
  filingNo: `BR7207-2026-${String(serial).padStart(6, '0')}`,
  residentIdNo: identityNo(serial),
  name: `示例边民${String(serial).padStart(2, '0')}`,
  mobile: `1000000${String(serial).padStart(4, '0')}`,
})

/** The first and last characters, and stars between. */
const starred = (text: string, first: number, last: number): string =>
  text.slice(0, first) + '*'.repeat(text.length - first - last) + text.slice(text.length - last)

/** How a resident is printed where more than the number of the filing is. */
export const masked = ({ residentIdNo, name, mobile }: Pick<Resident, 'residentIdNo' | 'name' | 'mobile'>): string =>
  `${starred(name, 1, 0)}, ${starred(residentIdNo, 3, 2)}, ${starred(mobile, 3, 2)}`

/** Everything of these people that is nobody's to read. */
export const secretsOf = (residents: readonly Pick<Resident, 'residentIdNo' | 'name' | 'mobile'>[]): string[] =>
  residents.flatMap(({ residentIdNo, name, mobile }) => [residentIdNo, name, mobile])
