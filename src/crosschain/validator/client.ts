// The relay's side: asks one validator for its signature, and takes it only if it is the expected key's over what the relay knows itself.
import { fromBase64url, parseStrictJson, type PartyUrn } from '../../hub/index.ts'
import { attestationDigest, recoverAddress, type AttestedAct } from '../attestation.ts'
import type { Address } from '../packet.ts'

export interface ValidatorClient {
  readonly party: PartyUrn
  readonly address: Address
  /** 65 bytes by `address` over the digest of the act. Throws AttestRefused. */
  attest(act: AttestedAct, signal?: AbortSignal): Promise<Uint8Array>
}

/** `code`: the validator's own, or UNREACHABLE, LATE, ANSWER (it said what cannot be), VALUE_DIFFERS or SIGNATURE (not by its key over this act). */
export class AttestRefused extends Error {
  readonly code: string
  /** Asking again later may help. */
  readonly retry: boolean
  constructor(code: string, message: string, retry: boolean) {
    super(`${code}: ${message}`)
    this.code = code
    this.retry = retry
  }
}

export interface ValidatorClientOptions {
  url: string
  party: PartyUrn
  address: Address
  token?: string
  /** For the whole of one question. */
  timeoutMs?: number
}

const TIMEOUT_MS = 12_000
const ANSWER_MAX_BYTES = 8 * 1024
const CODE = /^[A-Z][A-Z_]{1,40}$/
const DETAIL_MAX = 300

export function validatorClient(options: ValidatorClientOptions): ValidatorClient {
  const { party, address } = options
  return {
    party,
    address,
    async attest(act, signal) {
      const late = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
      const { status, body } = await ask(act, options, signal ? AbortSignal.any([late, signal]) : late)
      if (status !== 200) throw refusal(status, body)
      return verified(body, act, address)
    },
  }
}

interface Answer {
  status: number
  body: Record<string, unknown>
}

async function ask(act: AttestedAct, options: ValidatorClientOptions, signal: AbortSignal): Promise<Answer> {
  const { url, token } = options
  const { lane, sequence, epoch } = act
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/v1/attest`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ lane, sequence, act: act.act, epoch }),
      redirect: 'error',
      signal,
    })
    return { status: response.status, body: readAnswer(await readBounded(response)) }
  } catch (error) {
    if (error instanceof AttestRefused) throw error
    if (signal.aborted) throw new AttestRefused('LATE', 'no answer in time', true)
    throw new AttestRefused('UNREACHABLE', reasonOf(error), true)
  }
}

async function readBounded({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > ANSWER_MAX_BYTES) throw new AttestRefused('ANSWER', 'its answer is too long', true)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function readAnswer(bytes: Buffer): Record<string, unknown> {
  try {
    const value = parseStrictJson(bytes)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Said below.
  }
  throw new AttestRefused('ANSWER', 'its answer is no JSON object', true)
}

function refusal(status: number, { code, detail }: Record<string, unknown>): AttestRefused {
  const named = typeof code === 'string' && CODE.test(code) ? code : `STATUS_${status}`
  const said = typeof detail === 'string' ? detail.slice(0, DETAIL_MAX) : 'it does not say why'
  return new AttestRefused(named, said, status === 503 || named === 'NOT_THERE')
}

/** Neither address, value nor epoch in the answer are needed; where they differ, they say why the signature will not do. */
function verified(body: Record<string, unknown>, act: AttestedAct, address: Address): Uint8Array {
  if (body['value'] !== act.value)
    throw new AttestRefused('VALUE_DIFFERS', `it signed ${String(body['value']).slice(0, 64)}, not ${act.value}`, false)
  const signature = signatureIn(body)
  if (recovered(act, signature) === address) return signature
  throw new AttestRefused('SIGNATURE', `the signature is not by ${address} over this act`, false)
}

function signatureIn({ signature }: Record<string, unknown>): Uint8Array {
  try {
    return fromBase64url(String(signature), 'signature')
  } catch {
    throw new AttestRefused('SIGNATURE', 'the signature is not base64url', false)
  }
}

function recovered(act: AttestedAct, signature: Uint8Array): Address | undefined {
  try {
    // Ledgers take 27 and 28 only.
    return (signature[64] ?? 0) < 27 ? undefined : recoverAddress(attestationDigest(act), signature)
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error ? cause.message : message
}
