// Message files taken in: bytes kept as they came, and nothing but a coded refusal for whatever is no message file.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HubError } from '../../../src/hub/errors.ts'
import { checkDigests, receiveHeaderForm, receiveMessageFile } from '../../../src/hub/message/decode.ts'
import { hubMessage } from '../../../src/hub/message/hub-message.ts'
import { toBase64url } from '../../../src/hub/values/encoding.ts'

const NOW = Date.parse('2026-11-02T08:00:00.000Z')
const made = hubMessage({
  hub: 'urn:hub:cn:operator:test-hub',
  kind: 'hub.acknowledgement',
  id: '019e0000-0000-7000-8000-000000000001',
  to: [],
  atMs: NOW,
  salt: Buffer.alloc(16, 3),
  body: { a: 1 },
})
const file = {
  payload: toBase64url(made.envelopeBytes),
  signatures: [{ protected: 'e30', signature: 'AA' }],
  body: toBase64url(made.body),
}
const text = JSON.stringify(file)
const CODES = [
  'read',
  'JSON_MALFORMED',
  'JSON_LOSSY',
  'ENVELOPE_MALFORMED',
  'ENCODING_NOT_CANONICAL',
  'SIGNATURE_MISSING',
  'TOO_LARGE',
]

function codeOf(take: () => unknown): string {
  try {
    take()
    return 'read'
  } catch (error) {
    if (error instanceof HubError) return error.code
    throw error
  }
}

describe('receiveMessageFile', () => {
  it('keeps the envelope and body as they came', () => {
    const received = receiveMessageFile(text, NOW)
    expect(received.envelopeBytes).toEqual(made.envelopeBytes)
    expect(received.body).toEqual(made.body)
    expect(received.commitment).toEqual(made.commitment)
    expect(received.receivedAtMs).toBe(NOW)
    expect(() => checkDigests(received)).not.toThrow()
  })
  it('refuses with a code, whatever single character of it is changed, and never takes another envelope for this one', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), (at, by) => {
        const changed = text.slice(0, at) + by + text.slice(at + 1)
        expect(CODES).toContain(
          codeOf(() => {
            const { commitment, envelopeBytes } = receiveMessageFile(changed, NOW)
            expect(commitment.equals(made.commitment)).toBe(envelopeBytes.equals(made.envelopeBytes))
          }),
        )
      }),
      { numRuns: 2_000 },
    )
  })
  it('refuses with a code whatever is in place of a member', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('payload', 'signatures', 'body', 'attachments', 'more'),
        fc.jsonValue(),
        (name, value) => {
          expect(CODES).toContain(codeOf(() => receiveMessageFile(JSON.stringify({ ...file, [name]: value }), NOW)))
        },
      ),
    )
  })
  it('refuses with a code whatever is in place of a member of the envelope', () => {
    const envelope = made.envelope as unknown as Record<string, unknown>
    const names = [...Object.keys(envelope), 'for', 're', 'expires', 'due', 'attachments', 'suites', 'enc']
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
        const payload = toBase64url(Buffer.from(JSON.stringify({ ...envelope, [name]: value })))
        expect(CODES).toContain(codeOf(() => receiveMessageFile(JSON.stringify({ ...file, payload }), NOW)))
      }),
      { numRuns: 500 },
    )
  })
})

describe('receiveHeaderForm', () => {
  it('takes any header or refuses it with a code', () => {
    const part = fc.string({ unit: fc.constantFrom(...'AQgwe30_-=.') })
    fc.assert(
      fc.property(part, (compactJws) => {
        const input = { compactJws, body: made.body, mediaType: 'application/json' }
        expect(CODES).toContain(codeOf(() => receiveHeaderForm(input, NOW)))
      }),
    )
  })
  it('gives the same message as the file', () => {
    const compactJws = `e30.${file.payload}.AA`
    const received = receiveHeaderForm({ compactJws, body: made.body, mediaType: 'application/json' }, NOW)
    expect(received).toEqual(receiveMessageFile(text, NOW))
  })
})
