// ajv lives here: schemas are compiled once at start, and what it finds becomes findings with JSON Pointers.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Finding } from '../errors.ts'

/** Compiles one JSON Schema 2020-12 in strict mode. Throws at start if the schema itself is wrong. */
export function compileSchema(schema: Record<string, unknown>): (value: unknown) => Finding[] {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allErrors: true,
    // A schema of alternatives says by which member they are told apart; findings are then of the one meant.
    discriminator: true,
    validateFormats: false,
    allowUnionTypes: true,
  })
  ajv.addKeyword({ keyword: 'x-class', schemaType: 'string' })
  const validate: ValidateFunction = ajv.compile(schema)
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(findingOf))
}

function findingOf(error: ErrorObject): Finding {
  const params = error.params as Record<string, unknown>
  const missing = params['missingProperty'] ?? params['additionalProperty']
  const path =
    typeof missing === 'string'
      ? `${error.instancePath}/${missing.replaceAll('~', '~0').replaceAll('/', '~1')}`
      : error.instancePath
  return {
    code: `SCHEMA_${error.keyword.replaceAll(/([A-Z])/g, '_$1').toUpperCase()}`,
    path,
    message:
      error.keyword === 'enum'
        ? `must be one of ${(params['allowedValues'] as unknown[]).slice(0, 20).join(', ')}`
        : (error.message ?? 'does not fit the schema'),
  }
}

/** A check for bodies of that schema only: of others it finds nothing, since the schema has already said what is wrong. */
export function whenShaped<Body>(
  schema: Record<string, unknown>,
  check: (body: Body) => Finding[],
): (body: Body) => Finding[] {
  const shape = compileSchema(schema)
  return (body) => (shape(body).length > 0 ? [] : check(body))
}
