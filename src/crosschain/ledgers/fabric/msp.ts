// Membership service providers, as a channel configuration describes them: the CAs of one organisation, its revocation lists, and the roles
// that organisational units stand for.
import { BlockRefused } from './block-reasons.ts'
import { type Certificate, isIssuedBy, isValidAt, readCertificate } from './certificate.ts'
import { decode, messages } from './messages.ts'
import { isRevoked, type RevocationList, readRevocationList } from './revocation.ts'
import type { HashFamily } from './signature.ts'

/** An organisational unit that means something; with `issuer` only below that CA. */
interface UnitRule {
  unit: string
  issuer?: Certificate
}

/** An MSP whose members can be judged. */
export interface X509Msp {
  id: string
  roots: readonly Certificate[]
  intermediates: readonly Certificate[]
  /** CAs that issue for other CAs: they issue no identities. */
  inner: ReadonlySet<Certificate>
  revoked: readonly RevocationList[]
  /** Of client, peer, admin and orderer exactly one has to be there. Empty: roles are not declared. */
  roles: readonly UnitRule[]
  /** Without roles: one of these has to be there. Empty: any member will do. */
  units: readonly UnitRule[]
  hash: HashFamily
  /** Chains found before; undefined where there is none. Times and lists are looked at anew. */
  chains: WeakMap<Certificate, readonly Certificate[] | undefined>
}

/** An MSP whose members cannot be judged here, and why: anonymous credentials (idemix), other types, or lists that cannot be read. */
export interface UntoldMsp {
  id: string
  untold: string
}
export type Msp = X509Msp | UntoldMsp

const X509_TYPE = 0
const IDEMIX_TYPE = 1
/** Of certificates, and of lists: every identity may be tried against all of them. */
const LIST_MAX = 50
const DEPTH_MAX = 8

/** Reads the MSP of an organisation, from the value `MSP` of its group. Never throws. */
export function readMsp(organisation: string, bytes: Uint8Array): Msp {
  let id = organisation
  try {
    const msp = decode(messages.MSPConfig, bytes, 'CONFIG', 'the MSP')
    const type = msp.getType()
    const content = msp.getConfig_asU8()
    if (type === IDEMIX_TYPE) {
      id = decode(messages.IdemixMSPConfig, content, 'CONFIG', 'the idemix MSP').getName() || id
      return { id, untold: 'its members have anonymous credentials (idemix)' }
    }
    if (type !== X509_TYPE) return { id, untold: `it is of type ${type}` }
    const config = decode(messages.FabricMSPConfig, content, 'CONFIG', 'the MSP')
    id = config.getName() || id
    return readX509Msp(id, config)
  } catch (cause) {
    return { id, untold: cause instanceof Error ? cause.message : 'it cannot be read' }
  }
}

type FabricMspConfig = InstanceType<typeof messages.FabricMSPConfig>
type UnitIdentifier = InstanceType<typeof messages.FabricOUIdentifier>

function readX509Msp(id: string, config: FabricMspConfig): X509Msp {
  const roots = readAll(config.getRootCertsList_asU8(), 'root certificate', readCertificate)
  const intermediates = readAll(config.getIntermediateCertsList_asU8(), 'intermediate certificate', readCertificate)
  if (roots.length === 0) throw new BlockRefused('CONFIG', 'it has no root certificate')
  const nodeUnits = config.getFabricNodeOus()
  const declared = nodeUnits?.getEnable()
    ? [
        nodeUnits.getClientOuIdentifier(),
        nodeUnits.getPeerOuIdentifier(),
        nodeUnits.getAdminOuIdentifier(),
        nodeUnits.getOrdererOuIdentifier(),
      ]
    : []
  const cas = [...roots, ...intermediates]
  return {
    id,
    roots,
    intermediates,
    inner: new Set(cas.filter((ca) => intermediates.some((below) => below !== ca && isIssuedBy(below, ca)))),
    revoked: readAll(config.getRevocationListList_asU8(), 'revocation list', readRevocationList),
    roles: declared.flatMap((identifier) => (identifier ? [readUnit(identifier)] : [])),
    units: config.getOrganizationalUnitIdentifiersList().map(readUnit),
    hash: config.getCryptoConfig()?.getSignatureHashFamily() === 'SHA3' ? 'sha3-256' : 'sha256',
    chains: new WeakMap(),
  }
}

function readAll<T>(list: readonly Uint8Array[], what: string, read: (bytes: Uint8Array) => T | undefined): T[] {
  if (list.length > LIST_MAX) throw new BlockRefused('CONFIG', `it has more than ${LIST_MAX} of: ${what}`)
  return list.map((bytes) => {
    const item = read(bytes)
    if (item === undefined) throw new BlockRefused('CONFIG', `a ${what} cannot be read`)
    return item
  })
}

function readUnit(identifier: UnitIdentifier): UnitRule {
  const unit = identifier.getOrganizationalUnitIdentifier()
  const pem = identifier.getCertificate_asU8()
  if (pem.length === 0) return { unit }
  const [issuer] = readAll([pem], 'certificate of an organisational unit', readCertificate)
  return { unit, issuer: issuer! }
}

/** Why a certificate does not show a member of the MSP at a time, or undefined if it does. */
export function memberFault(msp: X509Msp, certificate: Certificate, atMs: number): string | undefined {
  if (certificate.x509.ca) return 'its certificate is that of a CA'
  const chain = chainOf(msp, certificate)
  if (!chain) return `its certificate does not lead to a root of ${msp.id}`
  const late = chain.find((link) => !isValidAt(link, atMs))
  if (late) {
    const what = late === certificate ? 'its certificate' : 'the certificate of a CA above it'
    return `${what} is not valid at ${new Date(atMs).toISOString()}`
  }
  if (chain.some((link, at) => at + 1 < chain.length && isRevoked(msp.revoked, link, chain[at + 1]!)))
    return 'its certificate, or that of a CA above it, is revoked'
  return unitFault(msp, certificate, chain[1]!)
}

function chainOf(msp: X509Msp, certificate: Certificate): readonly Certificate[] | undefined {
  if (!msp.chains.has(certificate)) msp.chains.set(certificate, findChain(msp, certificate))
  return msp.chains.get(certificate)
}

/** From the certificate to a root, both included. */
function findChain(msp: X509Msp, certificate: Certificate): readonly Certificate[] | undefined {
  const cas = [...msp.roots, ...msp.intermediates]
  const issuer = cas.find((ca) => !msp.inner.has(ca) && isIssuedBy(certificate, ca))
  if (!issuer) return undefined
  const chain = [certificate, issuer]
  while (!msp.roots.includes(chain.at(-1)!)) {
    const above = cas.find((ca) => !chain.includes(ca) && isIssuedBy(chain.at(-1)!, ca))
    if (!above || chain.length >= DEPTH_MAX) return undefined
    chain.push(above)
  }
  return chain
}

function unitFault(msp: X509Msp, certificate: Certificate, issuer: Certificate): string | undefined {
  const holds = ({ unit, issuer: wanted }: UnitRule, found: string) =>
    unit === found && (!wanted || wanted.x509.raw.equals(issuer.x509.raw))
  const found = certificate.organisationalUnits
  if (msp.roles.length > 0) {
    const roles = found.filter((unit) => msp.roles.some((rule) => holds(rule, unit)))
    return roles.length === 1 ? undefined : `its certificate shows ${roles.length} of the roles of ${msp.id}, not one`
  }
  if (msp.units.length === 0 || found.some((unit) => msp.units.some((rule) => holds(rule, unit)))) return undefined
  return `its certificate shows none of the organisational units of ${msp.id}`
}
