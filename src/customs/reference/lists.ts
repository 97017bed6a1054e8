// The reference data this process goes by. It is read once: what is judged by a list is judged by the same one until the next start.
import { fileURLToPath } from 'node:url'
import { newestDay, readVersion } from './folder.ts'
import { LISTS, type ListName } from './forms.ts'
import { ReferenceFault, type ReferenceList } from './list.ts'

/** The folder that comes with the program; the same from src and from dist. */
export const PACKAGED_REFERENCE = fileURLToPath(new URL('../../../reference/', import.meta.url))

// The lists that come with the program are read when they are used first; those of a folder somebody keeps are read and proved at once.
const lists = new Map<ListName, ReferenceList>()

/**
 * The version of a list that counts on a day: the newest that is not after it, in the folder or among the packaged ones; of two of the same
 * day the folder's. Without a day, the newest; if all are later, the newest packaged one. Throws ReferenceFault if it is not of the form.
 */
export function versionFor(folder: string, name: ListName, day?: string): ReferenceList {
  const kept = newestDay(folder, name, day)
  const ours = newestDay(PACKAGED_REFERENCE, name, day)
  if (kept !== undefined && (ours === undefined || kept >= ours)) return readVersion(folder, name, kept)
  const packaged = ours ?? newestDay(PACKAGED_REFERENCE, name)
  if (packaged === undefined) throw new ReferenceFault(name, 'no version of it comes with this program')
  return readVersion(PACKAGED_REFERENCE, name, packaged)
}

/**
 * Takes the lists of a folder, each in the newest version that is not after the day (yyyy-MM-dd), where the packaged one is not newer.
 * To be called at start, before anything is checked. Throws ReferenceFault for a file that is not of the form; then nothing has changed.
 */
export function openReference(folder: string, day: string): void {
  const opened = referenceNames().map((name) => versionFor(folder, name, day))
  lists.clear()
  for (const list of opened) lists.set(list.list, list)
}

/** The list of a name, in the version this process goes by. */
export function referenceList<Entry = unknown>(name: ListName): ReferenceList<Entry> {
  let list = lists.get(name)
  if (list === undefined) lists.set(name, (list = versionFor(PACKAGED_REFERENCE, name)))
  return list as ReferenceList<Entry>
}

/** What a list says of a code; undefined if it does not have it. */
export function entryOf<Entry>(name: ListName, code: string): Entry | undefined {
  const { codes } = referenceList<Entry>(name)
  return Object.hasOwn(codes, code) ? codes[code] : undefined
}

/** Names of all lists there are. */
export const referenceNames = (): ListName[] => Object.keys(LISTS) as ListName[]
