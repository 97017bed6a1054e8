// The OpenAPI document of the hub: made from the operations written down here, the table of refusals, and the schemas of the kinds.
import { readFileSync } from 'node:fs'
import { BODIES_ONLY, hubKinds } from '../../src/hub/kinds/hub-kinds.ts'
import type { MessageKind } from '../../src/hub/message/kind.ts'
import { roomKinds } from '../../src/rooms.ts'
import { answerOperations } from './answers.ts'
import { attachmentOperations } from './attachments.ts'
import { caseOperations } from './cases.ts'
import { bodiesOf } from './examples.ts'
import { operationOf, type Operation } from './form.ts'
import { hubLaneOperations } from './hub-lanes.ts'
import { ledgerOperations } from './ledgers.ts'
import { messageOperations } from './messages.ts'
import { operatingOperations } from './operating.ts'
import { adminOperations } from './admin.ts'
import { feedOperations, healthOperations, logOperations, sessionOperations } from './reading.ts'
import { rooted, schemas } from './schemas.ts'
import { supervisionOperations } from './supervision.ts'

export const operations: readonly Operation[] = [
  ...sessionOperations,
  ...messageOperations,
  ...attachmentOperations,
  ...feedOperations,
  ...answerOperations,
  ...caseOperations,
  ...supervisionOperations,
  ...ledgerOperations,
  ...hubLaneOperations,
  ...logOperations,
  ...healthOperations,
  ...operatingOperations,
  ...adminOperations,
]

const { version, description } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string
  description: string
}

/** OpenAPI 3.1. Kinds appear as components by name and version: what a body of them has to be. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const operation of operations) (paths[operation.path] ??= {})[operation.method] = operationOf(operation)
  const kinds = [...roomKinds, ...hubKinds(BODIES_ONLY)] as MessageKind[]
  return {
    openapi: '3.1.0',
    info: { title: 'Beibu Hub', version, description, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: 'http://127.0.0.1:7443', description: 'the sandbox' }],
    tags: ['sessions', 'messages', 'feed', 'answers', 'supervision', 'ledgers', 'log', 'operation'].map((name) => ({
      name,
    })),
    paths,
    components: {
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'token of a session of purpose `api`' },
        certificate: { type: 'mutualTLS', description: 'a certificate that proves a party of the register' },
        scraper: { type: 'http', scheme: 'bearer', description: 'the token of the operator\u2019s metrics reader' },
      },
      schemas: { ...schemas, ...Object.fromEntries(kinds.map(componentOf)) },
    },
  }
}

function componentOf({ name, version, schema }: MessageKind): [string, object] {
  const component = `${name}.v${version}`
  const { $schema: _schema, $id: _id, ...shape } = schema
  const examples = name.startsWith('fx.') ? [] : bodiesOf(name)
  return [component, { ...rooted(shape, component), ...(examples.length > 0 && { examples }) }]
}
