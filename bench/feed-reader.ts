// Readers of feeds, a process of its own: so many sockets, each parsing what comes or never reading at all. Answers with what it saw.
import { WebSocket } from 'ws'
import { FEED_PROTOCOL } from '../src/hub/feed/frame.ts'
import { fromTime } from '../src/hub/values/encoding.ts'
import type { ReaderAsked, ReaderAnswered, ReaderLine, ReaderSeen } from './feed-readers.ts'

const CREDIT = 8_192
const ACK_EVERY = 256
const OPENING_AT_ONCE = 200
const FLUSH_MS = { parsed: 200, timed: 200, counted: 2_000 }
const ITEM = '{"type":"item"'
const SEQ = Buffer.from('"seq":')

const sockets: WebSocket[] = []
let items = 0
let firstMs = 0
let lastMs = 0
let itemBytes = 0
let delaysMs: number[] = []
let arrivalsMs: number[] = []
let waiting: { least: number; done(): void } | undefined

const nowMs = (): number => performance.timeOrigin + performance.now()

/** How a line reads its items. */
function reader(socket: WebSocket, { name, read }: ReaderLine): (data: Buffer) => void {
  let ids: number[] = []
  let last = 0
  const flush = (): void => {
    if (ids.length === 0) return
    socket.send(JSON.stringify({ type: 'ack', name, ids }))
    socket.send(JSON.stringify({ type: 'credit', name, n: ids.length }))
    ids = []
  }
  const came = (seq: number, bytes: number): void => {
    ids.push(seq)
    if (ids.length >= ACK_EVERY) flush()
    lastMs = nowMs()
    firstMs ||= lastMs
    if (read === 'parsed') arrivalsMs.push(lastMs)
    itemBytes = bytes
    if (++items >= (waiting?.least ?? Infinity)) waiting!.done()
  }
  if (read !== 'never') setInterval(flush, FLUSH_MS[read]).unref()
  if (read === 'counted')
    return (data) => {
      if (data.toString('latin1', 0, ITEM.length) !== ITEM) return
      const at = data.indexOf(SEQ) + SEQ.length
      arrivalsMs.push(nowMs())
      came(Number.parseInt(data.toString('latin1', at, at + 16), 10), data.length)
    }
  return (data) => {
    const frame = JSON.parse(data.toString()) as {
      type: string
      seq: number
      prev: number
      receipt: { payload: string }
    }
    if (frame.type !== 'item') return
    if (frame.prev !== last && last > 0) throw new Error(`item ${frame.seq} follows ${frame.prev} after ${last}`)
    last = frame.seq
    if (read === 'timed') delaysMs.push(nowMs() - atOf(frame.receipt.payload))
    came(frame.seq, data.length)
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
      if (subscribed) return take(data)
      const { type, code } = JSON.parse(data.toString()) as { type: string; code?: string }
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
  else if (asked.type === 'await' && items < asked.items) {
    await new Promise<void>((done) => (waiting = { least: asked.items, done }))
    waiting = undefined
  }
  const seen = { items, firstMs, lastMs, itemBytes, delaysMs, arrivalsMs }
  if (asked.type === 'await' && asked.quiet) return { ...seen, delaysMs: [], arrivalsMs: [] }
  if (asked.type === 'reset') {
    items = firstMs = lastMs = 0
    delaysMs = []
    arrivalsMs = []
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
