// The OpenAPI document held against what a hub really answers: every response must be one the document promises.
import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'

interface Response {
  content?: Record<string, { schema: object }>
}
interface Described {
  operationId: string
  responses: Record<string, Response>
}
export interface ApiDocument {
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, object> }
}

export const openApi = JSON.parse(
  readFileSync(new URL('../../schemas/api/openapi.json', import.meta.url), 'utf8'),
) as ApiDocument
export const asyncApi = JSON.parse(
  readFileSync(new URL('../../schemas/api/asyncapi.json', import.meta.url), 'utf8'),
) as { channels: { feed: { messages: Record<string, { name: string; payload: object }> } }; components: object }

/** A compiler of schemas that stand in a document and refer to its components. */
export function compilerOf(document: { components: object }): (schema: object) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true })
  ;(formats as unknown as (ajv: Ajv2020) => void)(ajv)
  return (schema) => ajv.compile({ ...schema, components: document.components })
}

interface Route {
  method: string
  pattern: RegExp
  operation: Described
}

/** Looks at answers as they come. `seen` holds operation and status of every answer, `faults` what no line of the document covers. */
export class AnswerCheck {
  readonly seen = new Set<string>()
  readonly faults: string[] = []
  readonly #compile = compilerOf(openApi)
  readonly #compiled = new Map<object, ValidateFunction>()
  readonly #routes: Route[] = Object.entries(openApi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      operation,
    })),
  )

  look(method: string, url: string, status: number, type: string, text: string): void {
    const path = new URL(url).pathname
    const route = this.#routes.find((one) => one.method === method && one.pattern.test(path))
    const what = `${method} ${path} ${status}`
    if (!route) return void this.faults.push(`${what}: no operation of the document`)
    this.seen.add(`${route.operation.operationId} ${status}`)
    const response = route.operation.responses[status]
    if (!response) return void this.faults.push(`${what}: no such answer, ${text.slice(0, 300)}`)
    if (!response.content)
      return text === '' ? undefined : void this.faults.push(`${what}: a body where none is promised`)
    const schema = response.content[type.split(';')[0]!.trim()]?.schema
    if (!schema) return void this.faults.push(`${what}: content type ${type}`)
    if (!/[/+]json$/.test(type.split(';')[0]!)) return
    const validate = this.#compiled.get(schema) ?? this.#compile(schema)
    this.#compiled.set(schema, validate)
    if (!validate(JSON.parse(text)))
      this.faults.push(`${what}: ${JSON.stringify(validate.errors?.slice(0, 3))} in ${text.slice(0, 400)}`)
  }

  /** fetch, with a look at each answer. */
  watch(plain: typeof fetch): typeof fetch {
    return async (input, init) => {
      const response = await plain(input, init)
      const copy = response.clone()
      const url = input instanceof Request ? input.url : String(input)
      this.look(init?.method ?? 'GET', url, copy.status, copy.headers.get('content-type') ?? '', await copy.text())
      return response
    }
  }
}
