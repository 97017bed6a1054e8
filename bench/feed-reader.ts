// Readers of feeds, a process of its own: so many sockets, each parsing what comes or never reading at all. Answers with what it saw.
import { WebSocket } from 'ws'
import { FEED_PROTOCOL } from '../src/hub/feed/frame.ts'
import { fromTime } from '../src/hub/values/encoding.ts'
import type { ReaderAsked, ReaderAnswered, ReaderLine, ReaderSeen } from './feed-readers.ts'

const CREDIT = 8_192
const ACK_EVERY = 256
const OPENING_AT_ONCE = 200

const sockets: WebSocket[] = []
let items = 0
let firstMs = 0
let lastMs = 0
let delaysMs: number[] = []
let waiting: { least: number; done(): void } | undefined

const nowMs = (): number => performance.timeOrigin + performance.now()

/** How a line reads its items. */
function reader(socket: WebSocket, { name, read }: ReaderLine): (text: string) => void {
  let ids: number[] = []
  let last = 0
  const flush = (): void => {
    if (ids.length === 0) return
    socket.send(JSON.stringify({ type: 'ack', name, ids }))
    socket.send(JSON.stringify({ type: 'credit', name, n: ids.length }))
    ids = []
  }
  if (read !== 'never') setInterval(flush, 200).unref()
  return (text) => {
    const frame = JSON.parse(text) as { type: string; seq: number; prev: number; receipt: { payload: string } }
    if (frame.type !== 'item') return
    if (frame.prev !== last && last > 0) throw new Error(`item ${frame.seq} follows ${frame.prev} after ${last}`)
    last = frame.seq
    ids.push(frame.seq)
    if (ids.length >= ACK_EVERY) flush()
    lastMs = nowMs()
    firstMs ||= lastMs
    if (read === 'timed') delaysMs.push(lastMs - atOf(frame.receipt.payload))
    if (++items >= (waiting?.least ?? Infinity)) waiting!.done()
  }
}

/** When the journal took the entry, as its receipt says. */
const atOf = (payload: string): number =>
  fromTime((JSON.parse(Buffer.from(payload, 'base64url').toString()) as { at: string }).at)!

async function open(url: string, line: ReaderLine): Promise<void> {
  const socket = new WebSocket(url, FEED_PROTOCOL, { perMessageDeflate: false })
  sockets.push(socket)
  const take = reader(socket, line)
  let subscribed = false
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', (code, why) => reject(new Error(`a socket was closed: ${code} ${String(why)}`)))
    socket.on('open', () => socket.send(JSON.stringify({ type: 'auth', token: line.token })))
    socket.on('message', (data: Buffer) => {
      const text = data.toString()
      if (subscribed) return take(text)
      const { type, code } = JSON.parse(text) as { type: string; code?: string }
      if (type === 'error') reject(new Error(`refused: ${code}`))
      const { name, after } = line
      if (type === 'ready') socket.send(JSON.stringify({ type: 'subscribe', name, after, credit: CREDIT }))
      if (type !== 'subscribed') return
      subscribed = true
      if (line.read === 'never') socket.pause()
      resolve()
    })
  })
}

async function perform(asked: ReaderAsked): Promise<ReaderSeen> {
  if (asked.type === 'open')
    for (let at = 0; at < asked.lines.length; at += OPENING_AT_ONCE)
      await Promise.all(asked.lines.slice(at, at + OPENING_AT_ONCE).map((line) => open(asked.url, line)))
  else if (asked.type === 'await' && items < asked.items)
    await new Promise<void>((done) => (waiting = { least: asked.items, done }))
  const seen = { items, firstMs, lastMs, delaysMs }
  if (asked.type === 'reset') {
    items = firstMs = lastMs = 0
    delaysMs = []
  }
  return seen
}

process.on('message', (asked: ReaderAsked) => {
  perform(asked).then(
    (ok) => process.send!({ ok } satisfies ReaderAnswered),
    (error: Error) => process.send!({ failed: error.message } satisfies ReaderAnswered),
  )
})
process.on('disconnect', () => process.exit(0))
