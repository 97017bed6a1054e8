// `beibu reference`: the code lists, limits and places that documents are checked by, and their renewal.
import {
  isListName,
  PACKAGED_REFERENCE,
  ReferenceFault,
  type ReferenceList,
  referenceNames,
  versionFor,
} from '../../customs/reference/index.ts'
import { UsageError } from '../usage.ts'
import { updateReference } from './reference-update.ts'
import { type CommandIo, EXIT, readArgs, show, type Verb } from './verb.ts'

const OPTIONS = { dir: { type: 'string' }, from: { type: 'string' }, 'dry-run': { type: 'boolean' } } as const

export const referenceVerb: Verb = {
  name: 'reference',
  summary: 'code lists documents are checked by: list, show, update',
  help: `beibu reference list [--dir <folder>]
beibu reference show <list> [<code>] [--dir <folder>]
beibu reference update --from <folder | file | https address> [--dir <folder>] [--dry-run]

Reference data is what authorities publish and change: customs offices, supervision modes,
units, currencies, countries, ports, chapters, limits. Each list is a file <list>/<day>.json
with its source and the day it is of; every version stays beside the others. A code that a
complete list does not have is a finding; of a list that is not complete nobody can tell.

  beibu reference list
  beibu reference show units 035
  beibu reference update --from units.json --dry-run       what would change
  beibu reference update --from https://customs.example/units.json --dir reference

The folder is --dir, else the setting HUB_REFERENCE, else the one that comes with the program;
of a list that both have, the newer version counts. update writes only versions newer than
that. An older one, or one of the same day with other content, is refused, and then nothing
is written. A hub takes up a new version at its next start.
Exit: 0 good, 1 refused or not in the list, 2 the list is not complete, 64 usage.`,
  async run(args, io) {
    const { values, positionals } = readArgs('reference', args, OPTIONS)
    const [act, ...rest] = positionals
    const folder = values.dir ?? io.env['HUB_REFERENCE'] ?? PACKAGED_REFERENCE
    if (act !== 'update' && (values.from !== undefined || values['dry-run']))
      throw new UsageError('--from and --dry-run go with update. See: beibu reference --help')
    try {
      if (act === 'list' && rest.length === 0) return showLists(folder, values.json, io)
      if (act === 'show' && (rest.length === 1 || rest.length === 2)) return showOne(folder, rest, values.json, io)
      if (act === 'update' && rest.length === 0)
        return await updateReference({ folder, from: values.from, dryRun: values['dry-run'], json: values.json }, io)
    } catch (error) {
      if (!(error instanceof ReferenceFault)) throw error
      show(io, values.json, { error: 'refused', detail: error.message }, () => [`refused: ${error.message}`])
      return EXIT.refused
    }
    throw new UsageError('reference takes list, show <list> [<code>] or update. See: beibu reference --help')
  },
}

/** The version of a list that a hub with that folder would go by today. */
function versionOf(folder: string, name: string): ReferenceList {
  if (!isListName(name)) throw new UsageError(`there is no list ${name}; there are ${referenceNames().join(', ')}`)
  return versionFor(folder, name, new Date().toISOString().slice(0, 10))
}

function showLists(folder: string, json: boolean | undefined, io: CommandIo): number {
  const lists = referenceNames().map((name) => {
    const { title, asOf, complete, source, codes } = versionOf(folder, name)
    return { list: name, title, asOf, codes: Object.keys(codes).length, complete, source }
  })
  show(io, json, lists, () =>
    lists.flatMap(({ list, title, asOf, codes, complete, source }) => [
      `${list.padEnd(22)} ${asOf} ${String(codes).padStart(6)} codes  ${complete ? 'complete' : 'not complete'}  ${title}`,
      `    ${source}`,
    ]),
  )
  return EXIT.good
}

function showOne(folder: string, [name = '', code]: string[], json: boolean | undefined, io: CommandIo): number {
  const list = versionOf(folder, name)
  if (code === undefined) {
    const head = `${list.title} of ${list.asOf}, ${list.complete ? 'complete' : 'not complete'}: ${list.source}`
    show(io, json, list, () => [head, ...Object.entries(list.codes).map(([key, entry]) => `  ${key}  ${said(entry)}`)])
    return EXIT.good
  }
  const entry = Object.hasOwn(list.codes, code) ? list.codes[code] : undefined
  const { asOf, complete } = list
  show(io, json, { list: name, asOf, complete, code, ...(entry !== undefined && { entry }) }, () => [
    entry === undefined
      ? `${code} is not in ${list.title} of ${asOf}${complete ? '' : ', which is not complete: it may exist'}`
      : `${code}  ${said(entry)}  (${list.title} of ${asOf})`,
  ])
  if (entry !== undefined) return EXIT.good
  return complete ? EXIT.refused : EXIT.unknown
}

const said = (entry: unknown): string => (typeof entry === 'string' ? entry : JSON.stringify(entry))
