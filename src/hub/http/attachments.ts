// Attachments by themselves: uploaded as a stream before the message that names them, and read one by one. The hub never shows or runs them.
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { openAttachment } from '../attachments/entry-attachments.ts'
import type { AttachmentStore } from '../attachments/store.ts'
import { HubError } from '../errors.ts'
import type { Journal } from '../journal/journal.ts'
import type { Readings } from '../supervision/readings.ts'
import { askFirst, callerOf, type CallerDeps } from './caller.ts'
import type { PartyQuotas } from './quota.ts'
import { indexOf, opened } from './read.ts'

export interface AttachmentRouteDeps extends CallerDeps {
  store: AttachmentStore
  journal: Journal
  readings: Readings
  quotas: Pick<PartyQuotas, 'upload'>
  /** Media types that some kind takes; no others are uploaded. */
  types: ReadonlySet<string>
  /** An upload in which nothing comes for so long is given up. */
  idleMs?: number
  /** The longest an upload may take. */
  uploadMaxMs?: number
}

const IDLE_MS = 10_000
/** Within what the server allows a whole request, so that the sender is told. */
const UPLOAD_MAX_MS = 55_000
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9.+-]{1,70}$/

export function attachmentRoutes(root: FastifyInstance, deps: AttachmentRouteDeps): void {
  // Of its own, because bodies are streams here and bytes everywhere else.
  root.register(async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    app.put<{ Params: { sha256: string } }>(
      '/v1/attachments/:sha256',
      { onRequest: askFirst(deps) },
      async (request, reply) => {
        const { party } = await callerOf(request, deps)
        const body = request.raw
        try {
          const said = { party, sha256: digestOf(request.params.sha256), ...announced(request) }
          if (!deps.types.has(said.type))
            throw new HubError('ATTACHMENT_TYPE_WRONG', `no kind of message takes attachments of type ${said.type}`)
          await deps.quotas.upload(party, said.bytes)
          const result = await deps.store.staging.stage(said, piecesOf(body, deps))
          const { sha256, bytes, type } = said
          return reply.code(result === 'new' ? 201 : 200).send({ sha256, bytes, type })
        } catch (error) {
          // What is still to come of a refused upload is not waited for.
          reply.header('connection', 'close')
          throw error
        } finally {
          body.resume()
        }
      },
    )
    app.get<{ Params: { index: string; sha256: string } }>(
      '/v1/messages/:index/attachments/:sha256',
      (request, reply) => give(request, reply, deps),
    )
  })
}

async function give(
  request: FastifyRequest<{ Params: { index: string; sha256: string } }>,
  reply: FastifyReply,
  deps: AttachmentRouteDeps,
): Promise<FastifyReply> {
  const caller = await callerOf(request, deps)
  const sha256 = digestOf(request.params.sha256)
  const { row } = await opened(request, indexOf(request.params.index), caller, 'attachment', deps)
  const [[entry], content] = await Promise.all([deps.journal.read(row.index, 1), deps.journal.content(row.index)])
  if (!entry || !content) throw new HubError('NOT_FOUND', `erased: the content of entry ${row.index} is gone`)
  const { named, chunks } = await openAttachment(entry, content, sha256, deps.store)
  return reply
    .headers({
      'content-type': named.type,
      'content-length': named.bytes,
      'content-disposition': `attachment; filename*=UTF-8''${extValue(named.name)}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'no-store',
    })
    .send(Readable.from(chunks, { objectMode: false }))
}

/** Of RFC 8187: what encodeURIComponent leaves and a header parameter may not have is encoded too. */
const extValue = (name: string): string =>
  encodeURIComponent(name).replaceAll(/['()*!~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

function digestOf(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new HubError('PARAMETER_INVALID', 'an attachment is named by its SHA-256, 64 lower-case hex digits')
  return text
}

/** Size and type as the headers say; the size is known before the first byte is taken, so that there is room for the last. */
function announced({ headers }: FastifyRequest): { bytes: number; type: string } {
  const length = headers['content-length']
  if (length === undefined || headers['transfer-encoding'] !== undefined)
    throw new HubError('PARAMETER_INVALID', 'an upload says how long it is in Content-Length')
  const bytes = indexOf(length, 'Content-Length')
  if (bytes === 0) throw new HubError('PARAMETER_INVALID', 'an attachment has at least one byte')
  const type = (headers['content-type'] ?? '').trim().toLowerCase()
  if (!MEDIA_TYPE.test(type))
    throw new HubError('PARAMETER_INVALID', 'an upload says its media type in Content-Type, without parameters')
  return { bytes, type }
}

/** The bytes as they come; whoever sends none for too long, or breaks off, is not waited for. */
async function* piecesOf(body: Readable, deps: AttachmentRouteDeps): AsyncGenerator<Buffer> {
  const { idleMs = IDLE_MS, uploadMaxMs = UPLOAD_MAX_MS, clock } = deps
  const untilMs = clock() + uploadMaxMs
  // Without destroying the request when reading stops early: the answer goes out over the same connection.
  const pieces = body.iterator({ destroyOnReturn: false })[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  for (;;) {
    const next = pieces.next()
    const piece = await within(next, Math.min(idleMs, untilMs - clock()))
    if (piece.done) return
    yield piece.value
  }
}

async function within<T>(next: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooSlow = new Promise<never>((_, reject) => {
    const refuse = (): void =>
      reject(new HubError('PARAMETER_INVALID', 'the upload did not go on in time; send it again'))
    timer = setTimeout(refuse, Math.max(0, timeoutMs))
  })
  try {
    return await Promise.race([next, tooSlow])
  } catch (error) {
    // Whatever becomes of the piece that was waited for is nobody's any more.
    next.catch(() => {})
    throw error instanceof HubError
      ? error
      : new HubError('PARAMETER_INVALID', 'the upload was broken off', { cause: error })
  } finally {
    clearTimeout(timer)
  }
}
