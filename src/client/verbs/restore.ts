// `beibu restore`: puts a backup back into an empty store.
import { verifyBackup } from '../../hub/backup/verify.ts'
import { restoreBackup } from '../../hub/backup/restore.ts'
import { checkSecrets } from '../../hub/identity/hub-signers.ts'
import { FIRST_EPOCH } from '../../hub/journal/epoch.ts'
import { fillFolder, hubConfig, type OpenKept, openKept, ownTrust, placeOf, secretsOf } from '../store-place.ts'
import { UsageError } from '../usage.ts'
import { progress, tellDamaged } from './backup.ts'
import { readInput } from './input.ts'
import { EXIT, only, readArgs, show, type Verb } from './verb.ts'

export const restoreVerb: Verb = {
  name: 'restore',
  summary: 'put a backup back into an empty store',
  help: `beibu restore <folder> (--checkpoint <note> | --nothing-lost)
              [--sandbox <dir>] [--env <file>] [--data <dir>] [--json]

Puts a backup into the empty store that the settings name (embedded: HUB_DATA, or --data; cluster:
the database of HUB_MONGO_URL), with the key folder (HUB_KEYS) of the hub it was made of. The
backup is verified first, the store afterwards: root, receipts, heads, rows. Views are rebuilt by
the hub when it starts.

  beibu restore /backups/2026-11-21 --env /etc/beibu/hub.env --checkpoint newest-note.txt
  beibu restore ./backup --sandbox ./sandbox --data ./restored --nothing-lost

A hub must never sign a second history. So it has to be said that the backup holds everything
the hub ever signed: --checkpoint with the newest checkpoint anybody has (GET /v1/log/checkpoint;
ask the parties, and look at the anchors), which is compared; or --nothing-lost, where nobody
accepted anything after the backup. A backup that is older than what was signed is refused: see
docs/operations.md. The old hub must not run any more.
Exit: 0 restored, 1 the backup is damaged or too old, 64 the store is not empty.`,
  async run(args, io) {
    const { values, positionals } = readArgs('restore', args, {
      sandbox: { type: 'string' },
      env: { type: 'string' },
      data: { type: 'string' },
      checkpoint: { type: 'string' },
      'nothing-lost': { type: 'boolean' },
    })
    const folder = only('restore', 'folder', positionals)
    if ((values.checkpoint === undefined) === (values['nothing-lost'] !== true))
      throw new UsageError(
        'say what was signed last: --checkpoint <note>, the newest anybody has, or --nothing-lost. See: beibu restore --help',
      )
    const config = hubConfig(values, io)
    if (config.cluster && values.data !== undefined) throw new UsageError('--data goes with the embedded profile')
    const secrets = secretsOf(config)
    const verified = await verifyBackup(folder, {
      trust: ownTrust(config),
      indexKey: secrets.indexKey,
      ...(values.checkpoint !== undefined && { note: readInput(values.checkpoint).toString() }),
      onProgress: progress(io, 'verified'),
    }).catch((error: unknown) => tellDamaged(error, folder, values.json, io))
    if (typeof verified === 'number') return verified
    const { manifest, verdict, reason } = verified
    const refused = refusalOf(manifest, placeOf(config), verdict, reason)
    if (refused !== undefined) {
      if (values.json === true) io.out(JSON.stringify({ folder, restored: false, reason: refused }))
      io.progress(refused)
      return EXIT.refused
    }
    const fill = async (kept: OpenKept) => {
      const report = await restoreBackup(folder, manifest, kept, progress(io, 'put back'))
      await checkSecrets(kept.cursors, config.keys, {
        'sealing.key': secrets.sealingKey,
        'index.key': secrets.indexKey,
      })
      return report
    }
    const data = values.data ?? config.data
    let report: Awaited<ReturnType<typeof fill>>
    if (config.cluster) {
      const kept = await openKept(config, secrets, 'filling')
      report = await fill(kept).finally(() => kept.close())
    } else report = await fillFolder(data, fill)
    const into = config.cluster ? config.cluster.database : data
    show(io, values.json, { folder, restored: true, into, epoch: manifest.epoch, ...report }, () => [
      `restored into ${into}: ${report.size} entries in ${report.commits} commits, ${report.heads} heads, ${report.attachments} attachments`,
      `root ${report.root}, as in the backup and as the hub has signed`,
      'the views are rebuilt when the hub starts; the hub this was made of must not run any more',
    ])
    return EXIT.good
  },
}

/** Why a sound backup is not put back. */
function refusalOf(
  { hub, journal, size, epoch }: { hub: string; journal: string; size: number; epoch: number },
  own: { hub: string; urn: string },
  verdict: string,
  reason: string | undefined,
): string | undefined {
  if (hub !== own.hub || journal !== own.urn) return `the backup is of ${hub}, the settings are of ${own.hub}`
  if (epoch !== FIRST_EPOCH)
    return `the backup is of epoch ${epoch}; this version of the hub knows epoch ${FIRST_EPOCH} only`
  if (verdict === 'verified' || (verdict === 'unsigned' && reason === undefined)) return undefined
  return `the backup of ${size} entries is not all that was signed, or not what was signed: ${reason}. A hub that went on from it would sign a second history; find a newer backup (docs/operations.md)`
}
