// Who is asking: a bearer token of a session, or a TLS client certificate. Never a token in a URL.
import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { FastifyRequest } from 'fastify'
import { HubError } from '../errors.ts'
import { checkStanding, proveCertificate, type Identities } from '../identity/authenticate.ts'
import { isDevice } from '../identity/name-constraints.ts'
import type { Sessions } from '../identity/session.ts'
import type { PartyUrn } from '../message/envelope.ts'

export interface Caller {
  party: PartyUrn
}

export interface CallerDeps {
  sessions: Sessions
  identities: Identities
  clock: () => number
}

/** What a party signs its answer for when it wants to call the routes; the feed socket asks for another. */
const PURPOSE = 'api'
const BEARER = /^Bearer ([A-Za-z0-9_-]{20,200})$/

const known = new WeakMap<FastifyRequest, Caller>()

/** Asks before a body is read: what nobody has proved to be his is not taken into memory. */
export const askFirst =
  (deps: CallerDeps) =>
  async (request: FastifyRequest): Promise<void> => {
    known.set(request, await prove(request, deps))
  }

/** Who is asking; proved once per request. Throws as `prove`. */
export async function callerOf(request: FastifyRequest, deps: CallerDeps): Promise<Caller> {
  const caller = known.get(request) ?? (await prove(request, deps))
  known.set(request, caller)
  return caller
}

/** Who has proved to be asking, for the log. */
export const partyAsking = (request: FastifyRequest): PartyUrn | undefined => known.get(request)?.party

/** Throws SESSION_REQUIRED, SESSION_ENDED, SESSION_FOREIGN, VIEW_BEHIND or the identity refusal of the TLS certificate. */
async function prove(request: FastifyRequest, { sessions, identities, clock }: CallerDeps): Promise<Caller> {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const token = BEARER.exec(authorization)?.[1]
    if (!token) throw new HubError('SESSION_REQUIRED', 'the Authorization header is not a bearer token of this hub')
    const session = await sessions.verify(token)
    if (session.purpose !== PURPOSE)
      throw new HubError('SESSION_FOREIGN', `the session was proved for ${session.purpose}, not for ${PURPOSE}`)
    return session
  }
  const certificate = (request.raw.socket as TLSSocket).getPeerX509Certificate?.()
  if (!certificate)
    throw new HubError('SESSION_REQUIRED', 'no session and no TLS client certificate came with the request')
  const proveIt = async (): Promise<Caller> => {
    const signer = await proveCertificate(pathOf(certificate), identities, clock())
    if (isDevice(signer.chain))
      throw new HubError('READ_NOT_PERMITTED', `a device of ${signer.party} signs for it, and reads nothing`)
    checkStanding(signer, identities, ['good', 'stale', 'unknown'], clock())
    return { party: signer.party }
  }
  try {
    return await proveIt()
  } catch (refusal) {
    // Another process may have entered the party just now.
    if (!(refusal instanceof HubError) || !(await sessions.caughtUp())) throw refusal
    return proveIt()
  }
}

const PATH_MAX = 4

/** The certificates the peer sent, leaf first. */
function pathOf(leaf: X509Certificate): Buffer[] {
  const path: Buffer[] = []
  for (let one: X509Certificate | undefined = leaf; one && path.length < PATH_MAX; one = one.issuerCertificate) {
    if (path.some((der) => der.equals(one!.raw))) break
    path.push(one.raw)
  }
  return path
}
