// The door for the other processes of this hub: the one that appends takes their drafts here, and says how far the journal is. Not for
// anybody else: what is not sealed with the secret of this hub is answered 404, and nothing of it is kept.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { deserialize, serialize } from 'node:v8'
import { HubError } from '../errors.ts'
import type { Appended, Draft } from '../journal/journal.ts'
import { questionOf, type SealedWire } from './sealed-wire.ts'

/** What can be asked, by its path; also what a question is sealed about. */
export const APPEND_PATH = '/append'
export const SIZE_PATH = '/size'
export const BATCH_BYTES_MAX = 64 * 1024 * 1024
export const LENGTH = Buffer.from('length of question')
export const LENGTH_HEADER = 'beibu-length'
const CONNECTIONS_MAX = 256
const REQUEST_MS = 30_000

/** What became of one draft there: the journal's answer, or why there is none. */
export type Forwarded = { appended: Appended } | { refused: { code: string; detail: string; retryAfterS?: number } }

/** How far the journal is, and of what kinds its entries are from the one asked about on, where the process that appends knows. */
export interface Grown {
  size: number
  kinds?: string[]
}

export interface ForwardServer {
  /** Where it listens, e.g. http://127.0.0.1:7543. */
  url: string
  close(): Promise<void>
}

/** Listens on host:port (0: any free one) and answers what processes of this hub ask. */
export async function serveForwarded(options: {
  host: string
  port: number
  wire: SealedWire
  append(draft: Draft): Promise<Appended>
  /** Undefined if this process does not append. */
  grown(from: number): Grown | undefined
  onFault(error: unknown): void
}): Promise<ForwardServer> {
  const { host, port, onFault } = options
  const server = createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
    answer(request, response, options).catch((error: unknown) => {
      // A line that breaks is nobody's fault here: whoever sent looks up what has become of it.
      if (!request.destroyed && !request.errored) onFault(error)
      response.destroy()
    })
  })
  server.keepAliveTimeout = 60_000
  server.maxConnections = CONNECTIONS_MAX
  await new Promise<void>((listening, failed) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      failed(
        new Error(
          `the door for other processes cannot listen on ${host}:${port} (${cause.code}); set HUB_CLUSTER_LISTEN`,
        ),
      ),
    )
    server.listen(port, host, listening)
  })
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      const closed = new Promise((done) => server.close(done))
      server.closeIdleConnections()
      setTimeout(() => server.closeAllConnections(), 1_000).unref()
      await closed
    },
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { wire, append, grown, onFault }: Parameters<typeof serveForwarded>[0],
): Promise<void> {
  const sealed = isOurs(request, wire) ? await bodyOf(request) : undefined
  const plain = sealed && wire.open(sealed, Buffer.from(request.url!))
  if (!sealed || !plain) {
    response.writeHead(404, { connection: 'close' }).end()
    request.destroy()
    return
  }
  const said =
    request.url === SIZE_PATH
      ? grown(deserialize(plain) as number)
      : await Promise.all((deserialize(plain) as Draft[]).map((draft) => appendOne(draft, append, onFault)))
  response.end(wire.seal(serialize(said), questionOf(sealed)))
}

async function appendOne(
  draft: Draft,
  append: (draft: Draft) => Promise<Appended>,
  onFault: (error: unknown) => void,
): Promise<Forwarded> {
  try {
    return { appended: await append(draft) }
  } catch (error) {
    if (!(error instanceof HubError)) onFault(error)
    const { code, detail, retryAfterS } =
      error instanceof HubError
        ? error
        : new HubError('WRITER_UNREACHABLE', 'the process that appends failed; what became of it is found by its id')
    return { refused: { code, detail, ...(retryAfterS !== undefined && { retryAfterS }) } }
  }
}

/** Said before the body, so that nothing of a stranger's is kept: how long it is, sealed. */
function isOurs({ method, url, headers }: IncomingMessage, wire: SealedWire): boolean {
  const said = headers[LENGTH_HEADER]
  if (method !== 'POST' || (url !== APPEND_PATH && url !== SIZE_PATH) || typeof said !== 'string' || said.length > 500)
    return false
  return wire.open(Buffer.from(said, 'base64'), LENGTH)?.toString() === headers['content-length']
}

/** The whole body; undefined if it is longer than a batch can be. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > BATCH_BYTES_MAX) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
