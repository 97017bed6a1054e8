// `beibu erase <index>`: the operator has the content of an entry destroyed; index, leaf and proofs stay.
import { UsageError } from '../usage.ts'
import { submitAct } from './signed-act.ts'
import { ACTING, only, readArgs, type Verb, wholeNumber } from './verb.ts'

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
    return submitAct('hub.erasure', { index, ground: values.ground }, values, io, (by) => ({
      value: { erased: index },
      line: `entry ${index} is erased; the act is entry ${by}`,
    }))
  },
}
