// The form of a case file: a family, whom to trust, headers, perhaps an account's proof. Nothing is judged here.
import { compileSchema, HubError, parseStrictJson } from '../../../hub/index.ts'
import { type Consensus, HEADER_MAX_BYTES, readAs } from './header.ts'
import { readItem, readList } from './rlp.ts'

/** As in the file; hex with or without 0x, in either case. */
export interface CaseForm {
  family: Consensus
  trust: { height: number; hash?: string; validators: string[]; timestampS?: number; trustingPeriodS?: number }
  headers: { height?: number; rlp: string }[]
  accountProof?: { address: string; proof: string | string[] }
  expect?: { storageRoot?: string; codeHash?: string }
  nowS?: number
}

const CASE_MAX_BYTES = 64 * 1024 * 1024
const COUNT = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const WORD = { type: 'string', pattern: '^(0[xX])?[0-9a-fA-F]{64}$' }
const ADDRESS = { type: 'string', pattern: '^(0[xX])?[0-9a-fA-F]{40}$' }
const BYTES = { type: 'string', maxLength: 2 * 1024 * 1024, pattern: '^(0[xX])?[0-9a-fA-F]*$' }
const object = (required: string[], properties: Record<string, unknown>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
})
const listOf = (items: unknown, maxItems: number) => ({ type: 'array', items, maxItems, minItems: 1 })

const findings = compileSchema({
  ...object(['family', 'trust', 'headers'], {
    family: { enum: ['qbft', 'ibft2', 'ibft1'] },
    trust: object(['height', 'validators'], {
      height: COUNT,
      hash: WORD,
      validators: listOf(ADDRESS, 256),
      timestampS: COUNT,
      trustingPeriodS: COUNT,
    }),
    headers: listOf(
      object(['rlp'], { height: COUNT, rlp: { ...BYTES, maxLength: 2 * HEADER_MAX_BYTES + 4 } }),
      100_000,
    ),
    accountProof: object(['address', 'proof'], { address: ADDRESS, proof: { anyOf: [BYTES, listOf(BYTES, 64)] } }),
    expect: object([], { storageRoot: WORD, codeHash: WORD }),
    nowS: COUNT,
  }),
  dependentRequired: { expect: ['accountProof'] },
})

/** Reads a case file strictly. Throws HubError or RangeError. */
export function readCase(bytes: Uint8Array): CaseForm {
  if (bytes.length > CASE_MAX_BYTES) throw new RangeError(`the file is longer than ${CASE_MAX_BYTES} bytes`)
  const form = parseStrictJson(bytes)
  const [first] = findings(form)
  if (first) throw new HubError('ENVELOPE_MALFORMED', `${first.path || '/'} ${first.message}`)
  const { headers, accountProof } = form as CaseForm
  const texts = [...headers.map(({ rlp }) => rlp), ...[accountProof?.proof ?? []].flat()]
  if (texts.some((text) => text.length % 2 !== 0)) throw new RangeError('a value in hex has half a byte')
  return form as CaseForm
}

/** Nodes one by one, or all of them in one RLP list: as they are, or wrapped into strings. Throws ProofRefused. */
export function nodesIn({ proof }: NonNullable<CaseForm['accountProof']>): Uint8Array[] {
  if (Array.isArray(proof)) return proof.map(bytesOf)
  return readAs('PROOF_NODE', () =>
    readList(readItem(bytesOf(proof)), 64).map((item) => (item.list ? item.raw : item.payload)),
  )
}

/** Lower-case hex without 0x. */
export const hex = (text: string): string => text.replace(/^0x/i, '').toLowerCase()
export const bytesOf = (text: string): Buffer => Buffer.from(hex(text), 'hex')
