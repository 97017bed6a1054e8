// `beibu case`: everything a party was told of under one unique consignment reference, and how far it has come.
import type { WantedAnswer } from '../../hub/due-list.ts'
import type { CaseAnswer, CaseItem } from '../../hub/http/cases.ts'
import type { HubClient } from '../hub-client.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, EXIT, only, readArgs, type Verb } from './verb.ts'

export const caseVerb: Verb = {
  name: 'case',
  summary: 'show everything told under one consignment reference (UCR)',
  help: `beibu case <ucr> --as <party folder> [--json]

Shows the case of a unique consignment reference as this party was told of it: the entries of
both sides in their order, the states they have led to, and the answers that are awaited.
What the party was not told of is not there. A regulator says why with --purpose.

  beibu case 6CN91450100MA5EXAMP19PO7788 --as sandbox/parties/guangxi-exporter
  beibu case 6CN91450100MA5EXAMP19PO7788 --as sandbox/parties/vietnam-customs --json | jq .states

Exit: 0 shown.`,
  async run(args, io) {
    const { values, positionals } = readArgs('case', args, ACTING)
    const ucr = only('case', 'consignment reference', positionals)
    const shown = await whole(clientFor(actingParty(values, io), values.url), ucr)
    if (values.json === true) io.out(JSON.stringify(shown))
    else for (const line of linesOf(shown)) io.out(line)
    return EXIT.good
  },
}

/** All pages as one; states and awaited answers are those of the last. */
async function whole(client: HubClient, ucr: string): Promise<CaseAnswer> {
  const items: CaseItem[] = []
  for (let after: number | undefined; ; ) {
    const { next, ...page } = await client.case(ucr, after === undefined ? {} : { after })
    items.push(...page.items)
    if (next === undefined) return { ...page, items }
    after = next
  }
}

function linesOf({ ucr, items, states, awaited }: CaseAnswer): string[] {
  return [
    `case ${ucr}`,
    ...table(
      ['entry', 'at', 'kind', 'from', 'view', 'states'],
      items.map((item) => [String(item.index), item.at, item.kind, fromOf(item), item.view, saidBy(item)]),
    ),
    ...(states.length > 0 ? ['states'] : []),
    ...states.map(({ of, state, begun, entry }) => `  ${of} of entry ${begun}: ${state} since entry ${entry}`),
    awaited.length > 0 ? 'answers' : 'no answer is awaited',
    ...awaited.map((one) => `  ${wantedLine(one)}`),
  ]
}

const fromOf = ({ from, withheld }: CaseItem): string => from ?? `(${withheld ?? 'not shown'})`
const saidBy = ({ states = [] }: CaseItem): string => states.map(({ of, state }) => `${of}: ${state}`).join(', ')

const wantedLine = ({ due, state, party, index, answer }: WantedAnswer): string =>
  `${due}  ${state}  of ${party} to entry ${index}${answer === undefined ? '' : `, answered in entry ${answer}`}`

/** Columns as wide as what is in them. */
function table(head: readonly string[], rows: readonly string[][]): string[] {
  const widths = head.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at]!.length)))
  return [head, ...rows].map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at]!)).join('  ')}`.trimEnd())
}
