// A session at a partner hub: our operator is a party there, and proves it as every party does.
import { createHash, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compact, fileSigner, fromTime, signJws, toBase64url, toTime, type PartyUrn } from '../../../hub/index.ts'
import { TransportFault } from '../../transport.ts'

/** Who we are at the partner: from a party's folder (party.json, its key and certificates). */
export interface HubCredentials {
  party: PartyUrn
  signer: ReturnType<typeof fileSigner>
  /** DER, leaf first, without the anchor. */
  path: readonly Buffer[]
}

/** Reads a party's folder whose key is a file. Throws Error naming what cannot be read. */
export function readHubCredentials(folder: string): HubCredentials {
  const card = JSON.parse(readFileSync(join(folder, 'party.json'), 'utf8')) as {
    party?: string
    key?: string
    certificates?: string[]
  }
  if (!card.party || !card.key || !card.certificates?.length)
    throw new Error(`${folder}/party.json names no party, no key file or no certificates`)
  return {
    party: card.party,
    signer: fileSigner(join(folder, card.key)),
    path: card.certificates.map((file) => new X509Certificate(readFileSync(join(folder, file))).raw),
  }
}

export interface SessionOptions {
  url: string
  hub: PartyUrn
  credentials: HubCredentials
  clock(): number
  timeoutMs: number
}

const RENEW_BEFORE_MS = 60_000

/** Asks one address; a session is proved when it is needed and once more when it has ended. Throws TransportFault. */
export function partnerSession(options: SessionOptions) {
  const { url, timeoutMs, clock } = options
  let session: Promise<{ token: string; untilMs: number }> | undefined
  const token = async (): Promise<string> => {
    const known = await session?.catch(() => undefined)
    if (known && known.untilMs - clock() > RENEW_BEFORE_MS) return known.token
    session = openSession(options)
    return (await session).token
  }
  return {
    async get(path: string, mostBytes: number): Promise<Buffer> {
      for (let again = false; ; again = true) {
        const headers = { authorization: `Bearer ${await token()}` }
        const answer = await bounded(`${url}${path}`, { headers }, timeoutMs)
        if (answer.status === 401 && !again) {
          session = undefined
          continue
        }
        return read(answer, mostBytes)
      }
    },
  }
}

async function openSession({ url, hub, credentials, clock, timeoutMs }: SessionOptions) {
  const post = async <T>(body: object): Promise<T> => {
    const headers = { 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return JSON.parse((await read(await bounded(`${url}/v1/sessions`, init, timeoutMs), 65_536)).toString()) as T
  }
  const challenge = await post<{ hub: string; origin: string; nonce: string }>({})
  // Signing for a hub or an origin that is not the one we meant would let it answer elsewhere in our name.
  if (challenge.hub !== hub || challenge.origin !== new URL(url).origin)
    throw new TransportFault('answer', `the hub at ${new URL(url).origin} is ${challenge.hub} at ${challenge.origin}`)
  const { party, path, signer } = credentials
  const certificate = createHash('sha256').update(path[0]!).digest('hex')
  const issued = toTime(clock())
  const { origin, nonce } = challenge
  const payload = Buffer.from(JSON.stringify({ hub, origin, party, certificate, nonce, issued, purpose: 'api' }))
  const answer = compact(payload, await signJws(payload, 'hub-session+jws', signer, { fingerprint: certificate }))
  const opened = await post<{ token: string; until: string }>({ answer, certificates: path.map(toBase64url) })
  return { token: opened.token, untilMs: fromTime(opened.until) ?? clock() }
}

async function bounded(url: string, init: RequestInit, timeoutMs: number): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'error', signal: AbortSignal.timeout(timeoutMs) })
  } catch (cause) {
    const kind = (cause as Error).name === 'TimeoutError' ? 'timeout' : 'unreachable'
    throw new TransportFault(kind, `the hub at ${new URL(url).origin} does not answer`, { cause })
  }
}

async function read(answer: Response, mostBytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of answer.body ?? []) {
    size += (part as Uint8Array).length
    if (size > mostBytes) throw new TransportFault('answer', `the hub answers with more than ${mostBytes} bytes`)
    parts.push(part as Uint8Array)
  }
  const bytes = Buffer.concat(parts)
  if (answer.ok) return bytes
  const { code = '', detail = '' } = problemIn(bytes)
  throw new TransportFault('answer', `the hub says ${answer.status} ${code}: ${detail}`.slice(0, 300))
}

function problemIn(bytes: Buffer): { code?: string; detail?: string } {
  try {
    return JSON.parse(bytes.toString()) as { code?: string; detail?: string }
  } catch {
    return {}
  }
}
