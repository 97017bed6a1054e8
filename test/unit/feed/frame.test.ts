import { describe, expect, it } from 'vitest'
import * as fc from 'fast-check'
import { FRAME_MAX_BYTES, readFrame } from '../../../src/hub/feed/frame.ts'
import { HubError } from '../../../src/hub/errors.ts'

const read = (value: unknown) => readFrame(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))
const CODES = new Set(['FRAME_MALFORMED', 'FRAME_TOO_LARGE'])

describe('client frames', () => {
  it.each([
    [{ type: 'auth', token: 't' }],
    [{ type: 'subscribe', name: 'desk', credit: 0 }],
    [
      {
        type: 'subscribe',
        name: 'desk',
        credit: 5,
        after: 3,
        filter: { kinds: ['customs.release'] },
        view: 'supervision',
      },
    ],
    [{ type: 'subscribe', name: 'desk', credit: 5, filter: {} }],
    [{ type: 'ack', name: 'desk', ids: [1, 2] }],
    [{ type: 'credit', name: 'desk', n: 1 }],
    [{ type: 'unsubscribe', name: 'desk' }],
    [{ type: 'heartbeat' }],
  ])('are read as they are: %j', (frame) => {
    expect(read(frame)).toEqual(frame)
  })

  it('may have 64 KB and no more', () => {
    const frame = (bytes: number): string => `{"type":"heartbeat"${' '.repeat(bytes - 20)}}`
    expect(read(frame(FRAME_MAX_BYTES))).toEqual({ type: 'heartbeat' })
    expect(() => read(frame(FRAME_MAX_BYTES + 1))).toThrow(/^FRAME_TOO_LARGE/)
  })

  it('are refused with a frame code, whatever the bytes', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record(
          {
            type: fc.constantFrom('auth', 'subscribe', 'ack', 'credit', 'unsubscribe', 'heartbeat'),
            name: fc.jsonValue(),
            credit: fc.jsonValue(),
            ids: fc.jsonValue(),
          },
          { requiredKeys: ['type'] },
        )
        .map((value) => Buffer.from(JSON.stringify(value))),
    )
    fc.assert(
      fc.property(anything, (bytes) => {
        try {
          const frame = readFrame(bytes)
          expect(typeof frame.type).toBe('string')
        } catch (refusal) {
          expect(refusal).toBeInstanceOf(HubError)
          expect(CODES.has((refusal as HubError).code)).toBe(true)
        }
      }),
      { numRuns: 3000 },
    )
  })
})
