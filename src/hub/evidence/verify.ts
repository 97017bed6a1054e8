// Offline verification of a bundle: link by link, asking nobody. Whom to believe comes from the one who verifies.
import { HubError } from '../errors.ts'
import type { LedgerProofs } from './ledger-links.ts'
import { notProved, STEPS } from './links.ts'
import { readTrust, type Trust } from './trust.ts'
import { BrokenLink, type Found, type Link, LINKS, trusted, type Walk } from './walk.ts'

export type { Trust } from './trust.ts'
export type { Link } from './walk.ts'

export interface LinkReport {
  link: Link
  state: 'ok' | 'absent' | 'broken' | 'unchecked'
  detail: string
}

/** `unknown`: every link that can be looked at without trust is sound, but nobody said whom to believe for that hub. */
export interface Verdict {
  verdict: 'verified' | 'refused' | 'unknown'
  links: LinkReport[]
  broken?: { link: Link; reason: string }
  /** Hex digest of the trust file. */
  trustSha256?: string
  /** What the bundle does not show, whatever the verdict. */
  notProved: string[]
}

export interface VerifyOptions {
  require?: readonly string[]
  attachments?: readonly Uint8Array[]
  /** What verifies the proofs of ledgers; loaded when the bundle has some. Absent: they stay unchecked. */
  ledgers?: () => Promise<LedgerProofs>
}

/**
 * Verifies a bundle offline. `trust` is trust.json, as bytes or parsed; `require` names optional links that must be there; `attachments`
 * are files kept beside the bundle, compared with what the envelope names.
 * Whatever is wrong with the bundle is in the verdict; throws PARAMETER_INVALID only for a trust or link it cannot use.
 */
export async function verifyBundle(
  bytes: Uint8Array,
  trust?: Trust | Uint8Array,
  options: VerifyOptions = {},
): Promise<Verdict> {
  const required = options.require ?? []
  for (const name of required)
    if (!LINKS.includes(name as Link))
      throw new HubError('PARAMETER_INVALID', `there is no link ${name}; links are ${LINKS.join(', ')}`)
  const walk: Partial<Walk> = {
    bytes,
    beside: options.attachments ?? [],
    trust: trust === undefined ? undefined : readTrust(trust),
    ...(options.ledgers && { ledgers: options.ledgers }),
  }
  const { links, broken } = await walkLinks(walk as Walk, required)
  return {
    verdict: broken ? 'refused' : trusted(walk as Walk) && !walk.unproved ? 'verified' : 'unknown',
    links,
    ...(broken && { broken }),
    ...(walk.trust && { trustSha256: walk.trust.sha256 }),
    notProved: notProved(walk),
  }
}

async function walkLinks(walk: Walk, required: readonly string[]): Promise<Pick<Verdict, 'links' | 'broken'>> {
  const links: LinkReport[] = []
  let broken: Verdict['broken']
  for (const link of LINKS) {
    if (!broken) {
      const found = await look(link, walk, required)
      if (!(found instanceof BrokenLink)) {
        links.push({ link, ...found })
        continue
      }
      broken = { link: found.link, reason: found.message }
    }
    const isBroken = broken.link === link
    links.push({ link, state: isBroken ? 'broken' : 'unchecked', detail: isBroken ? broken.reason : 'not reached' })
  }
  return broken ? { links, broken } : { links }
}

async function look(link: Link, walk: Walk, required: readonly string[]): Promise<Found | BrokenLink> {
  try {
    const found = await STEPS[link](walk)
    // Without trust some links can only be looked at in part; the verdict says so, and a requirement is not failed by it.
    const missing = found.state === 'absent' || (found.state === 'unchecked' && trusted(walk))
    if (missing && required.includes(link))
      throw new HubError('NOT_FOUND', `it is required, but ${found.state}: ${found.detail}`)
    return found
  } catch (error) {
    // What is wrong with the trust file is not wrong with the bundle.
    if (error instanceof HubError && error.code === 'PARAMETER_INVALID') throw error
    return error instanceof BrokenLink ? error : new BrokenLink(link, error)
  }
}
