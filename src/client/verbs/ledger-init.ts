// `beibu ledger init`: what it is called with, checked before anything is deployed and paid for.
import { existsSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Consensus } from '../../crosschain/ledgers/evm/header.ts'
import { UsageError } from '../usage.ts'
import { readInput } from './input.ts'
import { type CommandIo, EXIT, show, wholeNumber } from './verb.ts'

interface InitValues {
  ledger?: string | undefined
  rpc?: string | undefined
  'chain-id'?: string | undefined
  'key-file'?: string | undefined
  consensus?: string | undefined
  validator?: string[] | undefined
  threshold?: string | undefined
  height?: string | undefined
  out?: string | undefined
  sequence?: string | undefined
  json?: boolean | undefined
}
type Needed = 'rpc' | 'chain-id' | 'key-file' | 'ledger' | 'out' | 'threshold'

const LEDGER = /^urn:hub:[a-z]{2}:ledger:[a-z0-9][a-z0-9._-]{0,63}$/

/** Deploys and writes what is to be signed. Throws UsageError before anything has been deployed. */
export async function initWith(values: InitValues, io: CommandIo): Promise<number> {
  const need = (name: Needed): string => {
    const value = values[name]
    if (value === undefined) throw new UsageError(`ledger init needs --${name}`)
    return value
  }
  const out = need('out')
  if (!existsSync(dirname(out))) throw new UsageError(`--out: there is no folder ${dirname(out)}`)
  const options = {
    ledger: ledgerOf(need('ledger')),
    url: urlOf(need('rpc')),
    chainId: wholeNumber(need('chain-id'), '--chain-id'),
    key: keyIn(need('key-file')),
    consensus: consensusOf(values.consensus ?? 'qbft'),
    ...signersOf(values.validator ?? [], wholeNumber(need('threshold'), '--threshold')),
    sequence: wholeNumber(values.sequence ?? '1', '--sequence'),
    ...(values.height !== undefined && { height: wholeNumber(values.height, '--height') }),
  }
  const { initLedger } = await import('../../crosschain/ledgers/evm/init.ts')
  const body = await initLedger({ ...options, tell: (line) => io.progress(line) })
  writeFileSync(out, `${JSON.stringify(body, null, 2)}\n`)
  show(io, values.json, body, () => [
    `${out}: block ${body.root.height} with ${body.root.validators.length} validators, gateway ${body.gateway.address}`,
    'read it, then sign it: beibu ledger trust --file ... --as ...',
  ])
  return EXIT.good
}

function ledgerOf(text: string): string {
  if (!LEDGER.test(text)) throw new UsageError(`--ledger is a URN such as urn:hub:cn:ledger:red-river, not ${text}`)
  return text
}

/** What is wrong is not shown: a URL may hold a password. */
function urlOf(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) throw new UsageError('--rpc is no http or https URL')
  return text
}

function keyIn(path: string): Buffer {
  const text = readInput(path).toString().trim().replace(/^0x/, '')
  if (!/^[0-9a-fA-F]{64}$/.test(text)) throw new UsageError(`${path} is no key of 32 bytes in hex`)
  return Buffer.from(text, 'hex')
}

function consensusOf(text: string): Consensus {
  if (text === 'qbft' || text === 'ibft2' || text === 'ibft1') return text
  throw new UsageError(`--consensus is qbft, ibft2 or ibft1, not ${text}`)
}

/** The gateway takes no other set; it would only say so after the fact. */
function signersOf(given: readonly string[], threshold: number): { validators: string[]; threshold: number } {
  if (given.length === 0) throw new UsageError('ledger init needs --validator <address>, once for each relay validator')
  const wrong = given.find((text) => !/^(0x)?[0-9a-fA-F]{40}$/.test(text))
  if (wrong !== undefined) throw new UsageError(`--validator takes an address of 40 hex characters, not ${wrong}`)
  const validators = given.map((text) => text.replace(/^0x/, '').toLowerCase())
  if (new Set(validators).size < validators.length) throw new UsageError('--validator names one address twice')
  if (threshold < 1 || threshold > validators.length)
    throw new UsageError(`--threshold is from 1 to ${validators.length}, the number of --validator given`)
  return { validators, threshold }
}
