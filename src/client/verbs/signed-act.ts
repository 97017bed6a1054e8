// Verbs that sign one act and submit it: how it is sent, and what is said of the answer.
import { composeMessage } from '../compose.ts'
import { composerOf } from '../party-folder.ts'
import { actingParty, clientFor } from './acting.ts'
import { exitOfProblem, problemLines } from './failure.ts'
import { type CommandIo, EXIT, show } from './verb.ts'

export interface ActingValues {
  as?: string | undefined
  url?: string | undefined
  passphrase?: string | undefined
  json?: boolean | undefined
}

/** Signs `body` as a message of `kind` and submits it, addressed to `to`; tells the outcome and gives the exit code. */
export async function submitAct(
  kind: string,
  body: object,
  values: ActingValues,
  io: CommandIo,
  told: (index: number) => { value: object; line: string },
  to: readonly string[] = [],
): Promise<number> {
  const party = actingParty(values, io)
  const { hub, party: from } = party.card
  const message = await composeMessage({ hub, kind, v: 1, from, to: [...to], body }, composerOf(party))
  const answer = await clientFor(party, values.url).submit(message)
  if (answer.outcome === 'accepted') {
    const { value, line } = told(answer.index)
    show(io, values.json, { ...value, by: answer.index, receipt: answer.receipt }, () => [line])
    return EXIT.good
  }
  if (values.json === true) io.out(JSON.stringify({ outcome: 'refused', problem: answer.problem }))
  for (const line of problemLines(answer.problem)) io.progress(line)
  return exitOfProblem(answer.problem)
}
