// The operation on cases: what belongs together by its consignment reference.
import { count, list, object, text, type Operation, type Schema } from './form.ts'
import { shapes } from './schemas.ts'
import { purposeHeader } from './supervision.ts'

const state = { of: text('what it is the state of: declaration, response ...'), state: text() }
const answerState: Schema = { enum: ['awaited', 'overdue', 'answered'] }

export const caseOperations: Operation[] = [
  {
    id: 'readCase',
    method: 'get',
    path: '/v1/cases/{ucr}',
    tag: 'answers',
    summary: 'Everything the caller was told of under one unique consignment reference (UCR)',
    description:
      'Entries of both sides in the order of the journal, the newest states as far as the caller was told of them, and the answers it owes or waits for. ' +
      'A case of which the caller was told nothing is not found. A regulator reads for a purpose, and it is written down.',
    caller: 'party',
    parameters: [
      {
        name: 'ucr',
        in: 'path',
        description: 'the reference, WCO form',
        schema: { type: 'string', minLength: 1, maxLength: 35 },
      },
      { name: 'after', in: 'query', description: 'the `next` of the page before', schema: count() },
      { name: 'limit', in: 'query', description: 'entries at most, 100 at most; 50 when absent', schema: count() },
      purposeHeader,
    ],
    answers: {
      200: {
        description: 'The case as the caller may see it',
        content: {
          'application/json': object({
            ucr: text(),
            items: list(
              object({
                index: count(),
                at: shapes.time,
                kind: text(),
                view: text('in which the caller sees it; what it holds is read by its index'),
                'from?': shapes.party,
                'withheld?': { enum: ['erased', 'right-withdrawn'] },
                'states?': { ...list(object(state)), description: 'what the entry made of things' },
              }),
            ),
            states: list(
              object({ ...state, begun: count('first entry told that moved it'), entry: count('the last one') }),
            ),
            awaited: list(
              object({
                index: count('the message that wants the answer'),
                kind: text(),
                due: shapes.time,
                waiting: list(shapes.party),
                party: shapes.party,
                state: answerState,
                'overdue?': count('the entry that says so'),
                'answer?': count('the entry that answers'),
              }),
            ),
            'next?': count('there is more; ask with it as `after`'),
          }),
        },
      },
    },
    refusals: ['NOT_FOUND', 'PARAMETER_INVALID', 'PURPOSE_REQUIRED', 'VIEW_BEHIND'],
  },
]
