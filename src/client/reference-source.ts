// Where new reference data is read from: a file, a folder of files, or an https address. Whoever wrote it, it is bounded and proved here.
import { lstatSync, readdirSync, readFileSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { LIST_BYTES_MAX, readReferenceList, ReferenceFault, type ReferenceList } from '../customs/reference/index.ts'
import { UsageError } from './usage.ts'

const FETCH_MS = 30_000
const FILES_MAX = 200

/** The lists of a source, of each the newest. Throws UsageError (no such source) or ReferenceFault (not of the form, or not to be had). */
export async function readReferenceSource(from: string, get: typeof fetch = fetch): Promise<ReferenceList[]> {
  if (from.startsWith('https://')) return [readReferenceList(await fetchBounded(from, get), from)]
  if (/^[a-z]+:\/\//i.test(from)) throw new UsageError(`--from takes a folder, a file or an https address, not ${from}`)
  const stats = statsOf(from)
  const files = stats.isDirectory() ? filesIn(from) : [from]
  if (files.length === 0) throw new UsageError(`${from} holds no .json file`)
  if (files.length > FILES_MAX) throw new ReferenceFault(from, `it holds more than ${FILES_MAX} files`)
  return newestOfEach(files.map((file) => readReferenceList(readBounded(file), file)))
}

function statsOf(path: string): Stats {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined || !(stats.isDirectory() || stats.isFile()))
    throw new UsageError(`--from: there is no file or folder ${path}`)
  return stats
}

/** The .json files of a folder and of the folders in it; what is neither file nor folder, links among them, is left alone. */
function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  const inner = entries.filter((one) => one.isDirectory() && !one.name.startsWith('.'))
  return [folder, ...inner.map(({ name }) => join(folder, name))].flatMap((place) =>
    readdirSync(place, { withFileTypes: true })
      .filter((one) => one.isFile() && one.name.endsWith('.json') && !one.name.startsWith('.'))
      .map(({ name }) => join(place, name)),
  )
}

function readBounded(file: string): Uint8Array {
  if (lstatSync(file).size > LIST_BYTES_MAX) throw new ReferenceFault(file, `it is larger than ${LIST_BYTES_MAX} bytes`)
  return readFileSync(file)
}

function newestOfEach(lists: ReferenceList[]): ReferenceList[] {
  const newest = new Map<string, ReferenceList>()
  for (const one of lists) {
    const other = newest.get(one.list)
    if (other?.asOf === one.asOf) throw new ReferenceFault(one.list, `two files say they are of ${one.asOf}`)
    if (other === undefined || other.asOf < one.asOf) newest.set(one.list, one)
  }
  return [...newest.values()]
}

async function fetchBounded(url: string, get: typeof fetch): Promise<Uint8Array> {
  try {
    const answer = await get(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) })
    if (!answer.ok || answer.body === null) throw new ReferenceFault(url, `the answer is ${answer.status}`)
    const parts: Uint8Array[] = []
    let size = 0
    for await (const part of answer.body as AsyncIterable<Uint8Array>) {
      size += part.length
      if (size > LIST_BYTES_MAX) throw new ReferenceFault(url, `it is larger than ${LIST_BYTES_MAX} bytes`)
      parts.push(part)
    }
    return Buffer.concat(parts)
  } catch (error) {
    if (error instanceof ReferenceFault) throw error
    throw new ReferenceFault(url, `it cannot be fetched: ${(error as Error).message}`)
  }
}
