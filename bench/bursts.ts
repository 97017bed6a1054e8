// Bursts: the same messages to the hub and to the baseline, with what each server spent on them.
import { join } from 'node:path'
import { clientOf, openPartyFolder } from '../src/client/party-folder.ts'
import type { LoadJob, LoadResult } from './load-job.ts'
import { partyFolder, type Place, SUBSCRIBED } from './place.ts'
import { cpuOf, type Generator } from './processes.ts'
import { median, round, tell } from './report.ts'
import { bindSheaf } from './sheaf.ts'

export const CONNECTIONS = 64

/** A burst as the generator saw it, and what the server under test spent on each message. */
export interface Burst extends LoadResult {
  mainUs?: number
  allUs?: number
}

type Burden = Pick<LoadJob, 'seconds'> & Partial<Pick<LoadJob, 'perSecond' | 'token' | 'repeat'>>

/** `burst` signs a new sheaf and sends it to the hub; `again` sends the last sheaf elsewhere, where nothing is kept. */
export async function burster(place: Place, generator: Generator, hubPid: number) {
  const client = clientOf({
    card: { ...openPartyFolder(partyFolder(place, SUBSCRIBED)).card, party: place.sender.party },
    identity: { party: place.sender.party, signer: place.sender.signer, path: [place.sender.certificateDer] },
  })
  const file = join(place.dir, 'messages.jws')
  let items = 0
  let sheaf: LoadJob['sheaf'] | undefined
  const again = async ({ pid, ...job }: Burden & Pick<LoadJob, 'port' | 'path'> & { pid: number }): Promise<Burst> => {
    const before = cpuOf(pid)
    const result = await generator.ask<LoadResult>({ type: 'load', connections: CONNECTIONS, sheaf: sheaf!, ...job })
    const after = cpuOf(pid)
    if (!before || !after) return result
    const each = (member: keyof typeof after): number => (after[member] - before[member]) / result.created
    return { ...result, mainUs: each('mainUs'), allUs: each('allUs') }
  }
  const burst = async (count: number, burden: Burden): Promise<Burst> => {
    tell(`signing ${count} declarations`)
    sheaf = await bindSheaf(file, place.sender, place.to, place.serial, count)
    place.serial += count
    const token = await client.token('api')
    const result = await again({ port: place.port, path: '/v1/messages', token, pid: hubPid, ...burden })
    items += result.created
    // Every message taken must reach the subscriber before the next burst begins.
    await generator.ask({ type: 'await-items', least: items })
    return result
  }
  return { burst, again }
}

/** A burst in one line. */
export function said({ perSecond, p50Ms, p99Ms, maxMs, generatorCpu, mainUs, allUs }: Burst): string {
  const cost =
    mainUs === undefined ? '' : `, ${round(mainUs)} us of the main thread and ${round(allUs!)} us in all each`
  const latency = `p50 ${round(p50Ms, 1)} ms, p99 ${round(p99Ms, 1)} ms, max ${round(maxMs)} ms`
  return `${round(perSecond)}/s, ${latency}${cost}; generator ${round(generatorCpu * 100)} % of a core`
}

/** Processor time per message, hub and baseline; nothing where the system does not tell. */
export function cost(taken: readonly Burst[], bare: readonly Burst[]): Record<string, number> {
  const of = (bursts: readonly Burst[], member: 'mainUs' | 'allUs'): number =>
    round(median(bursts.map((burst) => burst[member] ?? 0)))
  if (taken[0]?.mainUs === undefined) return {}
  return {
    mainThreadUs: of(taken, 'mainUs'),
    allThreadsUs: of(taken, 'allUs'),
    baselineMainThreadUs: of(bare, 'mainUs'),
    baselineAllThreadsUs: of(bare, 'allUs'),
  }
}
