// `beibu ledger verify`: judges recorded headers and blocks offline, by the same rules the hub judges live ones.
import { UsageError } from '../usage.ts'
import { readInput } from './input.ts'
import { type CommandIo, EXIT, only, readArgs } from './verb.ts'

const OPTIONS = { family: { type: 'string' }, blockfile: { type: 'string' } } as const

/** `ledger verify <case.json>`, or `--family fabric --blockfile <file>`. Prints the verdict as JSON. Exit: 0 verified, 1 refused or frozen. */
export async function ledgerVerify(args: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArgs('ledger', args, OPTIONS)
  const verdict =
    values.family === undefined && values.blockfile === undefined
      ? await headersVerdict(only('ledger', 'case file', positionals))
      : await blocksVerdict(values, positionals)
  io.out(JSON.stringify(verdict, null, values.json === true ? undefined : 2))
  return verdict.verdict === 'verified' ? EXIT.good : EXIT.refused
}

async function headersVerdict(file: string) {
  const { verifyCase } = await import('../../crosschain/ledgers/evm/case.ts')
  return verifyCase(readInput(file))
}

async function blocksVerdict(values: { family?: string; blockfile?: string }, positionals: readonly string[]) {
  const { family, blockfile } = values
  if (family !== 'fabric')
    throw new UsageError(`--family is fabric; a case file says its own. See: beibu ledger --help`)
  if (blockfile === undefined || positionals.length > 0)
    throw new UsageError('blocks of fabric are verified with --family fabric --blockfile <file>')
  const { verifyBlockFile } = await import('../../crosschain/ledgers/fabric/index.ts')
  return verifyBlockFile(readInput(blockfile))
}
