// The socket door of the feeds: WebSocket on /v1/feed/socket, subprotocol hub.feed.v1. The one place that knows ws.
import websocket from '@fastify/websocket'
import { HubError } from '../errors.ts'
import { Conversation } from './conversation.ts'
import { FEED_PROTOCOL, FRAME_MAX_BYTES } from './frame.ts'
import { SendBudget, type SendLimits } from './send-budget.ts'
import { socketWire } from './wire.ts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { ConversationDeps } from './conversation.ts'

const PATH = '/v1/feed/socket'

export interface FeedSocketDeps extends Omit<ConversationDeps, 'heartbeatMs' | 'authMs'> {
  /** Default 20 s. */
  heartbeatMs?: number
  /** Default 10 s. */
  authMs?: number
  /** Sockets open at a time; default 10,000. */
  socketsMax?: number
  /** What may lie in memory for peers that do not read. */
  limits?: SendLimits
}

export interface FeedSockets {
  count(): number
  /** Bytes that lie in memory because peers have not read them. */
  heldBytes(): number
}

/**
 * Serves the feed socket. An upgrade without the subprotocol is refused with PARAMETER_INVALID, one too many with OVERLOADED. When the
 * server closes, each peer is told CLOSING and its acknowledgements are made durable.
 */
export async function feedSocket(app: FastifyInstance, deps: FeedSocketDeps): Promise<FeedSockets> {
  const conversations = new Set<Conversation>()
  const socketsMax = deps.socketsMax ?? 10_000
  const settings = { ...deps, heartbeatMs: deps.heartbeatMs ?? 20_000, authMs: deps.authMs ?? 10_000 }
  await app.register(websocket, {
    // Larger frames than the protocol allows are still taken in, up to a bound, so that the peer can be told why.
    options: {
      maxPayload: 4 * FRAME_MAX_BYTES,
      perMessageDeflate: false,
      skipUTF8Validation: true,
      handleProtocols: (offered) => offered.has(FEED_PROTOCOL) && FEED_PROTOCOL,
    },
    errorHandler: (error, socket) => {
      if (!isPeerFault(error)) deps.onFault(error)
      socket.terminate()
    },
    preClose: (done) => void closeAll(conversations).finally(done),
  })
  const preValidation = async (request: FastifyRequest): Promise<void> => {
    if (request.ws) refuseUpgrade(request.headers['sec-websocket-protocol'], conversations.size >= socketsMax)
  }
  const budget = new SendBudget(deps.limits)
  const converseOn = (socket: WebSocket, { raw }: FastifyRequest): void => {
    const conversation = converse(settings, socket, raw.socket, budget)
    conversations.add(conversation)
    socket.once('close', () => {
      void conversation.closed().finally(() => conversations.delete(conversation))
    })
  }
  const plain = (): never => {
    throw new HubError(
      'PARAMETER_INVALID',
      `${PATH} is a WebSocket with the subprotocol ${FEED_PROTOCOL}; a plain feed is GET /v1/feed`,
    )
  }
  app.route({ method: 'GET', url: PATH, preValidation, handler: plain, wsHandler: converseOn })
  return { count: () => conversations.size, heldBytes: () => budget.heldBytes }
}

function refuseUpgrade(offered: string | undefined, full: boolean): void {
  const protocols = (offered ?? '').split(',').map((one) => one.trim())
  if (!protocols.includes(FEED_PROTOCOL))
    throw new HubError('PARAMETER_INVALID', `the socket speaks the subprotocol ${FEED_PROTOCOL}`)
  if (full) throw new HubError('OVERLOADED', 'this hub has all the sockets it may have')
}

function converse(deps: ConversationDeps, socket: WebSocket, stream: Socket, budget: SendBudget): Conversation {
  const account = budget.open()
  const wire = socketWire(socket, stream, account, () => conversation.drained())
  const conversation = new Conversation(deps, wire)
  socket.on('message', (data, binary) => conversation.receive(data as Buffer, binary))
  socket.on('pong', () => conversation.heard())
  socket.once('close', () => account.close())
  return conversation
}

async function closeAll(conversations: ReadonlySet<Conversation>): Promise<void> {
  const closing = [...conversations].map(async (conversation) => {
    conversation.end(new HubError('CLOSING', 'connect again to go on from the position'))
    await conversation.closed()
  })
  await Promise.all(closing)
}

/** What ws reports when a peer breaks the WebSocket protocol or vanishes: not a fault of the hub. */
function isPeerFault(error: Error): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code !== undefined && (code.startsWith('WS_ERR_') || ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(code))
}
