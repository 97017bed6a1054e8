// The marks of the stories must be able to fail: a name or string that is hidden in layers of encoding is found.
import { describe, expect, it } from 'vitest'
import { accepted, namesAnywhere, sharedStrings } from '../../../src/client/demo/marks.ts'
import { Timeline } from '../../../src/client/demo/timeline.ts'

const wrap = (text: string): string => Buffer.from(text).toString('base64url')
const bundle = (value: object): Buffer => Buffer.from(JSON.stringify(value))

describe('namesAnywhere', () => {
  it.each([
    ['plain', { note: 'paid by Banyan Bank' }],
    ['in a payload', { payload: wrap('{"from":"Banyan Bank of Somewhere"}') }],
    [
      'in a certificate of a signed header',
      { protected: wrap(JSON.stringify({ x5c: [Buffer.from('0\u0082 O=Banyan Bank, C=CN').toString('base64')] })) },
    ],
  ])('finds a name %s', (_, value) => {
    expect(namesAnywhere(bundle(value), ['Banyan'])).toBe(true)
    expect(namesAnywhere(bundle(value), ['Osmanthus'])).toBe(false)
  })
})

describe('sharedStrings', () => {
  const secret = 'a-commitment-of-the-first-bank'
  it('names the members whose text occurs in the other bundle, however wrapped, but not the checkpoint', () => {
    const first = bundle({
      checkpoint: { note: 'the same for both' },
      message: { commitment: secret },
      list: ['short'],
    })
    const same = bundle({ checkpoint: { note: 'the same for both' }, message: { about: wrap(`x${secret}y`) } })
    const other = bundle({
      checkpoint: { note: 'the same for both' },
      message: { about: wrap('something else entirely') },
    })
    expect(sharedStrings(first, same)).toEqual(['/message/commitment'])
    expect(sharedStrings(first, other)).toEqual([])
  })
})

describe('accepted', () => {
  it('gives the index, or throws what was refused with its findings', () => {
    const findings = [{ code: 'X', path: '/a', message: 'm' }]
    const problem = { code: 'FINDINGS', detail: '1 finding', findings } as never
    expect(accepted({ outcome: 'accepted', index: 7, duplicate: false, receipt: {} as never })).toBe(7)
    expect(() => accepted({ outcome: 'refused', problem })).toThrow('FINDINGS: 1 finding /a X')
  })
})

describe('Timeline', () => {
  it('marks what holds and remembers what does not', () => {
    const lines: string[] = []
    let nowMs = 100
    const line = new Timeline(
      (text) => lines.push(text),
      () => nowMs,
    )
    nowMs = 142.4
    expect(line.check('it holds', true, 'unused')).toBe(true)
    expect(line.check('it does not', false, 'because')).toBe(false)
    expect(lines).toEqual(['     42 ms  ✓ it holds', '     42 ms  ✗ it does not: because'])
    expect(line.failed).toEqual(['it does not: because'])
    expect(line.checks).toBe(2)
  })
})
