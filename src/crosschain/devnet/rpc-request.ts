// JSON-RPC 2.0: reads a body strictly, asks the methods, writes the answer.
import { ConnectionRefused } from './faults.ts'
import type { Methods } from './rpc-methods.ts'
import { RpcError } from './rpc-error.ts'

/** Questions in one batch. */
export const BATCH_MAX = 100

type Id = string | number | null
interface Question {
  id?: Id
  method: string
  params: unknown[]
}

const MEMBERS = ['jsonrpc', 'id', 'method', 'params']

/**
 * Answers a body; undefined: nothing is to be said, since all of it were notifications. What is wrong with it stands in the answer.
 * Throws ConnectionRefused.
 */
export async function answerBody(body: Uint8Array, methods: Methods): Promise<string | undefined> {
  let read: unknown
  try {
    read = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return JSON.stringify(failed(null, new RpcError(-32700, 'parse error')))
  }
  if (!Array.isArray(read)) {
    const answer = await answerOne(read, methods)
    return answer && JSON.stringify(answer)
  }
  if (read.length === 0 || read.length > BATCH_MAX)
    return JSON.stringify(failed(null, new RpcError(-32600, `a batch has 1 to ${BATCH_MAX} requests`)))
  const answers: object[] = []
  for (const one of read) {
    const answer = await answerOne(one, methods)
    if (answer) answers.push(answer)
  }
  return answers.length === 0 ? undefined : JSON.stringify(answers)
}

async function answerOne(value: unknown, methods: Methods): Promise<object | undefined> {
  let id: Id = null
  try {
    const question = readQuestion(value)
    id = question.id ?? null
    const result = await ask(methods, question.method, question.params)
    return question.id === undefined ? undefined : { jsonrpc: '2.0', id, result }
  } catch (error) {
    if (error instanceof ConnectionRefused) throw error
    const notification = id === null && isNotification(value)
    return notification ? undefined : failed(id, error)
  }
}

/** Asks a method. Throws RpcError for what it does not know. */
export async function ask(methods: Methods, method: string, params: readonly unknown[]): Promise<unknown> {
  if (!Object.hasOwn(methods, method)) throw new RpcError(-32601, `method ${method.slice(0, 64)} not found`)
  return await methods[method]!(params)
}

function readQuestion(value: unknown): Question {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('is no object')
  const { jsonrpc, id, method, params = [] } = value as Record<string, unknown>
  const unknown = Object.keys(value).find((member) => !MEMBERS.includes(member))
  if (unknown !== undefined) throw invalid(`has a member ${JSON.stringify(unknown.slice(0, 64))}`)
  if (jsonrpc !== '2.0') throw invalid('is not of version 2.0')
  if (!['string', 'number', 'undefined'].includes(typeof id) && id !== null) throw invalid('has an id of another type')
  if (typeof method !== 'string') throw invalid('has no method')
  if (!Array.isArray(params)) throw new RpcError(-32602, 'invalid params: not a list')
  return { ...(id !== undefined && { id: id as Id }), method, params }
}

/** A well-formed request without an id gets no answer, not even a bad one. */
function isNotification(value: unknown): boolean {
  try {
    return readQuestion(value).id === undefined
  } catch {
    return false
  }
}

const invalid = (what: string): RpcError => new RpcError(-32600, `invalid request: it ${what}`)

function failed(id: Id, error: unknown): object {
  const { code, message, data } =
    error instanceof RpcError ? error : new RpcError(-32603, `internal error: ${(error as Error).message}`)
  return { jsonrpc: '2.0', id, error: { code, message, ...(data !== undefined && { data }) } }
}
