// `beibu export-register`: what went abroad, of what class, whose, to whom, on what ground.
import type { ShownExport } from '../hub-client.ts'
import { actingParty, clientFor } from './acting.ts'
import { UsageError } from '../usage.ts'
import { ACTING, EXIT, readArgs, show, type Verb, wholeNumber } from './verb.ts'

const OPTIONS = { ...ACTING, from: { type: 'string' }, limit: { type: 'string' } } as const

export const exportRegisterVerb: Verb = {
  name: 'export-register',
  summary: 'read what data went abroad, and on what ground',
  help: `beibu export-register --as <party folder> [--from <entry>] [--limit <n>] [--json]

Before a body leaves a country over a lane, the classes of data really in it are compared with
the grounds the lane gives, and the delivery is entered in the journal (hub.export): what class,
whose, to whom, on what ground, as body, as view or as nothing but the commitment. The operator
of the hub and the regulators of its country read the register; a regulator says for what
purpose.

  beibu export-register --as sandbox/parties/hub-operator
  beibu export-register --as sandbox/parties/fx-supervision --purpose audit --json

Exit: 0 told (perhaps that nothing went), 1 not yours to know.`,
  async run(args, io) {
    const { values, positionals } = readArgs('export-register', args, OPTIONS)
    if (positionals.length > 0) throw new UsageError('export-register takes no arguments')
    const client = clientFor(actingParty(values, io), values.url)
    const limit = wholeNumber(values.limit ?? '100', '--limit')
    const { exports, next } = await client.exports({ from: wholeNumber(values.from ?? '0', '--from'), limit })
    for (const one of exports) show(io, values.json, one, () => exportLines(one))
    if (exports.length === 0 && values.json !== true) io.out('nothing went abroad')
    if (next !== undefined) io.progress(`there is more: --from ${next}`)
    return EXIT.good
  },
}

/** One delivery abroad for people. */
export const exportLines = ({ index, at, export: one }: ShownExport): string[] => [
  `entry ${index}  ${at}  ${one.message.kind} (entry ${one.message.index}) of ${one.message.owner}`,
  `  to      ${one.to.parties.join(', ')}, ${one.to.country}, over ${one.to.ledger}`,
  `  as      ${one.form}${one.view === undefined ? '' : ` ${one.view}`}: ${one.classes.join(', ') || 'nothing'}; stays: ${one.withheld.join(', ') || 'nothing'}`,
  ...one.grounds.map(
    ({ class: of, ground, reference, until }) =>
      `  ground  ${of} by ${ground}: ${reference}${until === undefined ? '' : `, until ${until}`}`,
  ),
]
