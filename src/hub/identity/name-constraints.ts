// Name constraints (RFC 5280 4.2.1.10): what names a CA may give. A name that cannot be compared counts as outside.
import { HubError } from '../errors.ts'
import type { Certificate } from './certificate.ts'
import type { CertificateName } from './distinguished-name.ts'

/**
 * Checks that every name of every certificate lies within the constraints of every CA above it. The chain is leaf first, anchor
 * included. Stricter than the RFC: self-issued certificates are not exempt. Throws CERTIFICATE_NAME_CONSTRAINT.
 */
export function checkNameConstraints(chain: readonly Certificate[]): void {
  for (const [position, issuer] of chain.entries())
    if (issuer.nameConstraints)
      for (const child of chain.slice(0, position)) checkNames(child, issuer, issuer.nameConstraints)
}

function checkNames(
  child: Certificate,
  issuer: Certificate,
  { permitted, excluded }: NonNullable<Certificate['nameConstraints']>,
): void {
  const refused = (name: CertificateName, why: string) =>
    new HubError(
      'CERTIFICATE_NAME_CONSTRAINT',
      `certificate ${child.subject} has a ${name.type} name that ${issuer.subject} ${why}`,
    )
  for (const name of child.names) {
    const bases = permitted.filter(({ type }) => type === name.type)
    if (bases.length > 0 && !bases.some((base) => isWithin(name, base) === true)) throw refused(name, 'may not give')
    const barred = excluded.filter(({ type }) => type === name.type)
    if (barred.some((base) => isWithin(name, base) !== false)) throw refused(name, 'is barred from giving')
  }
}

/** Whether a name lies in a subtree of its own type; undefined if that cannot be told. */
function isWithin(name: CertificateName, base: CertificateName): boolean | undefined {
  if (name.type === 'directory')
    return base.type === 'directory' && base.relative.every((part, n) => part === name.relative[n])
  if (base.type === 'directory') return undefined
  switch (name.type) {
    case 'dns':
      return isHostOrBelow(name.text, base.text)
    case 'email':
      return isMailWithin(name.text, base.text)
    case 'uri':
      return base.text.startsWith(PARTY_URN)
        ? isPartyWithin(name.text, base.text)
        : isUriWithin(name.text, base.text.toLowerCase())
    default:
      return undefined
  }
}

const isHostOrBelow = (host: string, base: string): boolean =>
  base === '' || host === base || host.endsWith(base.startsWith('.') ? base : `.${base}`)

/** A base with a dot in front takes the hosts below it, without one the host itself. */
const isHostOf = (host: string, base: string): boolean => (base.startsWith('.') ? host.endsWith(base) : host === base)

function isMailWithin(address: string, base: string): boolean | undefined {
  const at = address.lastIndexOf('@')
  if (at < 1) return undefined
  return base.includes('@') ? address === base : isHostOf(address.slice(at + 1), base)
}

/** How a certificate names its party, and no URI of any other purpose begins. */
const PARTY_URN = 'urn:hub:'

/**
 * Whether a chain (leaf first) leads to its leaf through a CA that may name one party only: then the leaf is a device of that party, which
 * has the party's name and not all its rights.
 */
export const isDevice = (chain: readonly Certificate[]): boolean =>
  chain
    .slice(1)
    .some((issuer) =>
      issuer.nameConstraints?.permitted.some((base) => base.type === 'uri' && base.text.startsWith(PARTY_URN)),
    )

/**
 * RFC 5280 constrains URIs by their host alone, and a URN has none. Here a base that is a party permits, or bars, exactly that party. Another
 * spelling of a URN cannot be told; whatever has a host is no party.
 */
function isPartyWithin(uri: string, base: string): boolean | undefined {
  if (uri === base) return true
  return uri.startsWith(PARTY_URN) || HOST.test(uri) ? false : undefined
}

const HOST = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([a-z0-9.-]*[a-z][a-z0-9.-]*)(?::\d*)?(?:[/?#]|$)/i

/** A URI without a host name (a URN, an address in numbers) cannot be told. */
function isUriWithin(uri: string, base: string): boolean | undefined {
  const host = HOST.exec(uri)?.[1]?.toLowerCase().replace(/\.$/, '')
  return host === undefined ? undefined : isHostOf(host, base)
}
