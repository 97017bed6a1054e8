// hub.admin: what the operator does to its hub, signed and journaled like everything else. It narrows; it lifts only what it narrowed itself.
import type { HubAdmin } from '../../../schemas/types.d.ts'
import { isPausable, PAUSES_HEAD, pauseName, type OperatorActs } from '../admin/acts.ts'
import type { Finding } from '../errors.ts'
import type { Register } from '../identity/register.ts'
import type { AudienceRow } from '../message/message.ts'
import { nothingWanted, type MessageKind } from '../message/kind.ts'
import { FULL } from '../message/audience.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { readSchemaFile } from '../values/schema-file.ts'

const finding = (code: string, path: string, message: string): Finding => ({ code, path, message })

/** `acts` are those accepted so far; absent where bodies alone are looked at. */
export const adminKind = (acts?: OperatorActs): MessageKind<HubAdmin> => ({
  version: 1,
  type: 'application/json',
  bodyMaxBytes: 128 * 1024,
  ageMaxMs: 86_400_000,
  views: {},
  name: 'hub.admin',
  schema: readSchemaFile('hub/admin.v1.json'),
  senders: ['operator'],
  statusAllows: ['good'],
  check: (body) =>
    body.act === 'pause' && body.what.kind !== undefined && !isPausable(body.what.kind)
      ? [finding('NOT_PAUSABLE', '/what/kind', 'what the hub says of itself and the register are never paused')]
      : [],
  async judge({ envelope, body }, views) {
    const findings: Finding[] = unknownParties(body, views.register)
    if (envelope.from.split(':')[2] !== envelope.hub.split(':')[2])
      findings.push(finding('NOT_THE_OPERATOR', '', "only an operator of the hub's own country administers it"))
    if (body.act !== 'pause' && body.act !== 'resume') return { ...nothingWanted(), findings }
    const before = acts?.paused(body.what)
    if (body.act === 'pause' && before)
      findings.push(finding('ALREADY_PAUSED', '/what', `entry ${before.index} has paused it`))
    if (body.act === 'resume' && !before)
      findings.push(finding('NOT_PAUSED', '/what', `${pauseName(body.what)} is not paused by an operator`))
    const key = views.key('register', ...PAUSES_HEAD)
    return { ...nothingWanted(), findings, moves: [{ key, version: views.register.version(key), value: {} }] }
  },
  // Regulators of the countries concerned are added by the hub.
  audience: ({ body }, register): AudienceRow[] => concerned(body, register).map((party) => ({ party, view: FULL })),
})

function unknownParties(body: HubAdmin, register: Register): Finding[] {
  const named = body.act === 'notice' ? (body.to ?? []) : 'party' in body && body.party ? [body.party] : []
  const what = 'what' in body ? body.what : {}
  const unknown = [...named, ...(what.party === undefined ? [] : [what.party])].filter((urn) => !register.party(urn))
  const country = what.country !== undefined && !register.country(what.country)
  return [
    ...unknown.map((urn) => finding('PARTY_NOT_REGISTERED', '', `${urn} is not in the register`)),
    ...(country ? [finding('COUNTRY_UNKNOWN', '/what/country', 'the country is not in the register')] : []),
  ]
}

/** The parties an act is about: they are told. A pause of a kind is told to its senders when they are refused. */
function concerned(body: HubAdmin, register: Register): PartyUrn[] {
  if (body.act === 'notice') return body.to ?? activeParties(register)
  if (body.act === 'pause' || body.act === 'resume') {
    const { party, country } = body.what
    // A country nobody knows is a finding; it has nobody to be told.
    const told = country === undefined ? party : register.country(country)?.authority
    return told === undefined ? [] : [told]
  }
  return body.party === undefined ? [] : [body.party]
}

const activeParties = (register: Register): PartyUrn[] =>
  register
    .parties()
    .filter(({ state }) => state === 'active')
    .map(({ party }) => party)
