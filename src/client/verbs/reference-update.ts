// `beibu reference update`: what a source would change in each list, and, unless it is only asked, the writing of it.
import { planUpdate, type UpdatePlan, writeVersion } from '../../customs/reference/index.ts'
import { readReferenceSource } from '../reference-source.ts'
import { UsageError } from '../usage.ts'
import { type CommandIo, EXIT, show } from './verb.ts'

interface UpdateRequest {
  folder: string
  from: string | undefined
  dryRun: boolean | undefined
  json: boolean | undefined
}

/** All lists of the source are taken, or none: a refusal of one leaves the folder as it was. */
export async function updateReference({ folder, from, dryRun, json }: UpdateRequest, io: CommandIo): Promise<number> {
  if (from === undefined) throw new UsageError('update takes --from <folder, file or https address>')
  const lists = await readReferenceSource(from)
  const plans = lists.map((list) => planUpdate(folder, list))
  const refused = plans.some(({ verdict }) => verdict === 'refused')
  if (!refused && dryRun !== true)
    for (const { verdict, list } of plans) if (verdict === 'new') writeVersion(folder, list)
  const rows = plans.map(({ list: { list, asOf }, ...plan }) => ({ list, asOf, ...plan }))
  show(io, json, { folder, written: !refused && dryRun !== true, lists: rows }, () => [
    ...plans.flatMap(linesOf),
    refused ? 'nothing was written' : dryRun === true ? 'dry run: nothing was written' : `written to ${folder}`,
  ])
  return refused ? EXIT.refused : EXIT.good
}

const VERDICTS: Record<UpdatePlan['verdict'], string> = {
  new: 'new',
  same: 'there already, nothing to do',
  refused: 'refused: it is not newer than the version there',
}

function linesOf({ list, follows, added, removed, changed, verdict }: UpdatePlan): string[] {
  const head = `${list.list} of ${list.asOf} after ${follows}: ${VERDICTS[verdict]}`
  return [
    `${head}; ${added.length} added, ${removed.length} removed, ${changed.length} changed`,
    ...sample('+', added),
    ...sample('-', removed),
    ...sample('~', changed),
  ]
}

const SHOWN = 20

/** The first codes; of how many more there are, the number. With --json all are said. */
const sample = (mark: string, codes: string[]): string[] =>
  codes.length === 0
    ? []
    : [`  ${mark} ${codes.slice(0, SHOWN).join(' ')}${codes.length > SHOWN ? ` and ${codes.length - SHOWN} more` : ''}`]
