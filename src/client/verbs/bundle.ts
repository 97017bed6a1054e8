// `beibu bundle <index>`: fetches the evidence bundle of an entry, to keep and to show to anybody.
import { writeFileSync } from 'node:fs'
import { HubProblem, type Problem } from '../hub-problem.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, type CommandIo, EXIT, only, readArgs, show, type Verb, wholeNumber } from './verb.ts'

export const bundleVerb: Verb = {
  name: 'bundle',
  summary: 'fetch the evidence bundle of an entry',
  help: `beibu bundle <index> --as <party folder> [--with-attachments] [--out <file>] [--json]

Fetches everything needed to prove, offline and without the hub, who signed what, when the
hub took it in (or refused it), and that it stands in the hub's log. Waits at the hub until
a checkpoint covers the entry (about a second).

  beibu bundle 17 --as sandbox/parties/nanning-bank > bundle.json
  beibu bundle 17 --as sandbox/parties/nanning-bank --out bundle.json
  beibu verify bundle.json --trust sandbox/trust.json

Uploaded attachments are left out and listed as absent when it is verified; they are fetched with
beibu attachment. --with-attachments puts them in, up to 32 MiB together.

With --out, --json prints {index, file, bytes}. Of an entry whose content has been erased
there is no new bundle; one made before still verifies.
Exit: 0 fetched, 1 not yours to have, 2 not there (or erased, or nobody answers).`,
  async run(args, io) {
    const { values, positionals } = readArgs('bundle', args, {
      ...ACTING,
      out: { type: 'string' },
      'with-attachments': { type: 'boolean' },
    })
    const index = wholeNumber(only('bundle', 'index', positionals), 'the index')
    const party = actingParty(values, io)
    const bytes = await clientFor(party, values.url)
      .bundle(index, values['with-attachments'] === true ? 'include' : 'omit')
      .catch((error: unknown) => {
        if (error instanceof HubProblem && isErased(error.problem)) return error.problem
        throw error
      })
    if (!Buffer.isBuffer(bytes)) return tellErased(index, bytes, values.json, io)
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

const isErased = ({ code, detail }: Problem): boolean => code === 'NOT_FOUND' && /^erased\b/.test(detail)

/** Erased is no fault of anybody's, and nothing to try again. */
function tellErased(index: number, problem: Problem, json: boolean | undefined, io: CommandIo): number {
  const what = problem.detail.startsWith('erased: the earlier entry')
    ? `the entry that refusal ${index} rests on has been erased`
    : `the content of entry ${index} has been erased`
  if (json === true) io.out(JSON.stringify(problem))
  io.progress(`${what}; bundles made before still verify`)
  return EXIT.unknown
}
