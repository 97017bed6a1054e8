// ajv lives here: a schema is compiled once, when it is used first, and what it finds becomes findings with JSON Pointers.
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Finding } from '../errors.ts'
import { holdsResidentId } from '../values/identifiers/resident-id.ts'

const compiled = new WeakMap<Record<string, unknown>, ValidateFunction>()

/**
 * A check by one JSON Schema 2020-12 in strict mode. The schema is compiled with the first value and throws then if it is wrong itself: a
 * start would wait for all of them. They are ours, and held against their own schema by the tests, not at each start.
 */
export function compileSchema(schema: Record<string, unknown>): (value: unknown) => Finding[] {
  let validate: ValidateFunction | undefined
  return (value) => {
    validate ??= compiled.get(schema) ?? compile(schema)
    return validate(value) ? [] : (validate.errors ?? []).map(findingOf)
  }
}

function compile(schema: Record<string, unknown>): ValidateFunction {
  const ajv = new Ajv2020({
    strict: true,
    strictRequired: false,
    strictTypes: false,
    allErrors: true,
    meta: false,
    validateSchema: false,
    // A schema of alternatives says by which member they are told apart; findings are then of the one meant.
    discriminator: true,
    validateFormats: false,
    allowUnionTypes: true,
  })
  ajv.addKeyword({ keyword: 'x-class', schemaType: 'string' })
  // Where a kind comes from: standards and notices, for docs/kinds.md.
  ajv.addKeyword({ keyword: 'x-sources', schemaType: 'array' })
  const validate = ajv.compile(schema)
  compiled.set(schema, validate)
  return validate
}

function findingOf(error: ErrorObject): Finding {
  const params = error.params as Record<string, unknown>
  const member = params['missingProperty'] ?? params['additionalProperty']
  // Somebody wrote a person's number where a name belongs: it is not repeated.
  const path =
    typeof member === 'string' && !holdsResidentId(member)
      ? `${error.instancePath}/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`
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
