// The form of a ledger's evidence, as the journal keeps it beside an entry and a bundle carries it.
import { fromBase64url, HubError, parseStrictJson, toBase64url } from '../hub/index.ts'
import type { LedgerEvidence } from './door.ts'

/** JSON: {v: 1, family, headers[], account[], storage[]}; all binary values base64url. `family` names the verifier. */
interface EvidenceForm {
  v: 1
  family: string
  headers: string[]
  account: string[]
  storage: string[]
}

const MEMBERS = ['v', 'family', 'headers', 'account', 'storage']
/** More validator changes between the trusted block and the proof than this need a newer trust root. */
const HEADERS_MAX = 64
const NODES_MAX = 64
const ITEM_MAX_BYTES = 64 * 1024

export function encodeEvidence(family: string, { headers, account, storage }: LedgerEvidence): Buffer {
  const form: EvidenceForm = {
    v: 1,
    family,
    headers: headers.map(toBase64url),
    account: account.map(toBase64url),
    storage: storage.map(toBase64url),
  }
  return Buffer.from(JSON.stringify(form))
}

/** Reads it strictly. Throws HubError: JSON_MALFORMED, ENCODING_NOT_CANONICAL or ENVELOPE_MALFORMED. */
export function readEvidence(bytes: Uint8Array): LedgerEvidence & { family: string } {
  const form = parseStrictJson(bytes) as Partial<EvidenceForm> | null
  if (typeof form !== 'object' || form === null || Array.isArray(form)) throw malformed('is no object')
  const names = Object.keys(form)
  if (names.length !== MEMBERS.length || MEMBERS.some((name) => !names.includes(name)))
    throw malformed(`has the members ${MEMBERS.join(', ')} and no others`)
  if (form.v !== 1 || typeof form.family !== 'string') throw malformed('is of another version')
  const headers = items(form.headers, 'headers', HEADERS_MAX)
  if (headers.length === 0) throw malformed('has no header')
  return {
    family: form.family,
    headers,
    account: items(form.account, 'account', NODES_MAX),
    storage: items(form.storage, 'storage', NODES_MAX),
  }
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
