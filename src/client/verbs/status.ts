// `beibu status`: whether the hub is well, or what became of one message.
import { toTime } from '../../hub/values/encoding.ts'
import type { FeedItem } from '../feed-item.ts'
import { HubProblem } from '../hub-problem.ts'
import { UsageError } from '../usage.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, type CommandIo, EXIT, readArgs, show, type Verb } from './verb.ts'

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export const statusVerb: Verb = {
  name: 'status',
  summary: 'ask how the hub is, or what became of a message',
  help: `beibu status --url <hub>
beibu status --as <party folder> [<index> | <message id>]

Without an index or id: is the hub ready? With one: what became of that message.
An id is looked up among the messages this party sent.

  beibu status --url http://127.0.0.1:7443
  beibu status --as sandbox/parties/nanning-bank
  beibu status --as sandbox/parties/nanning-bank 17
  beibu status --as sandbox/parties/nanning-bank 0196a1b2-...-... --json

Exit: 0 ready or found, 2 cannot tell (nobody answers, or nothing there that you may see).`,
  async run(args, io) {
    const { values, positionals } = readArgs('status', args, ACTING)
    if (positionals.length > 1) throw new UsageError('status takes one index or one message id')
    const [about] = positionals
    if (about === undefined && values.url !== undefined) return await ready(values.url, values.json, io)
    const party = actingParty(values, io)
    if (about === undefined) return await ready(values.url ?? party.card.url, values.json, io)
    const client = clientFor(party, values.url)
    try {
      const entry = await lookUp(about, client, party.card.party)
      show(io, values.json, entry, () => entryLines(entry))
      return EXIT.good
    } catch (error) {
      if (!(error instanceof HubProblem) || error.problem.status !== 404) throw error
      show(io, values.json, { found: false, about }, () => [
        `nothing under ${about} that ${party.card.party} may see; it may not have arrived`,
      ])
      return EXIT.unknown
    }
  },
}

function lookUp(about: string, client: ReturnType<typeof clientFor>, from: string): Promise<Record<string, unknown>> {
  if (UUID.test(about)) return client.find(from, about)
  if (/^(?:0|[1-9]\d{0,14})$/.test(about)) return client.entry(Number(about))
  throw new UsageError(`${about} is neither an index nor a message id (UUID, lower case)`)
}

async function ready(url: string, json: boolean | undefined, io: CommandIo): Promise<number> {
  const at = toTime(Date.now())
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/health/ready`, { signal: AbortSignal.timeout(5_000) })
    const detail = (await response.json().catch(() => ({}))) as object
    show(io, json, { url, at, ready: response.ok, ...detail }, () => [
      `${url} is ${response.ok ? 'ready' : `not ready (HTTP ${response.status})`}`,
    ])
    return response.ok ? EXIT.good : EXIT.unknown
  } catch (error) {
    const cause = (error as Error).cause
    const why = cause instanceof Error ? cause.message : (error as Error).message
    show(io, json, { url, at, ready: false, detail: why }, () => [`${url} does not answer: ${why}`])
    return EXIT.unknown
  }
}

/** What became of it, a line each; the whole is left to --json. */
function entryLines(entry: Record<string, unknown>): string[] {
  const { receipt, message, viewed } = entry as unknown as Partial<FeedItem>
  const { outcome, at } = decoded(receipt?.payload)
  // A masked view names the sender itself; of erased content nothing is known but that it was there.
  const { from = viewed?.from, to } = decoded(message?.payload)
  const told = {
    outcome,
    at,
    index: entry['index'],
    kind: entry['kind'],
    from,
    to,
    view: entry['view'],
    withheld: entry['withheld'],
  }
  const lines = Object.entries(told).filter(([, value]) => value !== undefined)
  const width = Math.max(...lines.map(([name]) => name.length))
  return [
    ...lines.map(
      ([name, value]) => `${name.padEnd(width)}  ${Array.isArray(value) ? value.join(', ') : String(value)}`,
    ),
    '(the receipt and the message itself: --json)',
  ]
}

function decoded(payload: string | undefined): Record<string, unknown> {
  return payload === undefined
    ? {}
    : (JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>)
}
