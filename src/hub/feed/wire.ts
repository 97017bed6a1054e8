// The wire of a feed socket: frames out, as few copies of an item as there can be, and how much of it has not left yet.
import type { SocketAccount } from './send-budget.ts'

/** Items from this size on are sent as two fragments, so that all their readers share the bytes of the larger one. */
const SHARED_MIN_BYTES = 16 * 1024
const CLOSE_WITHIN_MS = 2_000

/** What is used of a WebSocket of ws. */
interface Socket {
  readonly readyState: number
  readonly OPEN: number
  readonly bufferedAmount: number
  send(data: string | Buffer, options: { binary: boolean; fin: boolean }, sent: () => void): void
  pause(): void
  resume(): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
}

/** What is used of the stream under it. */
interface Stream {
  cork(): void
  uncork(): void
}

/** The socket as the conversation sees it. */
export interface Wire {
  send(text: string): void
  /** Sends an item: its head for this reader and the bytes that all readers have in common. */
  sendItem(head: string, large: Buffer): void
  /** Holds as much as it may for a peer that does not read. */
  full(): boolean
  /** Something has not left yet. */
  holds(): boolean
  /** How many writes have left so far. */
  writes(): number
  /** Stops or goes on reading frames from the peer. */
  read(on: boolean): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
}

/** The wire over a socket; `drained` is called when a full one holds little again. */
export function socketWire(socket: Socket, stream: Stream, account: SocketAccount, drained: () => void): Wire {
  let full = false
  let writes = 0
  let gathering = false
  // Each write costs a call of the system, so those of one turn leave in one.
  const gather = (): void => {
    if (gathering) return
    gathering = true
    stream.cork()
    process.nextTick(() => {
      gathering = false
      stream.uncork()
    })
  }
  const onSent = (): void => {
    writes++
    account.holds(socket.bufferedAmount)
    if (!full || !account.eased()) return
    full = false
    drained()
  }
  const sendFrame = (data: string | Buffer, fin = true): void => {
    socket.send(data, fin ? TEXT : TEXT_BEGUN, onSent)
    account.holds(socket.bufferedAmount)
  }
  return {
    send: (text) => {
      if (socket.readyState === socket.OPEN) sendFrame(text)
    },
    sendItem: (head, large) => {
      if (socket.readyState !== socket.OPEN) return
      if (large.length < SHARED_MIN_BYTES) {
        gather()
        sendFrame(joined(head, large))
      } else {
        sendFrame(head, false)
        sendFrame(large)
      }
    },
    full: () => (full = account.full()),
    holds: () => socket.bufferedAmount > 0,
    writes: () => writes,
    read: (on) => (on ? socket.resume() : socket.pause()),
    ping: () => socket.ping(),
    close: (code, reason) => {
      socket.close(code, reason)
      // A peer that does not read never sees the farewell; what it was to be sent must not stay within its reach.
      setTimeout(() => socket.terminate(), CLOSE_WITHIN_MS).unref()
    },
    terminate: () => socket.terminate(),
  }
}

const TEXT = { binary: false, fin: true }
const TEXT_BEGUN = { binary: false, fin: false }

/** Head and large part as one buffer. The head is ASCII: names, URNs and numbers. */
function joined(head: string, large: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(head.length + large.length)
  frame.write(head, 0, 'latin1')
  large.copy(frame, head.length)
  return frame
}
