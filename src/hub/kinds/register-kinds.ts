// Kinds that make the trust register. A country's entries are signed by that country's authority; the hub's operator has no say in them.
import type { HubCountry, HubMandate, HubParty, HubRevocation } from '../../../schemas/types.d.ts'
import type { Finding } from '../errors.ts'
import { type Certificate, readCertificate } from '../identity/certificate.ts'
import type { Register } from '../identity/register.ts'
import { readCrl } from '../identity/status.ts'
import { nothingWanted, type JudgeViews, type Judgement, type MessageKind } from '../message/kind.ts'
import { HubError } from '../errors.ts'
import { fromBase64url, fromTime } from '../values/encoding.ts'
import { placed } from '../values/finding.ts'
import { checkBic, checkCustomsRegistration, checkLei, checkUscc } from '../values/identifiers/index.ts'
import { readSchemaFile } from '../values/schema-file.ts'

// Register entries are prepared with care and may lie signed for long before they are entered.
const AGE_MAX_MS = 400 * 86_400_000
const KIB = 1024

const registerKind = {
  version: 1,
  type: 'application/json',
  bodyMaxBytes: 4096 * KIB,
  ageMaxMs: AGE_MAX_MS,
  views: {},
} as const

const finding = (code: string, path: string, message: string): Finding => ({ code, path, message })

/** A register entry moves the head of what it is about, so that messages relying on the old state are looked at again. */
async function moveRegister(
  views: JudgeViews,
  what: 'country' | 'party',
  name: string,
  more: Partial<Judgement> = {},
): Promise<Judgement> {
  const key = views.key('register', what, name)
  const head = await views.head(key)
  return { ...nothingWanted(), moves: [{ key, version: head?.version ?? 0, value: {} }], ...more }
}

/** Findings unless the sender is the authority of the country. */
function authorityOnly(sender: string, country: string, register: Register): Finding[] {
  const entry = register.country(country)
  if (!entry) return [finding('COUNTRY_UNKNOWN', '/country', `country ${country} is not pinned in this hub's seed`)]
  if (entry.authority !== sender)
    return [finding('NOT_THE_AUTHORITY', '/country', `entries of ${country} are signed by ${entry.authority}`)]
  return []
}

/** Runs a reading that throws a coded refusal and turns it into a finding at a path. */
function readable(path: string, read: () => unknown): Finding[] {
  try {
    read()
    return []
  } catch (error) {
    if (error instanceof HubError) return [finding(error.code, path, error.detail)]
    throw error
  }
}

/** A place the hub will fetch from: nothing but scheme, host and path, so that no secret of a responder stands in the register. */
function urlFindings(text: string, path: string): Finding[] {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url && url.username === '' && url.password === '' && url.hash === '') return []
  return [finding('URL_INVALID', path, 'must be an http or https URL without user, password or fragment')]
}

export const countryKind: MessageKind<HubCountry> = {
  ...registerKind,
  name: 'hub.country',
  schema: readSchemaFile('hub/country.v1.json'),
  senders: ['authority'],
  statusAllows: ['good', 'stale', 'unknown'],
  check: ({ anchors }) =>
    anchors.flatMap(({ certificate, status, crlUrls = [], ocspUrls = [] }, n) => [
      ...readable(`/anchors/${n}/certificate`, () => readCertificate(fromBase64url(certificate, 'certificate'))),
      ...crlUrls.flatMap((url, m) => urlFindings(url, `/anchors/${n}/crlUrls/${m}`)),
      ...ocspUrls.flatMap((url, m) => urlFindings(url, `/anchors/${n}/ocspUrls/${m}`)),
      ...(status === 'ocsp' && ocspUrls.length === 0
        ? [finding('OCSP_URL_MISSING', `/anchors/${n}`, 'a CA that goes by its responders names where they are asked')]
        : []),
    ]),
  async judge({ envelope, body }, views) {
    const findings = authorityOnly(envelope.from, body.country, views.register)
    const known = views.register.country(body.country)?.anchors ?? []
    for (const [n, { certificate, crl, userId }] of body.anchors.entries()) {
      if (!crl) continue
      const ca = readCertificate(fromBase64url(certificate, 'certificate'))
      const before = known.find((one) => one.certificate.fingerprint === ca.fingerprint)?.crl
      const named = { certificate: ca, ...(userId && { userId }), ...(before && { crl: before }) }
      findings.push(...(await crlFindings(crl, named, `/anchors/${n}/crl`)))
    }
    if (body.authority !== envelope.from)
      findings.push(
        finding('NOT_THE_AUTHORITY', '/authority', 'an authority is handed over by a new seed, not by an entry'),
      )
    return moveRegister(views, 'country', body.country, { findings })
  },
  audience: () => [],
}

