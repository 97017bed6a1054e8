// A long journal for a hub of several processes: written by the journal's own group commit straight into the shared store, while no process
// of the hub runs. Without HTTP, signatures and schemas, which would take many times as long.
import { readFileSync } from 'node:fs'
import { openPartyFolder } from '../src/client/party-folder.ts'
import { readMessageFile } from '../src/hub/evidence/message-file.ts'
import { HubSigners, secretKey } from '../src/hub/identity/hub-signers.ts'
import { openJournal } from '../src/hub/journal/append.ts'
import { openMongo } from '../src/hub/journal/mongo.ts'
import { parseStrictJson } from '../src/hub/message/strict-json.ts'
import type { MortalCluster } from '../test/support/mortal-cluster.ts'
import { type DraftParties, draftOf, STEPS } from './consignment-drafts.ts'
import type { BenchParty } from './parties.ts'
import { partyFolder } from './place.ts'
import { round, tell } from './report.ts'

const AT_ONCE = 340 * STEPS
const TELL_EVERY = 50_000
/** Every so manieth entry is told to the reader: enough for proofs all over the journal, and few rows of feeds. */
const TOLD_EVERY = 20

/** Writes `entries` more entries; gives how many per second. The hub must have run once, so that its keys and register are there. */
export async function fillCluster(cluster: MortalCluster, reader: BenchParty, entries: number): Promise<number> {
  const { seed, keys, keyStatement } = cluster.config
  const hubSigners = new HubSigners(keys, seed.operatorRoot)
  await hubSigners.begin(readMessageFile(parseStrictJson(readFileSync(keyStatement)), 'the first hub.key'))
  const place = await openMongo(cluster.mongoUrl, { database: cluster.database })
  const journal = await openJournal({
    store: place.store(),
    hub: seed.hub,
    urn: `${seed.hub}:journal`,
    epoch: 1,
    sealingKey: secretKey(keys, 'sealing.key', true),
    indexKey: secretKey(keys, 'index.key', true),
    clock: Date.now,
    signCommit: (root) => hubSigners.signCommit(root),
  })
  const parties = partiesOf(cluster, reader, journal.size())
  const startMs = performance.now()
  const perSecond = (done: number): number => round((done * 1_000) / (performance.now() - startMs))
  try {
    await journal.takeUp()
    let done = 0
    while (done < entries) {
      const from = done
      const drafts = Array.from({ length: Math.min(AT_ONCE, entries - done) }, async (_, at) => {
        const draft = await draftOf(from + at, journal, parties)
        const audience = (from + at) % TOLD_EVERY === 0 ? [{ party: reader.party, view: 'full' }] : []
        return { ...draft, audience }
      })
      const answers = await Promise.all((await Promise.all(drafts)).map((draft) => journal.append(draft)))
      if (answers.some(({ result }) => result !== 'appended')) throw new Error('the filling was not taken')
      done += drafts.length
      if (done % TELL_EVERY < AT_ONCE) tell(`${done} of ${entries} entries, ${perSecond(done)}/s`)
    }
    return perSecond(done)
  } finally {
    await journal.close()
    await place.close()
  }
}

function partiesOf({ dir }: MortalCluster, reader: BenchParty, size: number): DraftParties {
  const urn = (folder: string): string => openPartyFolder(partyFolder({ dir }, folder)).card.party
  return {
    hub: reader.hub,
    traders: [reader.party],
    customs: urn('nanning-customs'),
    bank: urn('nanning-bank'),
    certificate: reader.certificateDer,
    registerAt: size - 1,
    offset: size,
  }
}
