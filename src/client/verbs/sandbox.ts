// `beibu sandbox init <dir>`: makes the invented world.
import { randomBytes } from 'node:crypto'
import { initSandbox } from '../sandbox.ts'
import { UsageError } from '../usage.ts'
import { EXIT, only, readArgs, show, type Verb } from './verb.ts'

const DEFAULT_LISTEN = '127.0.0.1:7443'

export const sandboxVerb: Verb = {
  name: 'sandbox',
  summary: 'make an invented world to try the hub in: CAs, parties with keys, hub keys',
  help: `beibu sandbox init <dir> [--listen host:port]... [--passphrase text] [--json]

Makes a new folder with national CAs (CN in SM2 and P-256, VN, TH), parties with
keys and certificates, the hub's own keys, its seed, its register and trust.json.
Every organisation in it is invented. Key files have mode 0600.

  beibu sandbox init ./sandbox
  beibu sandbox init ./sandbox --listen 127.0.0.1:9000
  beibu sandbox init ./sandbox --listen 127.0.0.1:9000 --listen 127.0.0.1:9001
                                                  a hub of two processes; the first is its origin
  BEIBU_PASSPHRASE=secret beibu sandbox init ./sandbox      keys of the parties encrypted

Then:
  beibu serve --sandbox ./sandbox
  ls ./sandbox/parties                                      who you can act as

In <dir>: parties/<name>/ (use it with --as), trust.json (use it with verify --trust),
hub.env (read by serve), register/ (signed entries the hub takes in when it starts).
An existing folder that is not empty is refused: exit 64.`,
  async run(args, io) {
    const [sub, ...rest] = args
    if (sub !== 'init') throw new UsageError('say: beibu sandbox init <dir>. See: beibu sandbox --help')
    const { values, positionals } = readArgs('sandbox', rest, {
      listen: { type: 'string', multiple: true },
      passphrase: { type: 'string' },
    })
    const passphrase = values.passphrase ?? io.env['BEIBU_PASSPHRASE']
    const [listen, ...others] = (values.listen ?? [DEFAULT_LISTEN]).map(listenAddress)
    const made = await initSandbox(only('sandbox init', 'folder', positionals), {
      listen: listen!,
      others,
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
  },
}

function listenAddress(text: string): string {
  if (!/^(?:[A-Za-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}$/.test(text))
    throw new UsageError(`--listen takes host:port, got ${text}`)
  return text
}
