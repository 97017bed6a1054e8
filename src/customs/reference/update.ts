// Renewing reference data: what a new version would change is said first, then it is written beside the old ones. Nothing is overwritten.
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { ReferenceFault, type ReferenceList } from './list.ts'
import { versionFor } from './lists.ts'

export interface UpdatePlan {
  list: ReferenceList
  /** Day of the version it would follow, of the folder or packaged. */
  follows: string
  added: string[]
  removed: string[]
  changed: string[]
  /** `new`: to be written; `same`: it is there already; `refused`: older, or of the same day with other content. */
  verdict: 'new' | 'same' | 'refused'
}

/** What taking a list into a folder would do. Pure but for reading the folder. Throws ReferenceFault if the version there is not of the form. */
export function planUpdate(folder: string, list: ReferenceList): UpdatePlan {
  const current = versionFor(folder, list.list)
  const has = (codes: ReferenceList['codes']) => (code: string) => Object.hasOwn(codes, code)
  const [before, after] = [Object.keys(current.codes), Object.keys(list.codes)]
  return {
    list,
    follows: current.asOf,
    added: after.filter((code) => !has(current.codes)(code)),
    removed: before.filter((code) => !has(list.codes)(code)),
    changed: after.filter(
      (code) => has(current.codes)(code) && !isDeepStrictEqual(current.codes[code], list.codes[code]),
    ),
    verdict: verdictOf(current, list),
  }
}

function verdictOf(current: ReferenceList, list: ReferenceList): UpdatePlan['verdict'] {
  if (list.asOf > current.asOf) return 'new'
  return list.asOf === current.asOf && isDeepStrictEqual(current, list) ? 'same' : 'refused'
}

/** Writes a version into the folder, whole or not at all. Throws ReferenceFault if the day has one: a version, once there, stays what it is. */
export function writeVersion(folder: string, list: ReferenceList): string {
  const place = join(folder, list.list)
  const target = join(place, `${list.asOf}.json`)
  const draft = join(place, `.${list.asOf}.${process.pid}.draft`)
  mkdirSync(place, { recursive: true })
  const file = openSync(draft, 'wx', 0o644)
  try {
    writeFileSync(file, `${JSON.stringify(list, null, 2)}\n`)
    fsyncSync(file)
    // A link, unlike a rename, never takes the place of what is there.
    linkSync(draft, target)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new ReferenceFault(target, 'a version of that day is there already')
  } finally {
    closeSync(file)
    rmSync(draft)
  }
  return target
}
