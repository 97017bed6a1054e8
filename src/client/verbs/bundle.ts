// `beibu bundle <index>`: fetches the evidence bundle of an entry, to keep and to show to anybody.
import { writeFileSync } from 'node:fs'
import { ACTING, actingParty, clientFor, EXIT, only, readArgs, show, type Verb, wholeNumber } from './verb.ts'

export const bundleVerb: Verb = {
  name: 'bundle',
  summary: 'fetch the evidence bundle of an entry',
  help: `beibu bundle <index> --as <party folder> [--out <file>] [--json]

Fetches everything needed to prove, offline and without the hub, who signed what, when the
hub took it in (or refused it), and that it stands in the hub's log. Waits at the hub until
a checkpoint covers the entry (about a second).

  beibu bundle 17 --as sandbox/parties/nanning-bank > bundle.json
  beibu bundle 17 --as sandbox/parties/nanning-bank --out bundle.json
  beibu verify bundle.json --trust sandbox/trust.json

With --out, --json prints {index, file, bytes}.`,
  async run(args, io) {
    const { values, positionals } = readArgs('bundle', args, { ...ACTING, out: { type: 'string' } })
    const index = wholeNumber(only('bundle', 'index', positionals), 'the index')
    const party = actingParty(values, io)
    const bytes = await clientFor(party, values.url).bundle(index)
    if (values.out === undefined) {
      io.out(bytes.toString())
      return EXIT.good
    }
    writeFileSync(values.out, bytes)
    show(io, values.json, { index, file: values.out, bytes: bytes.length }, () => [
      `bundle of entry ${index} written to ${values.out}, ${bytes.length} bytes`,
    ])
    return EXIT.good
  },
}
