// The form of validator.json.
import { compileSchema, readSchemaFile } from '../../hub/index.ts'
import type { ValidatorConfig } from './config.ts'
import { TRUST_ROOT } from './trust-file.ts'

const NAME = '^[a-z][a-z0-9-]{0,62}$'
const TEXT = { type: 'string', minLength: 1, maxLength: 500 }
const COUNT = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER }
const object = (required: string[], properties: Record<string, unknown>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
})
const byName = (additionalProperties: unknown) => ({
  type: 'object',
  minProperties: 1,
  maxProperties: 64,
  propertyNames: { type: 'string', pattern: NAME },
  additionalProperties,
})
const CONTRACT = object(['address', 'codeHash'], {
  address: { type: 'string', pattern: '^[0-9a-f]{40}$' },
  codeHash: { type: 'string', pattern: '^[0-9a-f]{64}$' },
})
const LEDGER = object(['family', 'consensus', 'chainId', 'urls', 'trust', 'contracts'], {
  family: { const: 'evm' },
  consensus: { enum: ['qbft', 'ibft2', 'ibft1'] },
  chainId: COUNT,
  urls: { type: 'array', minItems: 1, maxItems: 16, items: { ...TEXT, pattern: '^https?://' } },
  trust: TRUST_ROOT,
  contracts: object(['gateway'], { gateway: CONTRACT }),
  deployedAt: { ...COUNT, minimum: 0 },
})

const laneSchema = readSchemaFile('ledger/lane.v1.json') as { properties: { terms: Record<string, unknown> } }
/** What is wrong with its form. */
export const findForm = compileSchema(
  object(['party', 'keyFile', 'listen', 'dataFolder', 'ledgers', 'lanes'], {
    party: { type: 'string', pattern: '^urn:hub:[a-z]{2}:[a-z][a-z0-9-]{1,30}:[a-z0-9][a-z0-9._-]{0,63}$' },
    keyFile: TEXT,
    listen: { type: 'string', pattern: '^(?:[0-9.]+|\\[[0-9a-fA-F:]+\\]|[a-z0-9.-]+):[0-9]{1,5}$' },
    tokenFile: TEXT,
    dataFolder: TEXT,
    ledgers: byName(LEDGER),
    lanes: { type: 'array', minItems: 1, maxItems: 256, items: laneSchema.properties.terms },
    epochs: { ...byName(COUNT), minProperties: 0 },
  }),
)

/** As written; names of files are not resolved yet. */
export interface ConfigFile extends Pick<ValidatorConfig, 'party' | 'dataFolder' | 'ledgers' | 'lanes'> {
  keyFile: string
  tokenFile?: string
  listen: string
  epochs?: Record<string, number>
}
