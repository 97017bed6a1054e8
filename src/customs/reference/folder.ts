// A folder of reference data: `<list>/<day>.json`, every version beside the others. Which version counts is decided by a day.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDate } from '../../hub/index.ts'
import type { ListName } from './forms.ts'
import { ReferenceFault, readReferenceList, type ReferenceList } from './list.ts'

/** Day of the newest version of a list in a folder that is not after the day; without a day, of the newest. Undefined if there is none. */
export function newestDay(folder: string, list: ListName, day?: string): string | undefined {
  const place = join(folder, list)
  if (!existsSync(place)) return undefined
  return readdirSync(place)
    .filter((name) => name.endsWith('.json') && isDate(name.slice(0, -5)))
    .map((name) => name.slice(0, -5))
    .sort()
    .findLast((one) => day === undefined || one <= day)
}

/** The version of one day. Throws ReferenceFault if the file is not what its name says. */
export function readVersion(folder: string, list: ListName, day: string): ReferenceList {
  const where = join(list, `${day}.json`)
  const read = readReferenceList(readFileSync(join(folder, where)), where)
  if (read.list !== list || read.asOf !== day)
    throw new ReferenceFault(where, `it says it is ${read.list} of ${read.asOf}`)
  return read
}
