// What the platform alone does with the same question: one process, a bare route, the question parsed, an answer of the same size signed by
// the same asynchronous P-256. No session, no register, no journal.
import fastify from 'fastify'
import { attestationBytes, ATTESTATION_TYPE } from '../src/hub/evidence/attestation.ts'
import { generateKeyPair } from '../src/hub/identity/issue.ts'
import { compact, signJws } from '../src/hub/identity/jws.ts'
import { keySigner } from '../src/hub/identity/signer.ts'
import { questionOf } from './consignment-drafts.ts'

const [port] = process.argv.slice(2)
const signer = keySigner(generateKeyPair('ES256').privateKey)
const { declared } = questionOf(0)
const HUB = 'urn:hub:cn:operator:beibu-sandbox'

const app = fastify()
app.removeAllContentTypeParsers()
app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
app.post('/', async (request) => {
  const { question } = JSON.parse((request.body as Buffer).toString()) as { question: { entryId: string } }
  const bytes = attestationBytes({
    v: 1,
    hub: HUB,
    journal: `${HUB}:journal`,
    epoch: 1,
    enquirer: 'urn:hub:cn:bank:banyan',
    enquiry: 'customs.declaration',
    version: 1,
    question,
    at: new Date().toISOString(),
    size: 1_150_000,
    verdict: 'yes',
    facts: {
      state: 'released',
      version: 1,
      entry: { index: 1_000_000, messageCommitment: '0'.repeat(64) },
      declared,
      remaining: declared,
    },
  })
  return {
    signatures: [compact(bytes, await signJws(bytes, ATTESTATION_TYPE, signer, { fingerprint: '0'.repeat(64) }))],
  }
})
await app.listen({ host: '127.0.0.1', port: Number(port) })
process.on('SIGTERM', () => process.exit(0))
process.send?.('ready')
