// verify-log: an auditor verifies a whole exported log offline: every leaf, every checkpoint that is kept, one history. Beside it the bare
// SHA-256 of the same leaves, without which nobody can do.
import { createReadStream, createWriteStream, readFileSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { leafHash } from '../src/hub/evidence/merkle.ts'
import type { MessageFile } from '../src/hub/evidence/message-file.ts'
import { linesOf, type LogStatement, verifyWholeLog } from '../src/hub/evidence/whole-log.ts'
import { stopSm2Workers } from '../src/hub/identity/suites/index.ts'
import { sqliteStore } from '../src/hub/journal/sqlite-store.ts'
import { sqliteCursors } from '../src/hub/journal/sqlite-views.ts'
import { derOf } from '../src/client/party-folder.ts'
import { filledPlace } from './fill.ts'
import { median, report, round, tell } from './report.ts'

const PAGE = 2_048
const CHUNK_BYTES = 1024 * 1024

export interface VerifyLogOptions {
  entries: number
  runs: number
  keep: boolean
}

/** Runs the bench and prints its figures. Throws when the log does not verify. */
export async function benchVerifyLog({ entries, runs, keep }: VerifyLogOptions): Promise<void> {
  const place = await filledPlace('check', { entries, parties: 1_000, subscriptionsEach: 10, keep })
  const file = join(place.dir, 'log.ndjson')
  try {
    const sandbox = join(place.dir, 'sandbox')
    const leaves = await exportLog(join(sandbox, 'data', 'journal.sqlite'), file)
    const statement = await statementOf(sandbox)
    tell(`${leaves} leaves, ${round(statSync(file).size / 2 ** 20)} MiB, ${statement.notes.length} checkpoints`)
    const [taken, bare]: [number[], number[]] = [[], []]
    for (let run = 1; run <= runs; run++) {
      bare.push(await hashOnly(file))
      taken.push(await verify(file, statement, readFileSync(join(sandbox, 'trust.json'))))
      tell(`run ${run} of ${runs}: ${round(taken.at(-1)!)} entries/s; bare SHA-256 ${round(bare.at(-1)!)}/s`)
    }
    const [value, baseline] = [median(taken), median(bare)]
    report({
      bench: 'verify-log',
      unit: 'entries/s',
      value: round(value),
      baseline: round(baseline),
      ratio: round(value / baseline, 3),
      p50Ms: null,
      p99Ms: null,
      settings: { leaves, leafBytes: round(statSync(file).size / leaves), checkpoints: statement.notes.length, runs },
    })
  } finally {
    await stopSm2Workers()
    rmSync(file, { force: true })
    place.remove()
  }
}

/** Leaves as lines, in order, as far as the journal goes. */
async function exportLog(journal: string, file: string): Promise<number> {
  const store = sqliteStore(journal)
  const out = createWriteStream(file)
  const { size } = await store.position()
  for (let from = 0; from < size; from += PAGE) {
    const lines = (await store.read(from, PAGE)).flatMap(({ leaf }) => [leaf, LINE_END])
    if (!out.write(Buffer.concat(lines))) await once(out, 'drain')
  }
  out.end()
  await once(out, 'close')
  await store.close()
  return size
}

const LINE_END = Buffer.from('\n')

async function statementOf(sandbox: string): Promise<LogStatement> {
  const cursors = sqliteCursors(join(sandbox, 'data', 'cursors.sqlite'))
  const notes = (await cursors.list('checkpoints', '0')).map(({ value }) => (value as { note: string }).note)
  await cursors.close()
  return {
    notes,
    keys: [JSON.parse(readFileSync(join(sandbox, 'hub.key.json'), 'utf8')) as MessageFile],
    operatorRoot: derOf(readFileSync(join(sandbox, 'operator', 'root.pem'), 'utf8')).toString('base64url'),
  }
}

const linesIn = (file: string): AsyncGenerator<Buffer[]> =>
  linesOf(createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>)

async function verify(file: string, statement: LogStatement, trust: Buffer): Promise<number> {
  const startMs = performance.now()
  const verdict = await verifyWholeLog(linesIn(file), statement, trust)
  if (verdict.verdict !== 'verified') throw new Error(`the log is not verified: ${verdict.reason}`)
  return (verdict.entries * 1000) / (performance.now() - startMs)
}

async function hashOnly(file: string): Promise<number> {
  const startMs = performance.now()
  let count = 0
  for await (const lines of linesIn(file))
    for (const line of lines) {
      leafHash(line)
      count++
    }
  return (count * 1000) / (performance.now() - startMs)
}
