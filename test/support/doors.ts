// The doors of a running hub as a stranger meets them: plain HTTP, no typed client that would tidy up what is sent.
import { expect } from 'vitest'
import type { ComposedMessage, MessageFile } from '../../src/client/compose.ts'
import { messageFile } from '../../src/client/compose.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { REFUSALS, type Finding, type RefusalCode } from '../../src/hub/errors.ts'
import { compact, signJws } from '../../src/hub/identity/jws.ts'
import type { Receipt } from '../../src/hub/journal/journal.ts'
import { toBase64url } from '../../src/hub/values/encoding.ts'
import type { World } from './world.ts'

/** An answer of the hub; `body` is the JSON it sent, with the members that tests look at. */
export interface Answer {
  status: number
  headers: Headers
  body: {
    index: number
    receipt: Receipt
    code?: string
    title: string
    detail: string
    findings?: Finding[]
    refusal?: { index: number; code: string; rule: string }
    verdict?: string
  }
}

export interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

/** What a hub says that is only slow: the same bytes are to come again. A loaded machine is no fault of the hub. */
export const COMES_AGAIN: ReadonlySet<string | undefined> = new Set(['VIEW_BEHIND', 'CONTENDED'])
const AGAIN_MS = 20
const AGAIN_MAX = 1_000

/** One request with the token of a party (a folder of the sandbox) or with none; again, as long as the hub asks for that. */
export async function ask(world: World, folder: string | undefined, path: string, asked: Asked = {}): Promise<Answer> {
  const token = folder === undefined ? undefined : await world.client(folder).token('api')
  for (let times = 1; ; times++) {
    const response = await fetch(world.url + path, {
      method: asked.method ?? (asked.body === undefined ? 'GET' : 'POST'),
      headers: { ...asked.headers, ...(token && { authorization: `Bearer ${token}` }) },
      ...(asked.body !== undefined && { body: asked.body }),
    })
    const answer = { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) }
    if (!COMES_AGAIN.has(answer.body.code) || times === AGAIN_MAX) return answer
    await new Promise((wake) => setTimeout(wake, AGAIN_MS))
  }
}

export const MESSAGE_FILE = { 'content-type': 'application/hub-message+json' }

/** Submits a message file, as an object or as the bytes to send, in the session of a party. */
export const post = (
  world: World,
  folder: string | undefined,
  file: MessageFile | ComposedMessage | Buffer | string | object,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  ask(world, folder, '/v1/messages', {
    headers: { ...MESSAGE_FILE, ...headers },
    body:
      typeof file === 'string' || Buffer.isBuffer(file)
        ? file
        : JSON.stringify('envelopeBytes' in file ? messageFile(file as ComposedMessage) : file),
  })

/** Submits in the header form: compact JWS in Hub-Message, body as it is. */
export const postHeader = (
  world: World,
  folder: string,
  jws: string,
  body: Buffer | string,
  type = 'application/json',
): Promise<Answer> =>
  ask(world, folder, '/v1/messages', { headers: { 'hub-message': jws, 'content-type': type }, body })

/** Signs envelope bytes as they are, whatever they say, and makes a message file of them. */
export async function signed(
  { signer, path }: Pick<ClientIdentity, 'signer' | 'path'>,
  envelope: Buffer | string | object,
  body: Buffer | string,
  typ = 'hub-message+jws',
): Promise<MessageFile> {
  const bytes = Buffer.from(
    typeof envelope === 'object' && !Buffer.isBuffer(envelope) ? JSON.stringify(envelope) : envelope,
  )
  return {
    payload: toBase64url(bytes),
    signatures: [await signJws(bytes, typ, signer, { path: [...path] })],
    body: toBase64url(Buffer.from(body)),
  }
}

/** The compact JWS of a message file with one signature. */
export const compactOf = ({ payload, signatures: [signature] }: MessageFile): string =>
  compact(Buffer.from(payload, 'base64url'), signature!)

/** Expects the refusal of that code, as an RFC 9457 document that says what the table says. Gives the answer. */
export function expectRefused(answer: Answer, code: RefusalCode): Answer {
  const { status, layer, who, retry, en } = REFUSALS[code]
  expect({
    status: answer.status,
    ...answer.body,
    type: answer.headers.get('content-type')?.split(';')[0],
  }).toMatchObject({ code, status, layer, who, retry, title: en, type: 'application/problem+json' })
  expect(answer.body.detail).not.toBe('')
  if (status === 503) expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
  return answer
}

/** Expects 201 with an entry and its receipt. Gives the answer. */
export function expectTaken(answer: Answer, status = 201): Answer {
  expect(answer.body.findings ?? answer.body.code ?? answer.status).toBe(status)
  expect(answer.body.receipt.signatures.length).toBeGreaterThan(0)
  return answer
}

/** What a receipt says. */
export const said = ({ body: { receipt } }: Answer): Record<string, unknown> =>
  JSON.parse(Buffer.from(receipt.payload, 'base64url').toString())
