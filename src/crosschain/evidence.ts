// The form of a ledger's evidence, as the journal keeps it beside an entry and a bundle carries it.
import { fromBase64url, HubError, parseStrictJson, toBase64url } from '../hub/index.ts'
import type { InclusionProof, LogProof } from './verifier.ts'

/** Sealed headers, the last of which has in it what is shown (the others lead there from the trusted set); and a place in its state, or a log in its block. */
export type Evidence = { headers: readonly Uint8Array[] } & ({ state: InclusionProof } | { log: LogProof })

const MEMBERS = ['v', 'family', 'headers'] as const
/** More validator changes between the trusted block and the proof than this need a newer trust root. */
const HEADERS_MAX = 256
const NODES_MAX = 64
/** Longest header or node of a proof. */
export const ITEM_MAX_BYTES = 64 * 1024

/** JSON: {v: 1, family, headers[], state: {account[], storage[]} or log: {transactionIndex, logIndex, nodes[]}}; binary values base64url. `family` names the verifier. */
export function encodeEvidence(family: string, evidence: Evidence): Buffer {
  const headers = evidence.headers.map(toBase64url)
  return Buffer.from(JSON.stringify({ v: 1, family, headers, ...encodeProof(evidence) }))
}

function encodeProof(evidence: Evidence): object {
  if ('state' in evidence) {
    const { account, storage } = evidence.state
    return { state: { account: account.map(toBase64url), storage: storage.map(toBase64url) } }
  }
  const { transactionIndex, logIndex, nodes } = evidence.log
  return { log: { transactionIndex, logIndex, nodes: nodes.map(toBase64url) } }
}

/** Reads it strictly. Throws HubError: JSON_MALFORMED, JSON_LOSSY, ENCODING_NOT_CANONICAL or ENVELOPE_MALFORMED. */
export function readEvidence(bytes: Uint8Array): Evidence & { family: string } {
  const form = members(parseStrictJson(bytes), 'the evidence')
  if (form['v'] !== 1 || typeof form['family'] !== 'string') throw malformed('is of another version')
  const proof = Object.hasOwn(form, 'log') ? 'log' : 'state'
  exactly(form, [...MEMBERS, proof], 'the evidence')
  const headers = items(form['headers'], 'headers', HEADERS_MAX)
  if (headers.length === 0) throw malformed('has no header')
  const read: Evidence =
    proof === 'log' ? { headers, log: readLog(form['log']) } : { headers, state: readState(form['state']) }
  // One spelling: what could be written in two ways could be changed unnoticed.
  if (!encodeEvidence(form['family'], read).equals(bytes)) throw malformed('is not in its one canonical form')
  return { family: form['family'], ...read }
}

function readState(value: unknown): InclusionProof {
  const state = members(value, 'state')
  exactly(state, ['account', 'storage'], 'state')
  return {
    account: items(state['account'], 'account', NODES_MAX),
    storage: items(state['storage'], 'storage', NODES_MAX),
  }
}

function readLog(value: unknown): LogProof {
  const log = members(value, 'log')
  exactly(log, ['transactionIndex', 'logIndex', 'nodes'], 'log')
  return {
    transactionIndex: count(log['transactionIndex'], 'transactionIndex'),
    logIndex: count(log['logIndex'], 'logIndex'),
    nodes: items(log['nodes'], 'nodes', NODES_MAX),
  }
}

function members(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(`has in ${what} no object`)
  return value as Record<string, unknown>
}

function exactly(value: object, names: readonly string[], what: string): void {
  const given = Object.keys(value)
  if (given.length !== names.length || names.some((name) => !given.includes(name)))
    throw malformed(`has in ${what} other members than ${names.join(', ')}`)
}

function count(value: unknown, what: string): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) throw malformed(`has no whole number in ${what}`)
  return value as number
}

function items(list: unknown, what: string, most: number): Buffer[] {
  if (!Array.isArray(list) || list.length > most) throw malformed(`has no list of at most ${most} in ${what}`)
  return list.map((item) => {
    if (typeof item !== 'string' || item.length > ITEM_MAX_BYTES * 1.4)
      throw malformed(`has an item too large in ${what}`)
    return fromBase64url(item, what)
  })
}

const malformed = (what: string): HubError => new HubError('ENVELOPE_MALFORMED', `the evidence of a ledger ${what}`)
