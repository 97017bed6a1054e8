// The reconnect test for as long as wanted: npx tsx test/fault/feed-reconnect-run.ts --minutes 10. The last line is JSON; exit 1 if anything
// was lost or wrong.
import { parseArgs } from 'node:util'
import { faultSeed } from '../support/fault-seed.ts'
import { reconnectRun } from '../support/feed-reconnect.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' } } })
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new Error('--minutes is a number above 0')
const figures = await reconnectRun(faultSeed('feed-reconnect'), minutes * 60)
process.stdout.write(`${JSON.stringify(figures)}\n`)
process.exit(figures.lost === 0 && figures.wrong.length === 0 ? 0 : 1)
