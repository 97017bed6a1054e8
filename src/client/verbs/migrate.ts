// `beibu migrate`: moves an embedded hub to the cluster profile.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { migrateJournal } from '../../hub/backup/migrate.ts'
import { FILLING } from '../../hub/backup/restore.ts'
import { checkSecrets } from '../../hub/identity/hub-signers.ts'
import { lockFolder, markMoved, refuseMoved } from '../../hub/journal/sqlite-lock.ts'
import { toTime } from '../../hub/values/encoding.ts'
import { databaseOf } from '../../config.ts'
import { hubConfig, openFolder, openShared, secretsOf } from '../store-place.ts'
import { UsageError } from '../usage.ts'
import { progress } from './backup.ts'
import { EXIT, readArgs, show, type Verb } from './verb.ts'

export const migrateVerb: Verb = {
  name: 'migrate',
  summary: 'move an embedded hub to MongoDB, for many processes',
  help: `beibu migrate --to <mongodb url with database> [--sandbox <dir>] [--env <file>] [--json]

Moves the journal of a stopped embedded hub as it is: entries, sealed contents, commits, positions,
attachments. Views are rebuilt by the hub. The key folder stays what it is. Broken off, it goes on
where it stopped when it is run again. At the end both journals are read and compared by root,
receipts and heads; then the data folder is marked, and no hub starts on it again.

  beibu migrate --to "mongodb://db1,db2/beibu?replicaSet=rs0" --env /etc/beibu/hub.env

The URL may hold a password; it can be given in BEIBU_MIGRATE_TO instead of --to.
Afterwards: HUB_PROFILE=cluster, HUB_MONGO_URL and HUB_REDIS_URL. Keep the data folder until the
hub has run there, then erase it: keys of what is erased from now on are still in it.
Exit: 0 moved, 70 not the same or not reached (nothing is marked then).`,
  async run(args, io) {
    const { values, positionals } = readArgs('migrate', args, {
      sandbox: { type: 'string' },
      env: { type: 'string' },
      to: { type: 'string' },
    })
    if (positionals.length > 0) throw new UsageError(`migrate takes no arguments, got ${positionals.join(' ')}`)
    const url = values.to ?? io.env['BEIBU_MIGRATE_TO']
    const database = databaseOf(url)
    if (url === undefined || database === undefined)
      throw new UsageError('where to? Give --to mongodb://host:port/database')
    const config = hubConfig(values, io)
    if (config.cluster)
      throw new UsageError('these settings are of the cluster profile already; give those of the embedded hub')
    if (!existsSync(join(config.data, 'journal.sqlite'))) throw new UsageError(`there is no journal in ${config.data}`)
    const secrets = secretsOf(config)
    const unlock = lockFolder(config.data, shown(url))
    try {
      const from = openFolder(config.data, 'own')
      const to = await openShared(url, database, secrets)
      const report = await (async () => {
        await checkSecrets(from.cursors, config.keys, {
          'sealing.key': secrets.sealingKey,
          'index.key': secrets.indexKey,
        })
        // A folder that is marked and a target that is not finished yet: the last step was broken off.
        if ((await to.cursors.get(FILLING.space, FILLING.key)) === undefined) refuseMoved(config.data)
        return migrateJournal(from, to, progress(io, 'moved'), () =>
          markMoved(config.data, shown(url), toTime(Date.now())),
        )
      })().finally(() => Promise.all([from.close(), to.close()]))
      show(io, values.json, { moved: true, to: shown(url), ...report }, () => [
        `moved to ${shown(url)}: ${report.size} entries in ${report.commits} commits, ${report.heads} heads, ${report.attachments} attachments`,
        `root ${report.root}, on both sides`,
        `${config.data} is marked: no hub starts there again. Go on with HUB_PROFILE=cluster`,
      ])
      return EXIT.good
    } finally {
      unlock()
    }
  },
}

/** Without user and password. */
const shown = (url: string): string => url.replace(/\/\/[^@/]*@/, '//')
