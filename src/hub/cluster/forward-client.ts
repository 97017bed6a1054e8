// Sends drafts to the process that appends. Batches form by themselves: while one is on its way, the next gathers.
import { Agent, request } from 'node:http'
import { deserialize, serialize } from 'node:v8'
import { HubError, type RefusalCode } from '../errors.ts'
import type { Appended, Draft } from '../journal/journal.ts'
import { BATCH_BYTES_MAX, FORWARD_PATH, type Forwarded, LENGTH, LENGTH_HEADER, QUESTION } from './forward-server.ts'
import { questionOf, type SealedWire } from './sealed-wire.ts'

const BATCH_MAX = 256
/** A batch stops growing here: what is larger goes alone. */
const BATCH_BYTES = 8 * 1024 * 1024
const ON_THE_WAY_MAX = 2
const WAITING_MAX = 4_096

interface Waiting {
  draft: Draft
  resolve(appended: Appended): void
  reject(error: unknown): void
}

export interface Forwarder {
  /**
   * Has the draft appended there. Throws NotSent when it certainly was not taken, WRITER_UNREACHABLE when nobody knows: then it is to be
   * looked up by its id.
   */
  append(draft: Draft): Promise<Appended>
  close(): void
}

/** The other process was not there, or is not the one that appends: nothing has been taken. */
export class NotSent extends Error {
  constructor(cause: unknown) {
    super('the process that appends could not be reached', { cause })
    this.name = 'NotSent'
  }
}

/** Forwards to one process. `answerMs`: how long an answer may take. */
export function forwardTo(url: string, wire: SealedWire, answerMs: number): Forwarder {
  const agent = new Agent({ keepAlive: true, maxSockets: ON_THE_WAY_MAX })
  let waiting: Waiting[] = []
  let onTheWay = 0
  const pump = (): void => {
    while (waiting.length > 0 && onTheWay < ON_THE_WAY_MAX) {
      const batch = takeBatch(waiting)
      waiting = waiting.slice(batch.length)
      onTheWay++
      void deliver(batch).finally(() => {
        onTheWay--
        pump()
      })
    }
  }
  const deliver = async (batch: Waiting[]): Promise<void> => {
    try {
      const sealed = wire.seal(serialize(batch.map(({ draft }) => draft)), QUESTION)
      const said = wire.seal(Buffer.from(String(sealed.length)), LENGTH).toString('base64')
      const answered = await post(url, agent, sealed, said, answerMs)
      const plain = wire.open(answered, questionOf(sealed))
      if (!plain) throw new Error(`${url} answered with what is not of this hub`)
      const forwarded = deserialize(plain) as Forwarded[]
      for (const [n, { resolve, reject }] of batch.entries()) {
        const one = forwarded[n]!
        if ('appended' in one) resolve(one.appended)
        else reject(refusalOf(one.refused))
      }
    } catch (error) {
      for (const { reject } of batch) reject(error instanceof NotSent ? error : unanswered(error))
    }
  }
  return {
    append(draft) {
      if (waiting.length >= WAITING_MAX)
        return Promise.reject(new HubError('OVERLOADED', 'too many messages wait for the process that appends'))
      return new Promise((resolve, reject) => {
        waiting.push({ draft, resolve, reject })
        // What comes in the same turn goes together.
        if (waiting.length === 1) setImmediate(pump)
      })
    },
    close() {
      agent.destroy()
      for (const { reject } of waiting.splice(0)) reject(new NotSent('closing'))
    },
  }
}

function takeBatch(waiting: readonly Waiting[]): Waiting[] {
  let bytes = 0
  let count = 0
  for (const { draft } of waiting) {
    bytes += bytesOf(draft)
    if (count > 0 && (bytes > BATCH_BYTES || count >= BATCH_MAX)) break
    count++
  }
  return waiting.slice(0, count)
}

const bytesOf = ({ content: { body, attachments, evidence, responses = [] } }: Draft): number =>
  [...attachments.map(({ bytes }) => bytes), ...responses].reduce(
    (sum, { length }) => sum + length,
    body.length + (evidence?.length ?? 0) + 4_096,
  )

const refusalOf = ({ code, detail, retryAfterS }: { code: string; detail: string; retryAfterS?: number }): HubError =>
  new HubError(code as RefusalCode, detail, retryAfterS === undefined ? {} : { retryAfterS })

const unanswered = (cause: unknown): HubError =>
  new HubError('WRITER_UNREACHABLE', 'the process that appends did not answer', { cause, retryAfterS: 1 })

/** Refused connections have sent nothing; whatever fails later may have been taken. */
const NOTHING_SENT = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN'])

function post(url: string, agent: Agent, body: Buffer, said: string, answerMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': body.length,
      [LENGTH_HEADER]: said,
    }
    const sent = request(new URL(FORWARD_PATH, url), { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > BATCH_BYTES_MAX) response.destroy(new Error(`${url} answered with too much`))
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(Buffer.concat(chunks))
          : reject(new NotSent(`${url} answered ${String(response.statusCode)}`)),
      )
    })
    sent.setTimeout(answerMs, () => sent.destroy(new Error(`${url} did not answer within ${answerMs} ms`)))
    sent.on('error', (error: NodeJS.ErrnoException) =>
      reject(NOTHING_SENT.has(error.code ?? '') ? new NotSent(error) : error),
    )
    sent.end(body)
  })
}
