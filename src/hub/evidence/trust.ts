// Trust: whom the verifier believes. It comes from the one who verifies, never from the bundle.
import { hash } from 'node:crypto'
import { HubError } from '../errors.ts'
import { type Certificate, readCertificate } from '../identity/certificate.ts'
import { parseStrictJson } from '../message/strict-json.ts'

/** trust.json: certificates in PEM; countries by ISO 3166-1 alpha-2 in upper case. */
export interface Trust {
  operatorRoot: string
  countries: Record<string, string[]>
  ledgers?: Record<string, unknown>
  timestampAuthorities?: string[]
}

/** Trust as read. `sha256` (hex) is of the file as given, or of the JSON text of the value. */
export interface TrustAnchors {
  operatorRoot: Certificate
  /** URN of the hub that the operator's root is for. */
  hub: string
  countries: ReadonlyMap<string, readonly Certificate[]>
  timestampAuthorities: readonly Buffer[]
  /** By URN; what they hold is read by the room that knows ledgers. */
  ledgers: Record<string, unknown>
  sha256: string
}

/** Reads trust.json, from its bytes or parsed. Throws PARAMETER_INVALID naming the member that cannot be used. */
export function readTrust(trust: Trust | Uint8Array): TrustAnchors {
  const bytes = trust instanceof Uint8Array ? trust : Buffer.from(JSON.stringify(trust))
  const value = parse(bytes)
  for (const name of Object.keys(value))
    if (!MEMBERS.includes(name)) throw unusable(`has a member ${name.slice(0, 60)}`)
  const operatorRoot = certificate(value.operatorRoot, 'operatorRoot')
  if (operatorRoot.party === undefined) throw unusable('has an operatorRoot that names no hub (SAN URI)')
  if (!isObject(value.countries)) throw unusable('has no countries')
  const countries = Object.entries(value.countries).map(
    ([country, anchors]) => [country, pems(anchors, `countries.${country}`)] as const,
  )
  const authorities =
    value.timestampAuthorities === undefined ? [] : texts(value.timestampAuthorities, 'timestampAuthorities')
  return {
    operatorRoot,
    hub: operatorRoot.party,
    countries: new Map(countries),
    ledgers: ledgersOf(value.ledgers),
    timestampAuthorities: authorities.map((pem) => derOf(pem, 'timestampAuthorities')),
    sha256: hash('sha256', bytes, 'hex'),
  }
}

const MEMBERS = ['operatorRoot', 'countries', 'ledgers', 'timestampAuthorities']

function parse(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown
  try {
    value = parseStrictJson(bytes)
  } catch (cause) {
    throw new HubError('PARAMETER_INVALID', `the trust file cannot be read: ${(cause as HubError).detail}`, { cause })
  }
  if (!isObject(value)) throw unusable('is not an object')
  return value
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function ledgersOf(value: unknown): Record<string, unknown> {
  if (value === undefined) return {}
  if (!isObject(value)) throw unusable('has ledgers that are not an object')
  return value
}

function texts(value: unknown, what: string): string[] {
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string'))
    throw unusable(`has no list of PEM texts in ${what}`)
  return value as string[]
}

const pems = (value: unknown, what: string): Certificate[] => texts(value, what).map((pem) => certificate(pem, what))

function certificate(pem: unknown, what: string): Certificate {
  try {
    return readCertificate(derOf(pem, what))
  } catch (cause) {
    throw cause instanceof HubError && cause.code === 'PARAMETER_INVALID'
      ? cause
      : unusable(`has a certificate in ${what} that cannot be read`, cause)
  }
}

const PEM = /^\s*-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*$/

function derOf(pem: unknown, what: string): Buffer {
  const match = typeof pem === 'string' ? PEM.exec(pem) : null
  if (!match) throw unusable(`has something in ${what} that is not one certificate in PEM`)
  return Buffer.from(match[1]!, 'base64')
}

const unusable = (what: string, cause?: unknown): HubError =>
  new HubError('PARAMETER_INVALID', `the trust file ${what}`, { cause })
