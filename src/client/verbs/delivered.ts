// `beibu delivered <index>`: which recipients have signed for a message one has sent.
import { writeFileSync } from 'node:fs'
import { resolveParty } from '../party-folder.ts'
import { UsageError } from '../usage.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, EXIT, only, readArgs, show, type Verb, wholeNumber } from './verb.ts'

export const deliveredVerb: Verb = {
  name: 'delivered',
  summary: 'see which recipients have signed for a message of yours',
  help: `beibu delivered <index> --as <party folder> [--json]
beibu delivered <index> --as <party folder> --by <recipient> --out <file>

A recipient signs for the items it has received (beibu tail --acknowledge). This tells which
recipients have signed for a message, and by which entry of the journal; with --by and --out
it fetches the bundle of that acknowledgement, to verify offline and to keep.

  beibu delivered 19 --as sandbox/parties/guangxi-exporter
  beibu delivered 19 --as sandbox/parties/guangxi-exporter --by vietnam-customs --out ack.json

Exit: 0 all have signed, 1 not yours to know, 2 somebody has not, or nobody answers.`,
  async run(args, io) {
    const { values, positionals } = readArgs('delivered', args, {
      ...ACTING,
      by: { type: 'string' },
      out: { type: 'string' },
    })
    if ((values.by === undefined) !== (values.out === undefined)) throw new UsageError('--by and --out go together')
    const index = wholeNumber(only('delivered', 'index', positionals), 'the index')
    const party = actingParty(values, io)
    const client = clientFor(party, values.url)
    if (values.by !== undefined) {
      const bytes = await client.deliveryBundle(index, resolveParty(values.by, party.folder))
      writeFileSync(values.out!, bytes)
      show(io, values.json, { index, file: values.out, bytes: bytes.length }, () => [`written to ${values.out}`])
      return EXIT.good
    }
    const { deliveries } = await client.deliveries(index)
    show(io, values.json, { index, deliveries }, () =>
      deliveries.map((one) =>
        one.delivered ? `${one.party}  signed ${one.at}, entry ${one.acknowledgement}` : `${one.party}  not yet`,
      ),
    )
    return deliveries.every(({ delivered }) => delivered) ? EXIT.good : EXIT.unknown
  },
}
