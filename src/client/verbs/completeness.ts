// `beibu completeness`: whether what one holds of a day is everything the hub says the day held.
import { HeldItems, proveSet } from '../feed-set.ts'
import type { FeedItem } from '../feed-item.ts'
import { UsageError } from '../usage.ts'
import { readInput } from './input.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, EXIT, readArgs, show, type Verb } from './verb.ts'

export const completenessVerb: Verb = {
  name: 'completeness',
  summary: 'check that nothing is missing from a day of a feed',
  help: `beibu completeness --day <YYYY-MM-DD> --as <party folder> [--history <file>]
    [--trust <file>] [--json]

Asks the hub to sign what a party's feed held of a day (UTC, by entry time), once the day is
over, and compares it with the history at hand: a file of beibu history or of
beibu tail --json. Without --history it is pulled now. One item left out is found.

  beibu completeness --day 2026-03-02 --as sandbox/parties/fx-supervision
  beibu completeness --day 2026-03-02 --as ... --history history.ndjson

Exit: 0 complete, 1 something is missing or different, 2 nobody answers.`,
  async run(args, io) {
    const { values, positionals } = readArgs('completeness', args, {
      ...ACTING,
      day: { type: 'string' },
      history: { type: 'string' },
      trust: { type: 'string' },
    })
    if (positionals.length > 0 || values.day === undefined) throw new UsageError('completeness needs --day YYYY-MM-DD')
    const trust = values.trust ?? (io.env['BEIBU_TRUST'] || undefined)
    const client = clientFor(actingParty(values, io), values.url)
    const { jws } = await client.completeness(values.day)
    const { set, trusted } = await proveSet(client, jws, trust === undefined ? undefined : readInput(trust))
    const held = new HeldItems()
    if (values.history !== undefined)
      for (const line of readInput(values.history).toString().split('\n')) addLine(line, held)
    else if (set.count > 0) for await (const line of client.history({ from: set.from, to: set.to })) addLine(line, held)
    const differs = set.day === values.day ? held.compare(set) : `the hub signed for ${set.day}`
    const wrong = differs ?? (trusted === false ? 'the hub is not the one that is trusted' : undefined)
    show(io, values.json, { set, complete: wrong === undefined, ...(wrong !== undefined && { wrong }) }, () => [
      wrong ?? `${values.day}: items ${set.from} to ${set.to}, ${set.count} of them, complete`,
    ])
    return wrong === undefined ? EXIT.good : EXIT.refused
  },
}

function addLine(line: string, held: HeldItems): void {
  if (line.trim() === '') return
  const value = JSON.parse(line) as FeedItem
  if (typeof value.seq === 'number') held.add(value)
}
