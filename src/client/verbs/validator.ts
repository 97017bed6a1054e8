// `beibu validator`: a relay validator in the foreground.
import { lockFolder } from '../../hub/journal/sqlite-lock.ts'
import { toBase64url } from '../../hub/values/encoding.ts'
import { readValidatorConfig, startValidator } from '../../crosschain/validator/index.ts'
import { UsageError } from '../usage.ts'
import { EXIT, readArgs, show, type Verb } from './verb.ts'

export const validatorVerb: Verb = {
  name: 'validator',
  summary: 'run a relay validator',
  help: `beibu validator --config <file> [--json]

Runs a relay validator of one party until it is told to stop. Asked for a signature about a
packet, it looks for the packet at its own nodes, verifies headers and proofs from its own
trust root, writes down what it signs, and signs. It signs no second value for one packet.

  beibu validator --config ./validator.json

The file: {"party", "keyFile", "listen", "dataFolder", "ledgers", "lanes"} and, if wanted,
"tokenFile" and "epochs". A ledger: {"family": "evm", "consensus": "qbft" | "ibft2" | "ibft1",
"chainId", "urls", "trust": {"height", "validators", "hash", "timestampS", "trustingPeriodS"},
"contracts": {"gateway": {"address", "codeHash"}}, "deployedAt"}. A lane: its terms, as signed.
Names of files are relative to the configuration. "keyFile" holds 32 bytes in hex.

After two sealed blocks of one height a ledger is frozen: no signature about it leaves until
a person writes a new trust root into the file and starts the validator again.

Says on standard output when it is ready; with --json {"ready":true,"url","party","address",
"possession"}; the last shows that the key is the party's, for a ledger.validator message.`,
  async run(args, io) {
    const { values, positionals } = readArgs('validator', args, { config: { type: 'string' } })
    if (positionals.length > 0) throw new UsageError(`validator takes no arguments, got ${positionals.join(' ')}`)
    if (values.config === undefined) throw new UsageError('--config is needed. See: beibu validator --help')
    const config = readValidatorConfig(values.config)
    const running = await startValidator(config, {
      clock: Date.now,
      lock: lockData,
      onFault: (error) => io.progress(error instanceof Error ? error.message : String(error)),
    })
    try {
      const { party } = config
      const { url, validator, possession } = running
      const ready = { ready: true, url, party, address: validator.address, possession: toBase64url(possession) }
      show(io, values.json, ready, () => [
        `validator ${validator.address} of ${party} at ${url}, ${validator.state().signed} signed; stop it with Ctrl-C`,
      ])
      if (!io.stop.aborted) await new Promise((stopped) => io.stop.addEventListener('abort', stopped, { once: true }))
      return EXIT.good
    } finally {
      await running.close()
    }
  },
}

function lockData(folder: string): () => void {
  try {
    return lockFolder(folder)
  } catch (cause) {
    throw new Error(`another validator runs on the data folder ${folder}; one process at a time can sign from it`, {
      cause,
    })
  }
}
