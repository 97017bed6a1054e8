// The log for everyone with a session: checkpoints, inclusion and consistency proofs. Leaf contents are never shown here.
import type { FastifyInstance } from 'fastify'
import { HubError } from '../errors.ts'
import type { EvidenceReader } from '../evidence/reader.ts'
import { callerOf, type CallerDeps } from './caller.ts'
import { indexOf } from './read.ts'

export interface ProofDeps extends CallerDeps {
  evidence: Pick<EvidenceReader, 'latest' | 'newest' | 'covers' | 'at' | 'inclusion' | 'consistency'>
}

type Query = { index?: string; size?: string; from?: string; to?: string }

export function proofRoutes(app: FastifyInstance, deps: ProofDeps): void {
  const { evidence } = deps

  app.get<{ Querystring: Query }>('/v1/log/checkpoint', async (request, reply) => {
    await callerOf(request, deps)
    const { size } = request.query
    const checkpoint = size === undefined ? await evidence.newest() : await evidence.at(indexOf(size, 'size'))
    if (!checkpoint)
      throw new HubError(
        'NOT_FOUND',
        size === undefined ? 'the log has no checkpoint yet' : `there is no checkpoint of size ${size}`,
      )
    return reply.type('text/plain; charset=utf-8').send(checkpoint.note)
  })

  app.get<{ Querystring: Query }>('/v1/log/inclusion', async (request) => {
    await callerOf(request, deps)
    const index = indexOf(request.query.index)
    const size = request.query.size === undefined ? (evidence.latest()?.size ?? 0) : indexOf(request.query.size, 'size')
    if (index >= size || !(await evidence.covers(size)))
      throw new HubError('NOT_FOUND', `the log of size ${size} has no leaf ${index} under a checkpoint`)
    return { index, size, path: (await evidence.inclusion(index, size)).path.map(hex) }
  })

  app.get<{ Querystring: Query }>('/v1/log/consistency', async (request) => {
    await callerOf(request, deps)
    const from = indexOf(request.query.from, 'from')
    const to = indexOf(request.query.to, 'to')
    if (from > to || !(await evidence.covers(to)))
      throw new HubError('NOT_FOUND', `there is no checkpointed log from ${from} to ${to}`)
    return { from, to, path: (await evidence.consistency(from, to)).path.map(hex) }
  })
}

const hex = (bytes: Buffer): string => bytes.toString('hex')
