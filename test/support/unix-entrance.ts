// A second entrance to a hub in this process, by a Unix socket: there the system keeps some 200 KB for a peer that does not read, while over
// loopback TCP it keeps 4 MB, and a thousand such peers would fill the memory of the machine and not that of the hub.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import type { Server as HttpServer } from 'node:http'
import { createServer, type Socket } from 'node:net'

const CHANNEL = 'http.server.request.start'

export interface UnixEntrance {
  path: string
  /** The hub's ends of the connections. */
  sockets: ReadonlySet<Socket>
  close(): void
}

/** Opens it at a path of the file system, to the hub that answers at `url`. */
export async function unixEntrance(url: string, path: string): Promise<UnixEntrance> {
  const server = await serverOf(url)
  const sockets = new Set<Socket>()
  const entrance = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    server.emit('connection', socket)
  }).listen(path)
  await once(entrance, 'listening')
  return { path, sockets, close: () => void entrance.close() }
}

/** The server in this process that takes a request to that address. */
async function serverOf(url: string): Promise<HttpServer> {
  let server: HttpServer | undefined
  const started = (message: unknown): void => void (server ??= (message as { server: HttpServer }).server)
  subscribe(CHANNEL, started)
  try {
    await (await fetch(`${url}/health/live`)).text()
  } finally {
    unsubscribe(CHANNEL, started)
  }
  if (!server) throw new Error('no server of this process took the request')
  return server
}
