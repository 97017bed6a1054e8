// `beibu erase <index>`: the operator has the content of an entry destroyed; index, leaf and proofs stay.
import { composeMessage } from '../compose.ts'
import { composerOf } from '../party-folder.ts'
import { UsageError } from '../usage.ts'
import { exitOfProblem, problemLines } from './failure.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, EXIT, only, readArgs, show, type Verb, wholeNumber } from './verb.ts'

export const eraseVerb: Verb = {
  name: 'erase',
  summary: 'have the content of an entry destroyed (operator)',
  help: `beibu erase <index> --ground <text> --as <operator's folder> [--json]

Submits a signed hub.erasure: the hub destroys the key of the entry's content and the
content with it, for good. What stays: that there was an entry, its index, its leaf in the
evidence log and every proof already given. Only a party of class operator may do it.

  beibu erase 17 --ground "court order 12/2026" --as sandbox/parties/hub-operator

Bundles made before keep verifying; no new bundle of the entry can be made.
There is no way back, so --ground is required and becomes part of the record.`,
  async run(args, io) {
    const { values, positionals } = readArgs('erase', args, { ...ACTING, ground: { type: 'string' } })
    const index = wholeNumber(only('erase', 'index', positionals), 'the index')
    if (values.ground === undefined || values.ground.trim() === '')
      throw new UsageError('on what ground? Give --ground <text>; it becomes part of the record')
    const party = actingParty(values, io)
    const { hub, party: from } = party.card
    const body = { index, ground: values.ground }
    const message = await composeMessage({ hub, kind: 'hub.erasure', v: 1, from, to: [], body }, composerOf(party))
    const answer = await clientFor(party, values.url).submit(message)
    if (answer.outcome === 'accepted') {
      show(io, values.json, { erased: index, by: answer.index, receipt: answer.receipt }, () => [
        `entry ${index} is erased; the act is entry ${answer.index}`,
      ])
      return EXIT.good
    }
    if (values.json === true) io.out(JSON.stringify({ outcome: 'refused', problem: answer.problem }))
    for (const line of problemLines(answer.problem)) io.progress(line)
    return exitOfProblem(answer.problem)
  },
}
