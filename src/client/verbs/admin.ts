// `beibu admin <act>`: what the operator does to its hub, each act a signed message on record, and what it sees of it.
import type { AdminStateAnswer } from '../../hub/admin/state.ts'
import { UsageError } from '../usage.ts'
import { adminAct, type ActOptions } from './admin-acts.ts'
import { actingParty, clientFor } from './acting.ts'
import { submitAct } from './signed-act.ts'
import { ACTING, type CommandIo, EXIT, readArgs, show, type Verb } from './verb.ts'

const OPTIONS = {
  ...ACTING,
  party: { type: 'string' },
  kind: { type: 'string' },
  country: { type: 'string' },
  reason: { type: 'string' },
  text: { type: 'string' },
  to: { type: 'string', multiple: true },
  limit: { type: 'string', multiple: true },
  from: { type: 'string' },
  until: { type: 'string' },
} as const

export const adminVerb: Verb = {
  name: 'admin',
  summary: 'pause, limit, notify and look at the hub (operator)',
  help: `beibu admin <act> --as <operator's folder> [options] [--json]

Acts, each a signed hub.admin entry of the journal; the parties concerned are told:
  pause           --party <urn> | --kind <kind> | --country <CC>   --reason <text>
  resume          the same; lifts only what an operator has paused
  quota           --party <urn> --limit messagesPerMinute=600 ...  --reason <text>
  close-sessions  --party <urn> --reason <text>
  notice          --text <text> [--to <urn> ...]                   without --to: to all parties
  note            --text <text> [--party <urn>]                    for the record
Looking, which changes nothing:
  status          backlog, lags, stuck followers, pauses, quotas, checkpoint, disk
  units           --from <YYYY-MM-DD> [--until <YYYY-MM-DD>]       what each party used

  beibu admin pause --country VN --reason "exercise" --as sandbox/parties/hub-operator
  beibu admin status --as sandbox/parties/hub-operator

Exit: 0 done, 1 refused; for status 1 also when the hub is not ready.`,
  async run(args, io) {
    const { values, positionals } = readArgs('admin', args, OPTIONS)
    const [act, ...more] = positionals
    if (act === undefined || more.length > 0) throw new UsageError('admin takes one act. See: beibu admin --help')
    if (act === 'status') return status(values, io)
    if (act === 'units') return units(values, io)
    const body = adminAct(act, values)
    return submitAct('hub.admin', body, values, io, (index) => ({
      value: { act: body.act },
      line: `${body.act} is on record as entry ${index}`,
    }))
  },
}

type Given = ActOptions & {
  as?: string | undefined
  url?: string | undefined
  passphrase?: string | undefined
  from?: string | undefined
  until?: string | undefined
  json?: boolean | undefined
}

async function status(values: Given, io: CommandIo): Promise<number> {
  const state = await clientFor(actingParty(values, io), values.url).adminState()
  show(io, values.json, state, () => stateLines(state))
  return state.ready ? EXIT.good : EXIT.refused
}

function stateLines(state: AdminStateAnswer): string[] {
  const { entries, lag, stuck, pauses, quotas, checkpoint, inFlight } = state
  const behind = Object.entries(lag).filter(([, count]) => count > 0)
  return [
    `${state.hub}: ${state.ready ? 'ready' : `not ready: ${state.reasons.join('; ')}`}`,
    `  entries      ${entries}`,
    `  followers    ${behind.length === 0 ? 'all at the head' : behind.map(([name, by]) => `${name} ${by} behind`).join(', ')}`,
    ...stuck.map(
      ({ follower, at, since, retry }) => `  STUCK        ${follower} at entry ${at} since ${since}; ${retry}`,
    ),
    ...(checkpoint ? [`  checkpoint   ${checkpoint.size} entries, ${Math.round(checkpoint.ageMs / 1000)} s old`] : []),
    `  disk         ${Math.floor(state.diskFreeBytes / 1024 ** 2)} MiB free`,
    `  in flight    ${inFlight.requests} requests, ${inFlight.bodyBytes} bytes; ${state.sockets} sockets, ${state.sessions} sessions`,
    ...pauses.map(({ what, reason, entry }) => `  paused       ${what}, by entry ${entry}: ${reason}`),
    ...quotas.map(({ party, limits }) => `  quota        ${party} ${JSON.stringify(limits)}`),
  ]
}

async function units(values: Given, io: CommandIo): Promise<number> {
  if (values.from === undefined) throw new UsageError('units of which days? Give --from <YYYY-MM-DD>')
  const client = clientFor(actingParty(values, io), values.url)
  const days = { from: values.from, ...(values.until !== undefined && { to: values.until }) }
  for (let after: string | undefined; ; ) {
    const page = await client.units({ ...days, ...(after !== undefined && { after }) })
    for (const row of page.rows)
      show(io, values.json, row, () => [
        `${row.day}  ${row.party}  ${row.kind}  ${row.messages} sent (${row.bytes} + ${row.attachmentBytes} bytes), ${row.items} told, ${row.refusals} refused`,
      ])
    if (page.next === undefined) return EXIT.good
    after = page.next
  }
}