/** What is wrong with a list a CA is said to have signed; one older than what is known would take revocations back. */
async function crlFindings(
  crl: string,
  ca: { certificate: Certificate; userId?: string; crl?: { thisUpdateMs: number } },
  path: string,
): Promise<Finding[]> {
  try {
    const list = await readCrl(fromBase64url(crl, 'crl'), ca.certificate, ca.userId)
    if (list.thisUpdateMs >= (ca.crl?.thisUpdateMs ?? 0)) return []
    return [finding('CRL_OLDER', path, 'a newer list of this CA has been entered before')]
  } catch (error) {
    if (error instanceof HubError) return [finding(error.code, path, error.detail)]
    throw error
  }
}

const IDENTIFIERS = {
  bic: checkBic,
  lei: checkLei,
  uscc: checkUscc,
  customs: checkCustomsRegistration,
} as const

function identifierFindings(identifiers: NonNullable<HubParty['identifiers']>): Finding[] {
  return (Object.keys(IDENTIFIERS) as (keyof typeof IDENTIFIERS)[]).flatMap((name) => {
    const flaw = identifiers[name] === undefined ? undefined : IDENTIFIERS[name](identifiers[name])
    return flaw ? [placed(flaw, `/identifiers/${name}`)] : []
  })
}

/** Findings for numbers that the register binds to another party. */
const takenNumbers = ({ party, country, identifiers = {} }: HubParty, register: Register): Finding[] =>
  (['uscc', 'customs'] as const).flatMap((name) => {
    const value = identifiers[name]
    const holder = value === undefined || country !== 'CN' ? undefined : register.holder(name, value)
    return holder === undefined || holder === party
      ? []
      : [finding('IDENTIFIER_TAKEN', `/identifiers/${name}`, 'the register binds this number to another party')]
  })

export const partyKind: MessageKind<HubParty> = {
  ...registerKind,
  name: 'hub.party',
  schema: readSchemaFile('hub/party.v1.json'),
  senders: ['authority'],
  statusAllows: ['good', 'stale', 'unknown'],
  check({ party, country, class: partyClass, certificates = [], identifiers = {} }) {
    const [, , code, named] = party.split(':')
    const findings: Finding[] = []
    if (code!.toUpperCase() !== country)
      findings.push(finding('PARTY_COUNTRY', '/party', `the party names country ${code}, the entry ${country}`))
    if (named !== partyClass)
      findings.push(finding('PARTY_CLASS', '/party', `the party names class ${named}, the entry ${partyClass}`))
    findings.push(...identifierFindings(identifiers))
    certificates.forEach((path, n) =>
      path.forEach((der, m) =>
        findings.push(...readable(`/certificates/${n}/${m}`, () => readCertificate(fromBase64url(der, 'certificate')))),
      ),
    )
    return findings
  },
  async judge({ envelope, body }, views) {
    const findings = authorityOnly(envelope.from, body.country, views.register)
    const classes = views.register.country(body.country)?.classes ?? []
    if (classes.length > 0 && !classes.includes(body.class))
      findings.push(
        finding('CLASS_NOT_ALLOWED', '/class', `${body.country} has entered the classes ${classes.join(', ')}`),
      )
    findings.push(...takenNumbers(body, views.register))
    const judgement = await moveRegister(views, 'party', body.party, { findings })
    // Also when the right is taken away: who is told of messages on their way has changed.
    if (body.supervises ?? views.register.party(body.party)?.supervises)
      judgement.moves.push(...(await moveRegister(views, 'country', body.country)).moves)
    return judgement
  },
  // The party is told of its own admission too, though nobody knew it before.
  audience: ({ body }) => [{ party: body.party, view: 'full' }],
}

