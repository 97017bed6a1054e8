// The benches by name. Progress goes to standard error; the last line of standard output is JSON.
import { parseArgs } from 'node:util'
import { benchAccept } from './accept.ts'

const USAGE = `usage: npm run -s bench -- <accept|accept-sm2> [--seconds 5] [--runs 5] [--source] [--profile <folder>]

  accept      signed 4 KB declarations (P-256) into one hub, everything on; beside it what the bare platform does
  accept-sm2  the same with an SM2 sender

  --seconds   length of one run
  --runs      how many runs; the median counts
  --source    run the hub from its TypeScript instead of compiled
  --profile   write a CPU profile of the hub into this folder (rates are lower then)
`

const EXIT_USAGE = 64

function readCommand(args: string[]) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seconds: { type: 'string', default: '5' },
      runs: { type: 'string', default: '5' },
      source: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [name] = positionals
  const [seconds, runs] = [Number(values.seconds), Number(values.runs)]
  if (values.help) return undefined
  if (positionals.length !== 1 || (name !== 'accept' && name !== 'accept-sm2')) throw new Error('name one bench')
  if (!(seconds > 0) || !Number.isInteger(runs) || runs < 1) throw new Error('seconds and runs are numbers above 0')
  return {
    suite: name === 'accept' ? ('ES256' as const) : ('SM2SM3' as const),
    seconds,
    runs,
    source: values.source,
    ...(values.profile !== undefined && { profile: values.profile }),
  }
}

let command: ReturnType<typeof readCommand>
try {
  command = readCommand(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${USAGE}`)
  process.exit(EXIT_USAGE)
}
if (command === undefined) process.stdout.write(USAGE)
else await benchAccept(command)
