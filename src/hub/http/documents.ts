// The API documents, as they are generated from the tables they describe: OpenAPI of the routes, AsyncAPI of the feed socket.
import type { FastifyInstance } from 'fastify'
import { readSchemaFile } from '../values/schema-file.ts'

export function documentRoutes(app: FastifyInstance): void {
  for (const name of ['openapi', 'asyncapi']) {
    const document = JSON.stringify(readSchemaFile(`api/${name}.json`))
    app.get(`/v1/${name}.json`, async (_request, reply) => reply.type('application/json').send(document))
  }
}
