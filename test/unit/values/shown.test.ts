// Findings never repeat the identity number of a person, in whatever field it was written.
import { describe, expect, it } from 'vitest'
import { findingsOf } from '../../../src/hub/index.ts'
import { shown } from '../../../src/hub/values/shown.ts'

describe('what a finding shows', () => {
  it.each([
    '450681199001010012',
    ' 450681-19900101 0012',
    '４５０６８１１９９００１０１００１２',
    'EX-450681199001010012-7',
    '1450681199001010012',
  ])('%j is hidden', (text) => {
    expect(shown(text)).toBe('…')
  })

  it.each(['', '450681199001010013', '720820260000000101', '20261105100000', '91450100MA5EXAMP19', '4501960001'])(
    '%j is shown',
    (text) => {
      expect(shown(text)).toBe(text)
    },
  )

  it('has neither in its params nor in its message', () => {
    const finding = findingsOf({ EXAMPLE: { en: '{value} of {count}', zh: '{value} {count}' } })
    expect(finding('EXAMPLE', '/time', { value: '450681199001010012', count: 2 })).toEqual({
      code: 'EXAMPLE',
      path: '/time',
      message: '… of 2',
      params: { value: '…', count: 2 },
    })
  })
})
