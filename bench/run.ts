// The benches by name. Progress goes to standard error; the last line of standard output is JSON.
import { parseArgs } from 'node:util'
import { benchAccept } from './accept.ts'
import { benchCheck } from './check.ts'
import { benchClusterAccept } from './cluster-accept.ts'
import { benchClusterSize } from './cluster-size.ts'
import { benchFanout } from './fanout.ts'
import { benchHandover } from './handover.ts'
import { benchPush } from './push.ts'
import { benchQbftHeaders } from './qbft-headers.ts'
import { benchReceiptProofs } from './receipt-proofs.ts'
import { benchRelay } from './relay.ts'
import { benchReplay } from './replay.ts'
import { benchScale } from './scale.ts'
import { benchVerifyLog } from './verify-log.ts'

const USAGE = `usage: npm run -s bench -- <accept|accept-sm2> [--seconds 5] [--runs 5] [--source] [--profile <folder>]

  accept      signed 4 KB declarations (P-256) into one hub, everything on; beside it what the bare platform does
  accept-sm2  the same with an SM2 sender
  push        from accepted to received on a socket at 1,000 messages/s, alone and beside 1,000 sockets that do not read
  fanout      one item of 1 KB to 5,000 sockets: of 50 parties, then of 5,000
  replay      a feed nobody has read yet over one socket, items of 1 KB and of 4 KB
  check       45,000 enquiries about declarations of a large journal, answers signed, while others write to it
  scale       taking in and proving with millions of entries, beside ten thousand
  verify-log  a whole exported log verified offline
  cluster-accept  what a message costs with 1, 2 and 3 hub processes over one store (npm run services:up); with --entries, what it costs
                  with a journal of so many beside one of ten thousand
  handover        kill -9 of the process that appends under load: how long until the next message is accepted
  relay           packets from one ledger to another, in blocks; their cost with 100 and with many queued (--entries 10000)
  qbft-headers    headers of a QBFT chain verified one after another on one core
  receipt-proofs  logs proved under a block's receipts root on one core

  --seconds   length of one run
  --runs      how many runs; the median counts
  --source    run the hub from its TypeScript instead of compiled
  --entries   how large a journal check, scale, verify-log and cluster-accept fill first (1150000, 2760000, 1150000, none)
  --keep      keep the filled journal under data/bench-filled, and use the one that is there
  --profile   write a CPU profile of the hub into this folder (rates are lower then)
`

const EXIT_USAGE = 64

interface LargeOptions {
  entries: number | undefined
  seconds: number
  runs: number
  source: boolean
  keep: boolean
  profile?: string
}

/** Benches of pushing, and benches on a large journal. */
const LARGE: Record<string, (options: LargeOptions) => Promise<void>> = {
  check: ({ entries = 1_150_000, ...rest }) => benchCheck({ entries, count: 45_000, ...rest }),
  scale: ({ entries = 2_760_000, ...rest }) => benchScale({ entries, ...rest }),
  push: ({ seconds, profile }) => benchPush({ seconds, ...(profile !== undefined && { profile }) }),
  fanout: ({ runs, profile }) => benchFanout({ runs, ...(profile !== undefined && { profile }) }),
  replay: ({ runs, profile }) => benchReplay({ runs, ...(profile !== undefined && { profile }) }),
  'verify-log': ({ entries = 1_150_000, ...rest }) => benchVerifyLog({ entries, ...rest }),
  'cluster-accept': ({ entries, ...rest }) =>
    entries === undefined ? benchClusterAccept(rest) : benchClusterSize({ entries, ...rest }),
  handover: ({ source }) => benchHandover({ source }),
  relay: ({ entries = 10_000 }) => benchRelay({ packets: 40, queued: entries }),
  'qbft-headers': async ({ seconds, runs }) => benchQbftHeaders({ seconds, runs }),
  'receipt-proofs': ({ seconds, runs }) => benchReceiptProofs({ seconds, runs }),
}

function readCommand(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '5' },
      runs: { type: 'string', default: '5' },
      source: { type: 'boolean', default: false },
      entries: { type: 'string' },
      keep: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [name] = positionals
  const [seconds, runs] = [Number(values.seconds), Number(values.runs)]
  if (values.help) return undefined
  const large = name === undefined ? undefined : LARGE[name]
  if (positionals.length !== 1 || (!large && name !== 'accept' && name !== 'accept-sm2'))
    throw new Error('name one bench')
  if (!(seconds > 0) || !Number.isInteger(runs) || runs < 1) throw new Error('seconds and runs are numbers above 0')
  const entries = values.entries === undefined ? undefined : Number(values.entries)
  if (entries !== undefined && !(Number.isInteger(entries) && entries > 0))
    throw new Error('entries is a number above 0')
  const { source, keep, profile } = values
  const options = { seconds, runs, source, ...(profile !== undefined && { profile }) }
  if (large) return () => large({ ...options, keep, entries })
  return () => benchAccept({ ...options, suite: name === 'accept' ? 'ES256' : 'SM2SM3' })
}

let command: ReturnType<typeof readCommand>
try {
  command = readCommand(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${USAGE}`)
  process.exit(EXIT_USAGE)
}
if (command === undefined) process.stdout.write(USAGE)
else await command()
