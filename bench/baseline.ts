// What the platform alone does with the same request: one process, a bare route, the body parsed and held against the same schema, the
// same asynchronous verification of the same signature. No envelope, no register, no journal, nobody told.
import fastify from 'fastify'
import { compileSchema } from '../src/hub/message/schema.ts'
import { publicKeyFromSpki, startSm2Workers, verifySignature } from '../src/hub/identity/suites/index.ts'
import { readSchemaFile } from '../src/hub/values/schema-file.ts'

const [port, spki, sm2Workers] = process.argv.slice(2)
const key = publicKeyFromSpki(Buffer.from(spki!, 'base64url'))
const check = compileSchema(readSchemaFile('customs/declaration.v1.json'))
if (key.alg === 'SM2SM3') startSm2Workers(Number(sm2Workers))
const ANSWER = JSON.stringify({ index: 0, receipt: 'none: nothing is kept' })

const app = fastify()
app.removeAllContentTypeParsers()
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post('/', async (request, reply) => {
  const jws = request.headers['hub-message'] as string
  const cut = jws.lastIndexOf('.')
  const signature = Buffer.from(jws.slice(cut + 1), 'base64url')
  const valid = await verifySignature(Buffer.from(jws.slice(0, cut), 'latin1'), signature, key)
  const findings = check(JSON.parse((request.body as Buffer).toString()))
  return reply
    .code(valid && findings.length === 0 ? 201 : 422)
    .type('application/json')
    .send(ANSWER)
})
await app.listen({ host: '127.0.0.1', port: Number(port) })
process.on('SIGTERM', () => process.exit(0))
process.send?.('ready')
