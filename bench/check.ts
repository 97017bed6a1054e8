// check: banks ask whether declarations are genuine and what is left of them (核验), of a large journal, while others keep writing to it.
// Each answer is signed. Beside it a bare route that signs an answer of the same size.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { clientOf, openPartyFolder } from '../src/client/party-folder.ts'
import { enquire } from '../src/client/enquiry.ts'
import { stopSm2Workers } from '../src/hub/identity/suites/index.ts'
import { burster, CONNECTIONS } from './bursts.ts'
import { compileHub } from './compiled.ts'
import { questionOf, STEPS } from './consignment-drafts.ts'
import { type FilledPlace, filledPlace } from './fill.ts'
import type { AskJob, LoadResult } from './load-job.ts'
import { partyFolder, placeIn } from './place.ts'
import { cpuOf, freePort, Generator, type Running, startHub, startSigning } from './processes.ts'
import { report, round, tell } from './report.ts'

const BANK = 'nanning-bank'
const WRITES_PER_SECOND = 100
const SECONDS_MAX = 600

export interface CheckOptions {
  entries: number
  count: number
  keep: boolean
  source: boolean
  profile?: string
}

/** Runs the bench and prints its figures. Throws when an answer is not a verified yes. */
export async function benchCheck(options: CheckOptions): Promise<void> {
  const { entries, keep, source, profile } = options
  const place = await filledPlace('check', { entries, parties: 1_000, subscriptionsEach: 10, keep })
  const running: Running[] = []
  const [asking, writing] = [new Generator(), new Generator()]
  try {
    const main = source ? new URL('../src/main.ts', import.meta.url).pathname : compileHub(join(place.dir, 'built'))
    const envFile = join(place.dir, 'sandbox', 'hub.env')
    const log = join(place.dir, 'hub.log')
    running.push(await startHub({ main, envFile, url: place.url, log, ...(profile !== undefined && { profile }) }))
    const baselinePort = await freePort()
    running.push(await startSigning(baselinePort))
    await measure(options, place, { asking, writing }, baselinePort, running[0]!.pid)
  } finally {
    for (const generator of [asking, writing]) generator.close()
    await Promise.all([...running.map((one) => one.close()), stopSm2Workers()])
    place.remove()
  }
}

async function measure(
  { count, source, profile }: CheckOptions,
  place: FilledPlace,
  { asking, writing }: { asking: Generator; writing: Generator },
  baselinePort: number,
  hubPid: number,
): Promise<void> {
  const client = clientOf(openPartyFolder(partyFolder(place, BANK)))
  const serials = Math.floor(place.filled / STEPS)
  await verifySome(place, serials)
  const job = async (): Promise<AskJob> => ({
    type: 'ask',
    port: place.port,
    path: '/v1/enquiries',
    token: await client.token('api'),
    serials,
    count,
    connections: CONNECTIONS,
    seconds: SECONDS_MAX,
  })
  const bare = async (): Promise<AskJob> => ({
    ...(await job()),
    port: baselinePort,
    path: '/',
    count: Math.ceil(count / 3),
  })
  const hub = await burster(placeIn(place), writing, hubPid)
  await asking.ask<LoadResult>({ ...(await job()), count: 5_000 })
  await asking.ask<LoadResult>({ ...(await bare()), count: 5_000 })
  const asMany = async (perSecond?: number): Promise<LoadResult> => {
    const seconds = perSecond === undefined ? 30 : count / perSecond
    const sheaf = Math.ceil(WRITES_PER_SECOND * seconds)
    const [answered] = await Promise.all([
      asking.ask<LoadResult>({ ...(await job()), ...(perSecond !== undefined && { perSecond }) }),
      hub.burst(sheaf, { seconds, perSecond: WRITES_PER_SECOND }),
    ])
    tell(`${perSecond === undefined ? 'as fast as it goes' : `${round(perSecond)}/s`}: ${said(answered)}`)
    return answered
  }
  const before = cpuOf(hubPid)
  const full = await asMany()
  const after = cpuOf(hubPid)
  const base = await asking.ask<LoadResult>(await bare())
  tell(`baseline: ${said(base)}`)
  const paced = await asMany(full.perSecond / 2)
  await verifySome(place, serials)
  report({
    bench: 'check',
    unit: 'answers/s',
    value: round(full.perSecond),
    baseline: round(base.perSecond),
    ratio: round(full.perSecond / base.perSecond, 3),
    p50Ms: round(paced.p50Ms, 2),
    p99Ms: round(paced.p99Ms, 2),
    settings: {
      entries: place.filled,
      filled: 'by group commits of drafts, without HTTP, signatures and schemas',
      fillPerSecond: place.fillPerSecond,
      queries: count,
      connections: CONNECTIONS,
      writesPerSecond: WRITES_PER_SECOND,
      pacedPerSecond: round(paced.perSecond),
      saturated: { p50Ms: round(full.p50Ms, 2), p99Ms: round(full.p99Ms, 2), maxMs: round(full.maxMs) },
      ...(before &&
        after && {
          mainThreadUs: round((after.mainUs - before.mainUs) / count),
          allThreadsUs: round((after.allUs - before.allUs) / count),
        }),
      suite: 'ES256',
      hub: source ? 'typescript' : 'compiled',
      profiled: profile !== undefined,
    },
  })
}

const said = ({ perSecond, p50Ms, p99Ms, maxMs }: LoadResult): string =>
  `${round(perSecond)}/s, p50 ${round(p50Ms, 1)} ms, p99 ${round(p99Ms, 1)} ms, max ${round(maxMs)} ms`

/** The load generator counts answers; here some of them are read and verified. */
async function verifySome(place: FilledPlace, serials: number): Promise<void> {
  const client = clientOf(openPartyFolder(partyFolder(place, BANK)))
  const trust = readFileSync(join(place.dir, 'sandbox', 'trust.json'))
  for (const serial of [0, Math.floor(serials / 2), serials - 1]) {
    const { entryId, ...shown } = questionOf(serial)
    const { proof } = await enquire(
      client,
      { enquiry: 'customs.declaration', v: 1, question: { entryId, shown } },
      trust,
    )
    const { verdict, facts } = proof.attestation ?? {}
    if (proof.proof !== 'verified' || verdict !== 'yes' || facts?.['remaining'] === undefined)
      throw new Error(`declaration ${entryId}: ${proof.reason ?? verdict}`)
  }
}
