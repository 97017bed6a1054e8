// `beibu ledger <act>`: connecting a ledger, looking at those connected, and verifying headers and blocks offline.
import type { LedgerTrust } from '../../../schemas/types.d.ts'
import type { ShownLedger } from '../../crosschain/shown.ts'
import { UsageError } from '../usage.ts'
import { actingParty, clientFor } from './acting.ts'
import { readJsonInput } from './input.ts'
import { initWith } from './ledger-init.ts'
import { type ActingValues, submitAct } from './signed-act.ts'
import { ACTING, type CommandIo, EXIT, readArgs, show, type Verb } from './verb.ts'

const OPTIONS = {
  ...ACTING,
  file: { type: 'string' },
  ledger: { type: 'string' },
  rpc: { type: 'string' },
  'chain-id': { type: 'string' },
  'key-file': { type: 'string' },
  consensus: { type: 'string' },
  validator: { type: 'string', multiple: true },
  threshold: { type: 'string' },
  height: { type: 'string' },
  out: { type: 'string' },
  sequence: { type: 'string' },
} as const
type Given = ActingValues & {
  [Name in Exclude<keyof typeof OPTIONS, 'validator' | keyof ActingValues>]?: string | undefined
} & {
  validator?: string[] | undefined
}

export const ledgerVerb: Verb = {
  name: 'ledger',
  summary: 'connect ledgers, look at them, verify their headers offline',
  help: `beibu ledger <act> [options] [--json]

  verify <case.json>                    headers of QBFT, IBFT 2.0 or IBFT 1, offline
  verify --family fabric --blockfile <file>
                                        blocks of Hyperledger Fabric, offline
  status --as <party folder>            ledgers the hub knows, how far it has followed them
  init   --rpc <url> --chain-id <n> --key-file <file> --ledger <urn> --out <trust.json>
         --validator <address>... --threshold <k> [--consensus qbft|ibft2|ibft1] [--height <n>]
                                        deploys gateway and notary contracts, and writes what is
                                        to be signed: block, its validators, contracts, code
  hub    --ledger <urn> --out <trust.json> --as <party folder at the other hub>
                                        the same for another hub, whose log is a ledger
  trust  --file <trust.json> --as <party folder>
                                        signs it; in force once the authority of the ledger's
                                        country and the hub's operator both have

init believes the node it asks: read what it wrote before you sign it. --validator names the
relay validators (not those of the chain), --key-file the account that pays: 64 hex characters.

  beibu ledger init --rpc http://127.0.0.1:7545 --chain-id 7201 --key-file relay.key --threshold 2 \\
    --ledger urn:hub:cn:ledger:red-river --validator 5aae... --validator fb69... --out red.json
  beibu ledger trust --file red.json --as sandbox/parties/hub-operator
  beibu ledger verify headers.json

Exit of verify: 0 verified, 1 refused or frozen.`,
  async run(args, io) {
    const [act, ...rest] = args
    if (act === 'verify') return (await import('./ledger-verify.ts')).ledgerVerify(rest, io)
    const { values, positionals } = readArgs('ledger', rest, OPTIONS)
    if (positionals.length > 0) throw new UsageError(`ledger ${act} takes no arguments. See: beibu ledger --help`)
    if (act === 'status') return status(values, io)
    if (act === 'trust') return trust(values, io)
    if (act === 'init') return initWith(values, io)
    if (act === 'hub') return (await import('./ledger-hub.ts')).hubTrust(values, io)
    throw new UsageError(`ledger takes an act: verify, status, init, hub or trust. See: beibu ledger --help`)
  },
}

async function status(values: Given, io: CommandIo): Promise<number> {
  const { ledgers } = await clientFor(actingParty(values, io), values.url).ledgers()
  for (const ledger of ledgers) show(io, values.json, ledger, () => ledgerLines(ledger))
  if (ledgers.length === 0 && values.json !== true) io.out('no ledgers')
  return EXIT.good
}

function ledgerLines({ ledger, trust: known, proposedBy, frozen, connection }: ShownLedger): string[] {
  return [
    `${ledger}  ${frozen ? 'FROZEN' : known ? `${known.consensus}, chain ${known.chainId}` : 'not in force'}`,
    ...(known ? [`  trusted   from block ${known.root.height}, ${known.root.validators.length} validators`] : []),
    ...(proposedBy ? [`  proposed  by the ${proposedBy}; the other has to sign`] : []),
    ...(connection
      ? [
          `  followed  to block ${connection.verified ?? 'none'} of ${connection.height ?? 'unknown'}, ${connection.headers} headers kept`,
          ...(connection.account
            ? [
                `  account   ${connection.account}, funds ${connection.funds ?? 'unknown'}, ${connection.gasUsed} gas used`,
              ]
            : []),
          ...(connection.fault ? [`  FAULT     ${connection.fault}`] : []),
        ]
      : []),
  ]
}

async function trust(values: Given, io: CommandIo): Promise<number> {
  if (values.file === undefined) throw new UsageError('which trust? Give --file <trust.json>, as ledger init writes it')
  const body = readJsonInput(values.file) as LedgerTrust
  return submitAct('ledger.trust', body, values, io, (index) => ({
    value: { ledger: body.ledger, sequence: body.sequence },
    line: `trust ${body.sequence} in ${body.ledger} is signed by this side, entry ${index}`,
  }))
}
