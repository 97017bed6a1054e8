// What ws alone does: greets as a hub would, then sends one text again and again, or tells all its sockets one text when asked.
import { WebSocketServer } from 'ws'
import { FEED_PROTOCOL } from '../src/hub/feed/frame.ts'

const [port, bytes, count] = process.argv.slice(2).map(Number) as [number, number, number]
const HELD_MAX_BYTES = 1024 * 1024

const server = new WebSocketServer({
  host: '127.0.0.1',
  port,
  perMessageDeflate: false,
  handleProtocols: () => FEED_PROTOCOL,
})

/** An item of that many bytes with the members a reader looks at. */
function itemText(seq: number): string {
  const at = new Date().toISOString()
  const payload = Buffer.from(JSON.stringify({ at })).toString('base64url')
  const text = JSON.stringify({ type: 'item', name: 'raw', seq, prev: seq - 1, receipt: { payload }, filling: '' })
  return text.replace('"filling":""', `"filling":"${'x'.repeat(Math.max(0, bytes - text.length))}"`)
}

server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { type } = JSON.parse(String(data)) as { type: string }
    if (type === 'auth') socket.send('{"type":"ready"}')
    if (type !== 'subscribe') return
    socket.send('{"type":"subscribed"}')
    let seq = 0
    const pump = (): void => {
      while (seq < count && socket.bufferedAmount < HELD_MAX_BYTES) socket.send(itemText(++seq))
      if (seq < count) setImmediate(pump)
    }
    pump()
  })
})
let told = 0
process.on('message', () => {
  const text = itemText(++told)
  for (const socket of server.clients) socket.send(text)
})
process.on('SIGTERM', () => process.exit(0))
server.on('listening', () => process.send!('ready'))
