// `beibu enquire`: asks the hub what it knows (whether a document shown to us is the one filed here, and more), and keeps the signed answer.
import { writeFileSync } from 'node:fs'
import type { Attestation } from '../../hub/evidence/attestation.ts'
import { isSuiteName } from '../../hub/identity/suites/index.ts'
import { enquire } from '../enquiry.ts'
import { UsageError } from '../usage.ts'
import { readInput } from './input.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, EXIT, only, readArgs, show, type Verb } from './verb.ts'

const EXITS = { yes: EXIT.good, no: EXIT.refused, unknown: EXIT.unknown } as const

/** The enquiry that has options of its own; any other is asked by its name with its question as JSON. */
const DECLARATION = { enquiry: 'customs.declaration', v: 1 }

const OPTIONS = {
  ...ACTING,
  entry: { type: 'string' },
  consignor: { type: 'string' },
  amount: { type: 'string' },
  currency: { type: 'string' },
  commitment: { type: 'string' },
  question: { type: 'string' },
  suite: { type: 'string', multiple: true },
  trust: { type: 'string' },
  out: { type: 'string' },
} as const

export const enquireVerb: Verb = {
  name: 'enquire',
  summary: 'ask whether a declaration is genuine, what is left of it, how a quota was split',
  help: `beibu enquire declaration --as <party folder> --entry <number>
      (--consignor <code> --amount <total> --currency <code> | --commitment <hex>)
beibu enquire <enquiry> --as <party folder> --question <file or ->

A bank shows what it holds of a declaration (the consignor's credit code and the declared
total, or the commitment of the message itself) and is told whether it is the one filed
here, its state, and what can still be financed. The hub signs the answer.

  beibu enquire declaration --as sandbox/parties/nanning-bank --entry 720120260000000031 \\
    --consignor 91450100MA5EXAMP19 --amount 320000.00 --currency USD \\
    --trust sandbox/trust.json --out answer.json
  beibu verify answer.json --trust sandbox/trust.json

Any enquiry of the hub (GET /v1/enquiries lists them with their schemas) is asked by its
name, with its question as JSON: how a declaration of border trade was split, what of an
import is still to be paid, whether a name is on a sanctions list.

  echo '{"declarationNo":"BT7207-20261121-045"}' |
    beibu enquire customs.border-trade --as group --question -

With --trust (or BEIBU_TRUST) the signature is verified by the hub's keys before anything is
believed. --suite SM2SM3 has the answer signed in that suite. unknown does not say whether
there is such a number: what was shown did not fit, or the hub never had it.
Exit: 0 yes, 1 no (cancelled, or amended since), 2 unknown.`,
  async run(args, io) {
    const { values, positionals } = readArgs('enquire', args, OPTIONS)
    const subject = only('enquire', 'subject', positionals)
    const suites = values.suite ?? []
    if (!suites.every(isSuiteName)) throw new UsageError('--suite is ES256, EdDSA or SM2SM3')
    const trust = values.trust ?? (io.env['BEIBU_TRUST'] || undefined)
    const about =
      subject === 'declaration' ? { ...DECLARATION, question: questionOf(values) } : askedOf(subject, values.question)
    const asked = { ...about, ...(suites.length > 0 && { suites }) }
    const client = clientFor(actingParty(values, io), values.url)
    const { bytes, proof } = await enquire(client, asked, trust === undefined ? undefined : readInput(trust))
    if (values.out !== undefined) writeFileSync(values.out, bytes)
    const { attestation } = proof
    if (attestation === undefined) throw new Error(`the answer of the hub cannot be believed: ${proof.reason}`)
    show(io, values.json, proof, () => linesOf(attestation))
    if (proof.proof !== 'verified') io.progress(`not verified: ${proof.reason}; give --trust <file> or set BEIBU_TRUST`)
    // An answer of a hub that the trust file does not know is worth nothing to the one who gave it.
    return proof.proof !== 'verified' && trust !== undefined ? EXIT.unknown : EXITS[attestation.verdict]
  },
}

/** An enquiry by its name; the question as it is: the hub says what is wrong with it. */
function askedOf(enquiry: string, file: string | undefined) {
  if (file === undefined)
    throw new UsageError('what is the question? Give it as JSON with --question <file or ->, or enquire declaration')
  try {
    return { enquiry, v: 1, question: JSON.parse(readInput(file).toString('utf8')) as object }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new UsageError(`${file} is not JSON: ${error.message}`)
  }
}

function questionOf(
  given: { [name in 'entry' | 'consignor' | 'amount' | 'currency' | 'commitment']?: string | undefined },
) {
  const { entry: entryId, consignor, amount, currency, commitment } = given
  if (entryId === undefined) throw new UsageError('which declaration? Give its number with --entry')
  if (commitment !== undefined) return { entryId, shown: { messageCommitment: commitment } }
  if (consignor === undefined || amount === undefined || currency === undefined)
    throw new UsageError('show what you hold: --consignor, --amount and --currency together, or --commitment')
  return { entryId, shown: { consignor, declared: { amount, currency } } }
}

/** The answer for people: the verdict, then each fact. */
function linesOf({ verdict, at, size, facts = {} }: Attestation): string[] {
  const rows = [
    ['verdict', verdict],
    ...Object.entries(facts).map(([name, value]) => [name, lineOf(value)] as const),
    ['answered', `${at}, journal of ${size} entries`],
  ] as const
  const width = Math.max(10, ...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `${name.padEnd(width)} ${value}`)
}

/** A fact within a line: values one after the other, and of a list each row with the names of its members. */
function lineOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(rowOf).join('; ')
  return typeof value === 'object' && value !== null ? Object.values(value).map(lineOf).join(' ') : String(value)
}

const rowOf = (row: unknown): string =>
  typeof row === 'object' && row !== null
    ? Object.entries(row)
        .map(([name, value]) => `${name} ${lineOf(value)}`)
        .join(', ')
    : String(row)