export const mandateKind: MessageKind<HubMandate> = {
  ...registerKind,
  name: 'hub.mandate',
  schema: readSchemaFile('hub/mandate.v1.json'),
  senders: ['any'],
  statusAllows: ['good'],
  check: ({ from, until }) =>
    fromTime(from)! < (fromTime(until) ?? 0)
      ? []
      : [finding('MANDATE_PERIOD', '/until', 'until must be a time after from')],
  async judge({ envelope, body }, views) {
    const findings = views.register.party(body.agent)
      ? []
      : [finding('AGENT_UNKNOWN', '/agent', 'the agent is not in the register')]
    return moveRegister(views, 'party', envelope.from, { findings })
  },
  audience: ({ body }) => [{ party: body.agent, view: 'full' }],
}

/** Findings if the certificate is known to be of a CA or party of another country: no country is ruled by another. */
function certificateOfAnother(fingerprint: string, country: string, register: Register): Finding[] {
  const leaf = register.certificate(fingerprint)?.[0]
  const party = leaf && readCertificate(leaf).party
  const ca = register
    .countries()
    .find(({ anchors }) => anchors.some(({ certificate }) => certificate.fingerprint === fingerprint))
  const of = party?.split(':')[2]!.toUpperCase() ?? ca?.country
  if (of === undefined || of === country) return []
  return [finding('NOT_THE_AUTHORITY', '/fingerprint', `the certificate is of ${of}, whose authority alone revokes it`)]
}

export const revocationKind: MessageKind<HubRevocation> = {
  ...registerKind,
  name: 'hub.revocation',
  schema: readSchemaFile('hub/revocation.v1.json'),
  senders: ['authority'],
  statusAllows: ['good', 'stale', 'unknown'],
  check: ({ revokedAt, invalidFrom }) =>
    Object.entries({ revokedAt, invalidFrom }).flatMap(([name, time]) =>
      time === undefined || fromTime(time) !== undefined
        ? []
        : [finding('TIME_INVALID', `/${name}`, 'is not a time that exists')],
    ),
  async judge({ envelope, body }, views) {
    const country = views.register.countries().find(({ authority }) => authority === envelope.from)
    if (!country)
      return {
        ...nothingWanted(),
        findings: [finding('NOT_THE_AUTHORITY', '', 'only the authority of a country revokes')],
      }
    if (body.crl) {
      const ca = country.anchors.find(({ certificate }) => certificate.fingerprint === body.ca)
      const findings = ca
        ? await crlFindings(body.crl, ca, '/crl')
        : [finding('CA_UNKNOWN', '/ca', 'that CA is not one of this country in the register')]
      return moveRegister(views, 'country', country.country, { findings })
    }
    const named = body.party?.split(':')[2]?.toUpperCase()
    if (named && named !== country.country)
      return {
        ...nothingWanted(),
        findings: [finding('PARTY_COUNTRY', '/party', `the party is not of ${country.country}`)],
      }
    const findings = certificateOfAnother(body.fingerprint!, country.country, views.register)
    // Whose certificate it is can be known from the certificate alone, which is not here: every party of the country is looked at again.
    return moveRegister(views, 'country', country.country, { findings })
  },
  audience: ({ body }, register) =>
    body.party && register.party(body.party) ? [{ party: body.party, view: 'full' }] : [],
}
