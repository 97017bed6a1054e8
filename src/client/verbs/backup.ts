// `beibu backup`: makes a backup of a hub that may be running, and verifies one.
import { existsSync } from 'node:fs'
import { makeBackup } from '../../hub/backup/make.ts'
import { ManifestWrong } from '../../hub/backup/manifest.ts'
import { PartDamaged } from '../../hub/backup/part-file.ts'
import { type BackupReport, verifyBackup } from '../../hub/backup/verify.ts'
import { epochOf } from '../../hub/journal/epoch.ts'
import { hubConfig, openKept, ownTrust, placeOf, secretsOf, statementOf } from '../store-place.ts'
import { UsageError } from '../usage.ts'
import { readInput } from './input.ts'
import { type CommandIo, EXIT, only, readArgs, show, type Verb } from './verb.ts'

export const PROGRESS_EVERY = 50_000

export const backupVerb: Verb = {
  name: 'backup',
  summary: 'make a backup of a hub, or verify one',
  help: `beibu backup <folder> [--sandbox <dir>] [--env <file>] [--json]
beibu backup --verify <folder> [--trust <trust file>] [--checkpoint <note>] [--json]

Makes a backup beside the running hub, embedded or cluster, by the settings that the hub is
started with. It is a folder that has its name only when it is complete and verified.

  beibu backup /backups/2026-11-21 --env /etc/beibu/hub.env
  beibu backup ./backup --sandbox ./sandbox
  beibu backup --verify ./backup --trust trust.json
  beibu backup --verify ./backup --trust trust.json --checkpoint latest-note.txt

Not in it, and to be kept elsewhere: the key folder (HUB_KEYS). Without sealing.key nobody reads
what is in a backup; whoever has both reads everything. Keys of erased entries are not in it
either, but of what is erased later they are: keep no backup longer than erasure may take.

Verifying rebuilds the Merkle root from the leaves, holds it against the checkpoints the hub has
signed, compares every receipt with the root of its commit and proves some of them. A checkpoint
known from elsewhere (--checkpoint) must be reached. With settings (--sandbox, --env) it is also
shown that the backup was made with the hub's own index key.
Exit: 0 made, or verified; 1 damaged or refused (the part is named); 2 sound, but no trust given.`,
  async run(args, io) {
    const { values, positionals } = readArgs('backup', args, {
      sandbox: { type: 'string' },
      env: { type: 'string' },
      verify: { type: 'boolean' },
      trust: { type: 'string' },
      checkpoint: { type: 'string' },
    })
    const folder = only('backup', 'folder', positionals)
    return values.verify === true ? verify(folder, values, io) : make(folder, values, io)
  },
}

interface Given {
  sandbox?: string | undefined
  env?: string | undefined
  trust?: string | undefined
  checkpoint?: string | undefined
  json?: boolean | undefined
}

async function make(folder: string, values: Given, io: CommandIo): Promise<number> {
  if (existsSync(folder)) throw new UsageError(`${folder} exists already; a backup is never written over another`)
  const config = hubConfig(values, io)
  const secrets = secretsOf(config)
  const kept = await openKept(config, secrets, 'beside')
  const { hub, urn } = placeOf(config)
  try {
    const of = { ...kept, hub, journal: urn, epoch: await epochOf(kept.cursors), indexKey: secrets.indexKey }
    const statement = await statementOf(config, kept, secrets)
    await makeBackup(folder, { ...of, statement }, { clock: Date.now, onProgress: progress(io, 'written') })
  } finally {
    await kept.close()
  }
  return tell(folder, { trust: ownTrust(config), indexKey: secrets.indexKey }, values, io)
}

async function verify(folder: string, values: Given, io: CommandIo): Promise<number> {
  const config = values.sandbox !== undefined || values.env !== undefined ? hubConfig(values, io) : undefined
  const file = values.trust ?? (io.env['BEIBU_TRUST'] || undefined)
  const trust = file === undefined ? config && ownTrust(config) : readInput(file)
  return tell(
    folder,
    {
      ...(trust && { trust }),
      ...(config && { indexKey: secretsOf(config).indexKey }),
      ...(values.checkpoint !== undefined && { note: readInput(values.checkpoint).toString() }),
    },
    values,
    io,
  )
}

const EXITS = { verified: EXIT.good, unsigned: EXIT.unknown, unknown: EXIT.unknown, refused: EXIT.refused } as const

async function tell(
  folder: string,
  how: Parameters<typeof verifyBackup>[1],
  { json }: Given,
  io: CommandIo,
): Promise<number> {
  try {
    const report = await verifyBackup(folder, { ...how, onProgress: progress(io, 'verified') })
    show(io, json, reportValue(folder, report), () => reportLines(folder, report))
    return EXITS[report.verdict]
  } catch (error) {
    return tellDamaged(error, folder, json, io)
  }
}

/** Tells which part of a backup is damaged; anything else is thrown on. */
export function tellDamaged(error: unknown, folder: string, json: boolean | undefined, io: CommandIo): number {
  if (!(error instanceof PartDamaged || error instanceof ManifestWrong)) throw error
  const part = error instanceof PartDamaged ? error.part : 'manifest'
  if (json === true) io.out(JSON.stringify({ folder, verdict: 'damaged', part, reason: error.message }))
  io.progress(error.message)
  return EXIT.refused
}

/** A line now and then while something long goes on. */
export function progress(io: CommandIo, what: string): (entries: number, size: number) => void {
  let told = 0
  return (entries, size) => {
    if (entries - told < PROGRESS_EVERY) return
    told = entries
    io.progress(`${entries} of ${size} entries ${what}`)
  }
}

export function reportValue(folder: string, { manifest, ...report }: BackupReport): object {
  const { hub, journal, epoch, made, size, root, missing } = manifest
  return { folder, hub, journal, epoch, made, size, root, missing, ...report }
}

function reportLines(folder: string, { manifest, ...report }: BackupReport): string[] {
  const { hub, epoch, made, size, root, missing } = manifest
  const { contents, attachments, receiptsProved, covered, checkpoints, verdict, reason } = report
  return [
    `${folder}: ${hub}, epoch ${epoch}, complete at ${made}`,
    `${size} entries, ${contents} contents, ${attachments} attachments`,
    `root ${root}`,
    `${verdict}${reason === undefined ? '' : `: ${reason}`}: ${covered} entries under ${checkpoints} signed checkpoints, ${receiptsProved} receipts proved`,
    ...missing.map((name) => `missing in the store it was made of: attachment ${name}`),
  ]
}
