// `beibu history`: a whole feed into a file, with the hub's signature under what it was.
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import type { FeedItem } from '../feed-item.ts'
import { HeldItems, proveSet } from '../feed-set.ts'
import type { SignedSet } from '../../hub/supervision/set.ts'
import { HubSilent } from '../hub-problem.ts'
import { UsageError } from '../usage.ts'
import { readInput } from './input.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, EXIT, readArgs, show, type Verb, wholeNumber } from './verb.ts'

export const historyVerb: Verb = {
  name: 'history',
  summary: 'export a whole feed, signed, to a file',
  help: `beibu history --as <party folder> --out <file> [--from <seq>] [--to <seq>] [--trust <file>]
    [--json]

Writes every item of a party's feed to a file, one JSON text per line, and last what the hub
signs of it: first and last item, their count, and the root over their receipts. Compares
what came with what was signed. If it breaks off, go on in another file from the item named.

  beibu history --as sandbox/parties/fx-supervision --out history.ndjson
  beibu history --as sandbox/parties/fx-supervision --purpose audit:A-7 --out audit.ndjson
  beibu history --as sandbox/parties/fx-supervision --from 1001 --out rest.ndjson

Exit: 0 whole, 1 not what the hub signed, 2 broken off.`,
  async run(args, io) {
    const { values, positionals } = readArgs('history', args, {
      ...ACTING,
      out: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      trust: { type: 'string' },
    })
    if (positionals.length > 0 || values.out === undefined) throw new UsageError('history needs --out <file>')
    const trust = values.trust ?? (io.env['BEIBU_TRUST'] || undefined)
    const client = clientFor(actingParty(values, io), values.url)
    const range = {
      ...(values.from !== undefined && { from: wholeNumber(values.from, '--from') }),
      ...(values.to !== undefined && { to: wholeNumber(values.to, '--to') }),
    }
    const held = new HeldItems()
    const signed = await writeOut(client.history(range), values.out, held)
    if (typeof signed === 'string') {
      io.progress(`${signed}; go on with --from ${held.range.to + 1}`)
      return EXIT.unknown
    }
    const { set, trusted } = await proveSet(client, signed.jws, trust === undefined ? undefined : readInput(trust))
    const wrong = held.compare(set) ?? (trusted === false ? 'the hub is not the one that is trusted' : undefined)
    show(io, values.json, { file: values.out, set, ...(wrong !== undefined && { wrong }) }, () => [
      wrong ?? `items ${set.from} to ${set.to} of ${set.feed}: ${set.count}, as the hub signed them, in ${values.out}`,
    ])
    return wrong === undefined ? EXIT.good : EXIT.refused
  },
}

/** Writes the lines to the file. Gives the last one, the signed set, or why it did not come. */
async function writeOut(lines: AsyncIterable<string>, path: string, held: HeldItems): Promise<SignedSet | string> {
  const file = createWriteStream(path, { mode: 0o600 })
  let signed: SignedSet | undefined
  try {
    for await (const line of lines) {
      const value = JSON.parse(line) as FeedItem | SignedSet
      if ('jws' in value) signed = value
      else held.add(value)
      if (!file.write(`${line}\n`)) await once(file, 'drain')
    }
    return signed ?? 'the history broke off'
  } catch (error) {
    if (error instanceof HubSilent) return error.message
    throw error
  } finally {
    file.end()
    await once(file, 'close')
  }
}
