// A million spoilt inputs over all parsers, part one: JSON, envelopes, message files, JWS and frames of the feed.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readFrame } from '../../src/hub/feed/frame.ts'
import { readCompact, readProtected } from '../../src/hub/identity/jws.ts'
import { readEnvelope, receiveHeaderForm, receiveMessageFile } from '../../src/hub/message/decode.ts'
import { parseStrictJson } from '../../src/hub/message/strict-json.ts'
import { FUZZ_INPUTS, fuzz } from '../support/fuzz.ts'

const FIXTURES = new URL('../../fixtures/', import.meta.url)
const TIMEOUT_MS = 240_000
interface Line {
  payload: string
  protected: string
  signature: string
}
const { lines } = JSON.parse(readFileSync(new URL('vectors/signing.json', FIXTURES), 'utf8')) as { lines: Line[] }
const envelopes = lines.map(({ payload }) => Buffer.from(payload, 'base64url'))
const bodies = ['customs', 'tradefinance', 'hub'].flatMap((room) =>
  readdirSync(new URL(`${room}/valid/`, FIXTURES))
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(new URL(`${room}/valid/${name}`, FIXTURES)))
    .filter(({ length }) => length < 3_000),
)

describe('a million inputs', () => {
  it('are what the parsers get between them', () => {
    expect(Object.values(FUZZ_INPUTS).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(1_000_000)
  })

  it(
    'strict JSON: reads what JSON.parse reads, or refuses with a code',
    async () => {
      const tally = await fuzz('json', [...bodies, ...envelopes], parseStrictJson, (value, bytes) => {
        // What is accepted lost nothing: written and read again it is the same.
        expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(bytes.toString())))
      })
      expect(Object.keys(tally).sort()).toEqual(['JSON_LOSSY', 'JSON_MALFORMED', 'read'])
    },
    TIMEOUT_MS,
  )

  it(
    'envelopes: keep their bytes, or are refused with a code',
    async () => {
      const tally = await fuzz('envelope', envelopes, readEnvelope)
      expect(tally['read']).toBeGreaterThan(0)
      expect(tally['ENVELOPE_MALFORMED']).toBeGreaterThan(0)
    },
    TIMEOUT_MS,
  )

  it(
    'message files and the header form: keep the bytes that were signed, or are refused with a code',
    async () => {
      const files = lines
        .slice(0, 24)
        .map(({ payload, protected: header, signature }) =>
          Buffer.from(JSON.stringify({ payload, signatures: [{ protected: header, signature }], body: 'e30' })),
        )
      const read = (bytes: Buffer) => receiveMessageFile(bytes, Date.now())
      const tally = await fuzz('messageFile', files, read, ({ envelopeBytes }, bytes) => {
        expect(JSON.parse(bytes.toString()).payload).toBe(envelopeBytes.toString('base64url'))
      })
      expect(tally['read']).toBeGreaterThan(0)
    },
    TIMEOUT_MS,
  )

  it(
    'JWS: compact forms and protected headers are read strictly, or refused with a code',
    async () => {
      const compact = lines.map((line) => Buffer.from(`${line.protected}.${line.payload}.${line.signature}`))
      await fuzz('jws', compact, (bytes) => {
        const text = bytes.toString('latin1')
        readProtected(text.split('.')[0]!)
        receiveHeaderForm({ compactJws: text, body: Buffer.from('{}'), mediaType: 'application/json' }, Date.now())
        return readCompact(text)
      })
    },
    TIMEOUT_MS,
  )

  it(
    'frames of the feed: exactly the members of their type, or refused with a code',
    async () => {
      const frames = [
        { type: 'auth', token: 'c2VjcmV0LXRva2VuLW9mLWEtc2Vzc2lvbg' },
        {
          type: 'subscribe',
          name: 'desk',
          credit: 100,
          after: 0,
          filter: { kinds: ['customs.declaration'] },
          view: 'full',
        },
        { type: 'ack', name: 'desk', ids: [1, 2, 3, 5, 8] },
        { type: 'credit', name: 'desk', n: 10 },
        { type: 'unsubscribe', name: 'desk' },
        { type: 'heartbeat' },
      ].map((frame) => Buffer.from(JSON.stringify(frame)))
      const known = new Set(['auth', 'subscribe', 'ack', 'credit', 'unsubscribe', 'heartbeat'])
      const tally = await fuzz('frame', frames, readFrame, ({ type }) => expect(known.has(type)).toBe(true))
      expect(Object.keys(tally).sort()).toEqual(['FRAME_MALFORMED', 'read'])
    },
    TIMEOUT_MS,
  )
})
