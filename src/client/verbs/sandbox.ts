// `beibu sandbox <act>`: makes the invented world, and papers and phones to try it with.
import { randomBytes } from 'node:crypto'
import { initSandbox } from '../sandbox.ts'
import { isTrade, type Trade, TRADES } from '../sandbox/trades.ts'
import { UsageError } from '../usage.ts'
import { type CommandIo, EXIT, only, readArgs, show, type Verb } from './verb.ts'

const DEFAULT_LISTEN = '127.0.0.1:7443'

export const sandboxVerb: Verb = {
  name: 'sandbox',
  summary: 'make an invented world to try the hub in: CAs, parties with keys, hub keys',
  help: `beibu sandbox init <dir> [--with <trade>]... [--listen host:port]... [--passphrase text]
beibu sandbox papers <dir>
beibu sandbox phone --as <party folder> --phone <name> --filing <no> --group <no> --out <file>
beibu sandbox sign --as <party folder> --phone <name> --kind <kind> [--to <party>]...
    --out <file> <body file>

Makes a new folder with national CAs (CN in SM2 and P-256, VN, TH), parties with
keys and certificates, the hub's own keys, its seed, its register and trust.json.
Every organisation in it is invented. Key files have mode 0600.

  beibu sandbox init ./sandbox
  beibu sandbox init ./sandbox --with border-market --with ecommerce
                                                  the parties of these trades too
  beibu sandbox init ./sandbox --listen 127.0.0.1:9000
  beibu sandbox init ./sandbox --listen 127.0.0.1:9000 --listen 127.0.0.1:9001
                                                  a hub of two processes; the first is its origin
  BEIBU_PASSPHRASE=secret beibu sandbox init ./sandbox      keys of the parties encrypted

Then:
  beibu serve --sandbox ./sandbox
  ls ./sandbox/parties                                      who you can act as

In <dir>: parties/<name>/ (use it with --as), trust.json (use it with verify --trust),
hub.env (read by serve), register/ (signed entries the hub takes in when it starts).
An existing folder that is not empty is refused: exit 64.

papers writes documents of these trades to <dir>/papers, dated now and numbered in the order
in which they are sent. phone gives out a resident's phone below the party's own CA, and
writes the message that says whose it is, signed by both; sign writes a message that the
phone alone has signed. Both are sent with: beibu submit --as <party folder> --message <file>
docs/walks/ shows it all.`,
  async run(args, io) {
    const [act, ...rest] = args
    if (act === 'init') return init(rest, io)
    if (act === 'papers') return papers(rest, io)
    if (act === 'phone') return (await import('./sandbox-phone.ts')).phone(rest, io)
    if (act === 'sign') return (await import('./sandbox-phone.ts')).sign(rest, io)
    throw new UsageError('say: beibu sandbox init <dir>, or papers, phone, sign. See: beibu sandbox --help')
  },
}

async function init(args: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArgs('sandbox', args, {
    with: { type: 'string', multiple: true },
    listen: { type: 'string', multiple: true },
    passphrase: { type: 'string' },
  })
  const passphrase = values.passphrase ?? io.env['BEIBU_PASSPHRASE']
  const [listen, ...others] = (values.listen ?? [DEFAULT_LISTEN]).map(listenAddress)
  const made = await initSandbox(only('sandbox init', 'folder', positionals), {
    listen: listen!,
    others,
    trades: [...new Set((values.with ?? []).map(trade))],
    randomness: randomBytes,
    clock: Date.now,
    progress: (done) => io.progress(`  ${done}`),
    ...(passphrase === undefined ? {} : { passphrase }),
  })
  show(io, values.json, made, () => [
    `sandbox ready in ${made.dir}`,
    `  start the hub:  beibu serve --sandbox ${made.dir}`,
    `  act as a party: --as ${made.parties[0]!.folder}`,
    `  verify with:    --trust ${made.trust}`,
  ])
  return EXIT.good
}

async function papers(args: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArgs('sandbox', args, {})
  const { writePapers } = await import('../sandbox/papers.ts')
  const files = writePapers(only('sandbox papers', 'folder', positionals), Date.now())
  show(io, values.json, { files }, () => files)
  return EXIT.good
}

function trade(text: string): Trade {
  if (isTrade(text)) return text
  throw new UsageError(`--with takes a trade: ${Object.keys(TRADES).join(' or ')}; got ${text}`)
}

function listenAddress(text: string): string {
  if (!/^(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}$/.test(text))
    throw new UsageError(`--listen takes host:port, got ${text}`)
  return text
}
