// Sends drafts to the process that appends, and asks it how far the journal is. Batches form by themselves: a moment after one was sent, the
// next has gathered.
import { Agent, request } from 'node:http'
import { deserialize, serialize } from 'node:v8'
import { HubError, type RefusalCode } from '../errors.ts'
import type { Appended, Draft } from '../journal/journal.ts'
import {
  APPEND_PATH,
  BATCH_BYTES_MAX,
  type Forwarded,
  type Grown,
  LENGTH,
  LENGTH_HEADER,
  SIZE_PATH,
} from './forward-server.ts'
import { questionOf, type SealedWire } from './sealed-wire.ts'

const BATCH_MAX = 256
/** A batch stops growing here: what is larger goes alone. */
const BATCH_BYTES = 8 * 1024 * 1024
/** Those on the way wait there for a commit: what comes meanwhile has to be there too when the next begins. */
const ON_THE_WAY_MAX = 8
const BATCHES_APART_MS = 5
const WAITING_MAX = 4_096
/** Who does not say at once how far the journal is need not be waited for: the store knows too. */
const GROWN_MS = 500

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
  /**
   * How far the journal is now, and the kinds of its entries from `from` on; undefined if that process does not append. Throws if it does
   * not answer.
   */
  grown(from: number): Promise<Grown | undefined>
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
  // One more for the question that must not wait for drafts to be written.
  const agent = new Agent({ keepAlive: true, maxSockets: ON_THE_WAY_MAX + 1 })
  let waiting: Waiting[] = []
  let onTheWay = 0
  let sentMs = -Infinity
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const pump = (): void => {
    if (timer || waiting.length === 0 || onTheWay >= ON_THE_WAY_MAX) return
    const restMs = sentMs + BATCHES_APART_MS - performance.now()
    if (restMs > 0) {
      timer = setTimeout(() => {
        timer = undefined
        pump()
      }, restMs)
      return
    }
    sentMs = performance.now()
    const batch = takeBatch(waiting)
    waiting = waiting.slice(batch.length)
    onTheWay++
    void deliver(batch).finally(() => {
      onTheWay--
      pump()
    })
    pump()
  }
  const ask = async (path: string, question: unknown, withinMs: number): Promise<unknown> => {
    const sealed = wire.seal(serialize(question), Buffer.from(path))
    const said = wire.seal(Buffer.from(String(sealed.length)), LENGTH).toString('base64')
    const answered = await post(new URL(path, url), agent, sealed, said, withinMs)
    const plain = wire.open(answered, questionOf(sealed))
    if (!plain) throw new Error(`${url} answered with what is not of this hub`)
    return deserialize(plain)
  }
  const deliver = async (batch: Waiting[]): Promise<void> => {
    try {
      const drafts = batch.map(({ draft }) => draft)
      const forwarded = (await ask(APPEND_PATH, drafts, answerMs)) as Forwarded[]
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
      if (closed) return Promise.reject(new NotSent('closing'))
      if (waiting.length >= WAITING_MAX)
        return Promise.reject(new HubError('OVERLOADED', 'too many messages wait for the process that appends'))
      return new Promise((resolve, reject) => {
        waiting.push({ draft, resolve, reject })
        // What comes in the same turn goes together.
        if (waiting.length === 1) setImmediate(pump)
      })
    },
    grown: (from) => ask(SIZE_PATH, from, GROWN_MS) as Promise<Grown | undefined>,
    close() {
      closed = true
      clearTimeout(timer)
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

function post(url: URL, agent: Agent, body: Buffer, said: string, answerMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': body.length,
      [LENGTH_HEADER]: said,
    }
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > BATCH_BYTES_MAX) response.destroy(new Error(`${url.href} answered with too much`))
        else chunks.push(chunk)
      })
      response.on('error', reject)
      response.on('end', () =>
        response.statusCode === 200
          ? resolve(Buffer.concat(chunks))
          : reject(new NotSent(`${url.href} answered ${String(response.statusCode)}`)),
      )
    })
    sent.setTimeout(answerMs, () => sent.destroy(new Error(`${url.href} did not answer within ${answerMs} ms`)))
    sent.on('error', (error: NodeJS.ErrnoException) =>
      reject(NOTHING_SENT.has(error.code ?? '') ? new NotSent(error) : error),
    )
    sent.end(body)
  })
}
