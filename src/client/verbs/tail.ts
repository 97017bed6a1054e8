// `beibu tail`: follows a party's feed as it grows.
import { Acknowledger } from '../acknowledger.ts'
import { FeedClient } from '../feed-client.ts'
import type { FeedItem } from '../feed-item.ts'
import { UsageError } from '../usage.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, EXIT, readArgs, type Verb, wholeNumber } from './verb.ts'

export const tailVerb: Verb = {
  name: 'tail',
  summary: 'follow a feed as it grows',
  help: `beibu tail --as <party folder> [--name <subscription>] [--kinds a,b] [--after <seq>]
    [--limit <n>] [--acknowledge] [--purpose <code>[:<reference>]] [--json]

Prints the items of a party's feed, one line each, and keeps on. The subscription is
durable: the hub remembers under its name what was printed, so the next tail goes on there.

  beibu tail --as sandbox/parties/vietnam-customs
  beibu tail --as sandbox/parties/customs-supervision --name desk-2 --kinds customs.release
  beibu tail --as sandbox/parties/nanning-bank --limit 1 --json | jq .index
  beibu tail --as ... --name fresh --after 0         a new name, from the very beginning

--acknowledge signs for the items printed, so that their senders can see who has received
them. A regulator reads for a purpose, which stays with the name.

--after counts only for a new name. A line is acknowledged once it has been printed. With
--json each line is the whole item. Ends with exit 0 after --limit items or on Ctrl-C.`,
  async run(args, io) {
    const { values, positionals } = readArgs('tail', args, {
      ...ACTING,
      name: { type: 'string' },
      kinds: { type: 'string' },
      after: { type: 'string' },
      limit: { type: 'string' },
      acknowledge: { type: 'boolean' },
    })
    if (positionals.length > 0) throw new UsageError(`tail takes no arguments, got ${positionals.join(' ')}`)
    const limit = values.limit === undefined ? Infinity : wholeNumber(values.limit, '--limit')
    const party = actingParty(values, io)
    const client = clientFor(party, values.url)
    const feed = new FeedClient({
      url: client.addresses,
      token: (refused) => client.token('feed', refused),
      name: values.name ?? 'tail',
      after: wholeNumber(values.after ?? '0', '--after'),
      ...(values.kinds === undefined ? {} : { kinds: values.kinds.split(',') }),
      purpose: client.purpose,
      stop: io.stop,
      tell: (line) => io.progress(line),
    })
    const signing = values.acknowledge === true ? new Acknowledger(client, (line) => io.progress(line)) : undefined
    let printed = 0
    try {
      if (limit > 0)
        for await (const item of feed) {
          io.out(values.json === true ? JSON.stringify(item) : itemLine(item))
          await signing?.add(item)
          if (++printed >= limit) break
        }
    } finally {
      await feed.close()
      await signing?.flush()
    }
    return EXIT.good
  },
}

/** One line about an item: seq, entry, kind, view, sender, and what it shows. */
function itemLine(item: FeedItem): string {
  const start = `${String(item.seq).padStart(6)}  entry ${item.index}  ${item.kind}`
  if (item.withheld !== undefined) return `${start}  withheld: ${item.withheld}`
  if (item.viewed !== undefined)
    return `${start}  from ${item.viewed.from}  view ${item.view}, ${item.viewed.masked.length} members masked`
  return `${start}  from ${senderOf(item)}`
}

function senderOf(item: FeedItem): string {
  if (item.message === undefined) return 'unknown'
  return (JSON.parse(Buffer.from(item.message.payload, 'base64url').toString()) as { from: string }).from
}
