// `beibu due`: what a party must answer and what it waits for.
import type { WantedAnswer } from '../../hub/due-list.ts'
import type { DueQuery, HubClient } from '../hub-client.ts'
import { UsageError } from '../usage.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, EXIT, readArgs, show, type Verb } from './verb.ts'

const ROLES = ['answer', 'await'] as const
const STATES = ['awaited', 'overdue', 'answered'] as const
const HEADINGS = { answer: 'to answer', await: 'waiting for' } as const

export const dueVerb: Verb = {
  name: 'due',
  summary: 'list what must be answered and what is waited for',
  help: `beibu due --as <party folder> [--role answer|await] [--state awaited|overdue|answered] [--json]

Lists the messages that want an answer by a time: those this party must answer, and those
whose answers it waits for, in order of time. Without --state: all that are still open,
in time or overdue. To ask for an answer: beibu submit ... --due <time>.

  beibu due --as sandbox/parties/vietnam-customs
  beibu due --as sandbox/parties/guangxi-exporter --role await --state overdue
  beibu due --as sandbox/parties/nanning-customs --json | jq .index

Exit: 0 listed.`,
  async run(args, io) {
    const { values, positionals } = readArgs('due', args, {
      ...ACTING,
      role: { type: 'string' },
      state: { type: 'string' },
    })
    if (positionals.length > 0) throw new UsageError(`due takes no arguments, got ${positionals.join(' ')}`)
    const roles = chosen(ROLES, values.role, '--role') ?? ROLES
    const states = chosen(STATES, values.state, '--state') ?? (['overdue', 'awaited'] as const)
    const client = clientFor(actingParty(values, io), values.url)
    for (const role of roles) {
      const items = (await Promise.all(states.map((state) => everything(client, { role, state })))).flat()
      if (values.json !== true) io.out(`${HEADINGS[role]}: ${items.length === 0 ? 'nothing' : items.length}`)
      for (const item of items) show(io, values.json, { role, ...item }, () => [`  ${dueLine(item, role)}`])
    }
    return EXIT.good
  },
}

/** The one that was asked for, if it is there. */
function chosen<T extends string>(words: readonly T[], word: string | undefined, option: string): T[] | undefined {
  if (word === undefined) return undefined
  const found = words.find((one) => one === word)
  if (!found) throw new UsageError(`${option} is one of ${words.join(', ')}`)
  return [found]
}

async function everything(client: HubClient, query: DueQuery): Promise<WantedAnswer[]> {
  const items: WantedAnswer[] = []
  for (let after: string | undefined; ; ) {
    const page = await client.due({ ...query, limit: 200, ...(after !== undefined && { after }) })
    items.push(...page.items)
    if (page.next === undefined) return items
    after = page.next
  }
}

function dueLine({ due, state, index, kind, party, waiting, answer }: WantedAnswer, role: DueQuery['role']): string {
  const other = role === 'answer' ? `asked by ${waiting.join(' for ')}` : `of ${party}`
  return `${due}  ${state}  entry ${index}  ${kind}  ${other}${answer === undefined ? '' : `, answered in entry ${answer}`}`
}
