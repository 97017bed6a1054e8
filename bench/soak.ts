// soak: one hub for an hour under a steady mixture of what clients do: messages, the same again, refusals, documents with findings, enquiries,
// pulls, and sockets that come and go. Prints a line a minute; at the end, whether anything was lost and how the memory has moved.
// Run by hand: npx tsx bench/soak.ts --minutes 60
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { composeMessage, type ComposedMessage } from '../src/client/compose.ts'
import type { HubClient, Submitted } from '../src/client/hub-client.ts'
import { clientOf, openPartyFolder } from '../src/client/party-folder.ts'
import type { CustomsDeclaration } from '../schemas/types.d.ts'
import { stopSm2Workers } from '../src/hub/identity/suites/index.ts'
import { compileHub } from './compiled.ts'
import { declarationForm, writeSerial } from './declaration.ts'
import { Follower } from './follower.ts'
import { partyFolder, type Place, prepare, SUBSCRIBED } from './place.ts'
import { startHub } from './processes.ts'
import { machine, round, tell } from './report.ts'

/** How many of a hundred acts are of which sort; the rest are new declarations. */
const OF_A_HUNDRED = { again: 12, refused: 8, findings: 5, enquiry: 5, pull: 5 } as const
const RECENT_MAX = 2_000
const VISITS_MS = 4_000
const VISIT_MS = 15_000
const MEMORY_MS = 5_000
const CHECKED = 2_000

type Sort = keyof typeof OF_A_HUNDRED | 'accept'

/** What was accepted, as it has to be found again. */
interface Taken {
  id: string
  index: number
}

/** What happened in a stretch of time. */
class Tally {
  readonly latencies: number[] = []
  readonly counts: Record<Sort | 'failed' | 'visits', number> = {
    ...{ accept: 0, again: 0, refused: 0, findings: 0, enquiry: 0, pull: 0 },
    ...{ failed: 0, visits: 0 },
  }

  at(part: number): number {
    const sorted = Float64Array.from(this.latencies).sort()
    return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0, 2)
  }
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    rate: { type: 'string', default: '200' },
    source: { type: 'boolean', default: false },
  },
})
const [minutes, perSecond] = [Number(values.minutes), Number(values.rate)]
if (!(minutes > 0) || !(perSecond > 0)) throw new Error('--minutes and --rate are numbers above 0')
await soak(minutes, perSecond, values.source)

async function soak(minutes: number, perSecond: number, source: boolean): Promise<void> {
  const place = await prepare('ES256', 'soak')
  const main = source ? new URL('../src/main.ts', import.meta.url).pathname : compileHub(join(place.dir, 'built'))
  const envFile = join(place.dir, 'sandbox', 'hub.env')
  const hub = await startHub({ main, envFile, url: place.url, log: join(place.dir, 'hub.log') })
  try {
    await new Soak(place, hub.pid).run(minutes, perSecond, source)
  } finally {
    await hub.close()
    await stopSm2Workers()
    place.remove()
  }
}
