// `beibu access <index>`: which regulators have read an entry one has sent.
import { actingParty, clientFor } from './acting.ts'
import { ACTING, EXIT, only, readArgs, show, type Verb, wholeNumber } from './verb.ts'

export const accessVerb: Verb = {
  name: 'access',
  summary: 'see which regulators have read a message of yours',
  help: `beibu access <index> --as <party folder> [--json]

Every reading of a message by a regulator is written down by the hub: who, when, in which
view, for what purpose. The sender of the message can ask for it. An anchor is the entry of
the journal (hub.access) by which the hub can no longer change what it has written down.

  beibu access 19 --as sandbox/parties/guangxi-exporter
  beibu access 19 --as sandbox/parties/guangxi-exporter --json

Exit: 0 told (perhaps that nobody has), 1 not yours to know, 2 nobody answers.`,
  async run(args, io) {
    const { values, positionals } = readArgs('access', args, ACTING)
    const index = wholeNumber(only('access', 'index', positionals), 'the index')
    const { readings } = await clientFor(actingParty(values, io), values.url).access(index)
    show(io, values.json, { index, readings }, () => [
      ...readings.map(
        ({ reader, way, purpose, view, since, until, anchor }) =>
          `${reader}  ${purpose}  view ${view}  by ${way}  ${since} to ${until}` +
          (anchor === undefined ? '  not anchored yet' : `  anchored by entry ${anchor}`),
      ),
      `${readings.length} reading(s) of entry ${index}`,
    ])
    return EXIT.good
  },
}
