// The form of a ledger's evidence: what is written is read again, what is not of the form is refused, and nothing makes the reader fall.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeEvidence, readEvidence, type Evidence } from '../../../../src/crosschain/evidence.ts'
import { HubError } from '../../../../src/hub/index.ts'

const bytes = fc.uint8Array({ maxLength: 80 }).map((one) => Buffer.from(one))
const nodes = fc.array(bytes, { maxLength: 6 })
const headers = fc.array(bytes, { minLength: 1, maxLength: 4 })
const evidences: fc.Arbitrary<Evidence> = fc.oneof(
  fc.record({ headers, state: fc.record({ account: nodes, storage: nodes }) }),
  fc.record({ headers, log: fc.record({ transactionIndex: fc.maxSafeNat(), logIndex: fc.maxSafeNat(), nodes }) }),
)
const state = { headers: [Buffer.from('header')], state: { account: [Buffer.from('a')], storage: [Buffer.from('s')] } }
const log = { headers: state.headers, log: { transactionIndex: 0, logIndex: 1, nodes: [Buffer.from('n')] } }

/** `undefined` if it is read, else the code of the refusal. Fails the test for anything else that is thrown. */
function refusal(given: unknown): string | undefined {
  try {
    readEvidence(given instanceof Uint8Array ? given : Buffer.from(JSON.stringify(given)))
    return undefined
  } catch (error) {
    if (error instanceof HubError) return error.code
    throw error
  }
}
const form = (evidence: Evidence) => JSON.parse(encodeEvidence('evm/qbft', evidence).toString())

describe('evidence', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(evidences, fc.string(), (evidence, family) => {
        expect(readEvidence(encodeEvidence(family, evidence))).toEqual({ family, ...evidence })
      }),
    )
  })

  it('has one spelling: what is read and written again are the same bytes', () => {
    fc.assert(
      fc.property(evidences, (evidence) => {
        const written = encodeEvidence('evm/ibft2', evidence)
        const { family, ...read } = readEvidence(written)
        expect(encodeEvidence(family, read).equals(written)).toBe(true)
      }),
    )
  })

  it.each<[string, object]>([
    ['another version', { ...form(state), v: 2 }],
    ['no version', { ...form(state), v: undefined }],
    ['no family', { ...form(state), family: undefined }],
    ['a family that is no text', { ...form(state), family: 1 }],
    ['no header', { ...form(state), headers: [] }],
    ['headers that are no list', { ...form(state), headers: { 0: 'AA' } }],
    ['a header that is no text', { ...form(state), headers: [1] }],
    ['a member nobody knows', { ...form(state), remark: '' }],
    ['neither state nor log', { ...form(state), state: undefined }],
    ['both state and log', { ...form(state), log: form(log).log }],
    ['a state without storage', { ...form(state), state: { account: [] } }],
    ['a state with more', { ...form(state), state: { account: [], storage: [], code: [] } }],
    ['a state that is a list', { ...form(state), state: [] }],
    ['a state of null', { ...form(state), state: null }],
    ['a log without its place', { ...form(log), log: { nodes: [] } }],
    ['a log with more', { ...form(log), log: { ...form(log).log, more: 1 } }],
    ['a log at -1', { ...form(log), log: { ...form(log).log, logIndex: -1 } }],
    ['a log at 0.5', { ...form(log), log: { ...form(log).log, transactionIndex: 0.5 } }],
    ['a log at a text', { ...form(log), log: { ...form(log).log, logIndex: '1' } }],
    ['a list', []],
    ['257 headers', { ...form(state), headers: Array(257).fill('AA') }],
    ['65 nodes', { ...form(state), state: { account: Array(65).fill('AA'), storage: [] } }],
    ['an item too large', { ...form(state), headers: ['A'.repeat(64 * 1024 * 2)] }],
  ])('is refused with %s', (_, given) => {
    expect(refusal(given)).toBe('ENVELOPE_MALFORMED')
  })

  it('is refused when it is no JSON, or JSON that could be read in two ways', () => {
    const text = encodeEvidence('evm/qbft', state).toString()
    expect(refusal(Buffer.from(text.slice(0, -1)))).toBe('JSON_MALFORMED')
    expect(refusal(Buffer.from(`${text}x`))).toBe('JSON_MALFORMED')
    expect(refusal(Buffer.from(text.replace('{"v":1', '{"v":1,"v":1')))).toMatch(/^JSON_/)
    expect(refusal(Buffer.from([0xff, 0xfe]))).toMatch(/^JSON_/)
    expect(refusal(null)).toBe('ENVELOPE_MALFORMED')
  })

  it('is refused with bytes in another spelling', () => {
    for (const item of ['AB', 'A', 'AA==', 'A A', '+/', 'é'])
      expect(refusal({ ...form(state), headers: [item] })).toBe('ENCODING_NOT_CANONICAL')
  })

  it('takes lists as long as they may be', () => {
    expect(refusal({ ...form(state), headers: Array(64).fill('AA') })).toBeUndefined()
    expect(refusal({ ...form(state), state: { account: Array(64).fill('AA'), storage: [] } })).toBeUndefined()
  })

  it('never falls over what it is given', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (given) => void refusal(given)))
    fc.assert(fc.property(fc.jsonValue(), (given) => void refusal(given)))
    fc.assert(
      fc.property(
        evidences,
        fc.jsonValue(),
        fc.constantFrom('v', 'family', 'headers', 'state', 'log'),
        (one, value, at) => {
          refusal({ ...form(one), [at]: value })
        },
      ),
    )
    expect(refusal(Buffer.from('['.repeat(100_000)))).toMatch(/^JSON_/)
  })
})
