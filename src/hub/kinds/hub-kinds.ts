// Kinds about the hub itself: its keys, erasure, acknowledgements; and the ones it writes on its own, which nobody may send.
import type { HubErasure, HubKey } from '../../../schemas/types.d.ts'
import type { Finding } from '../errors.ts'
import { nothingWanted, type MessageKind } from '../message/kind.ts'
import { whenShaped } from '../message/schema.ts'
import { readSchemaFile } from '../values/schema-file.ts'
import type { OperatorActs } from '../admin/acts.ts'
import type { Received } from '../supervision/received.ts'
import { acknowledgementKind, small } from './supervision-kinds.ts'
import { adminKind } from './admin-kind.ts'
import { countryKind, mandateKind, partyKind, revocationKind } from './register-kinds.ts'

const DAY_MS = 86_400_000
const finding = (code: string, path: string, message: string): Finding => ({ code, path, message })

export interface HubKindsDeps {
  /** What the operator has done so far. */
  acts?: OperatorActs
  /** Whether the private key of that id (hex SHA-256 of the SPKI) lies in the hub's key folder. */
  holdsKey(id: string): boolean
  /** What an acknowledgement is compared with. */
  received: Received
}

/** For those who look at bodies alone and judge nothing. */
export const BODIES_ONLY: HubKindsDeps = {
  holdsKey: () => true,
  received: { epoch: () => 0, head: async () => 0, root: async () => undefined, fed: async () => true },
}

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export function hubKinds({ holdsKey, received, acts }: HubKindsDeps): MessageKind<any>[] {
  const register = [countryKind, partyKind, mandateKind, revocationKind, adminKind(acts)]
  return [...register, keyKind(holdsKey), erasureKind, acknowledgementKind(received), ...OWN_KINDS].map((kind) => ({
    ...kind,
    check: whenShaped(kind.schema, kind.check as (body: unknown) => Finding[]),
  }))
}

/** Rotation of the hub's own keys. Who signed it is proved when it is authenticated (evidence/hub-keys.ts). */
const keyKind = (holdsKey: HubKindsDeps['holdsKey']): MessageKind<HubKey> => ({
  ...small,
  name: 'hub.key',
  schema: readSchemaFile('hub/key.v1.json'),
  ageMaxMs: 400 * DAY_MS,
  senders: ['hub'],
  statusAllows: ['good'],
  check: () => [],
  async judge({ body }, views) {
    const findings = body.keys.flatMap(({ id }, n) =>
      holdsKey(id)
        ? []
        : [
            finding(
              'KEY_NOT_HELD',
              `/keys/${n}`,
              'the hub does not hold the private key of this id; put it into the key folder first',
            ),
          ],
    )
    const key = views.key('hub-key')
    const version = (await views.head(key))?.version ?? 0
    if (body.sequence !== version)
      findings.push(finding('KEY_SEQUENCE', '/sequence', `the next hub.key has sequence ${version}`))
    return { ...nothingWanted(), findings, moves: [{ key, version, value: {} }] }
  },
  audience: () => [],
})

const erasureKind: MessageKind<HubErasure> = {
  ...small,
  name: 'hub.erasure',
  schema: readSchemaFile('hub/erasure.v1.json'),
  senders: ['operator'],
  statusAllows: ['good'],
  check: () => [],
  async judge({ envelope, body }, views) {
    const entry = await views.entry(body.index)
    const findings: Finding[] = []
    if (envelope.from.split(':')[2] !== envelope.hub.split(':')[2])
      findings.push(finding('NOT_THE_OPERATOR', '', "only an operator of the hub's own country has entries erased"))
    if (!entry) findings.push(finding('ENTRY_UNKNOWN', '/index', 'the journal has no entry at that index'))
    else if ('withheld' in entry) findings.push(finding('ALREADY_ERASED', '/index', 'the entry has been erased before'))
    else if (entry.kind.startsWith('hub.') && entry.kind !== 'hub.refusal')
      findings.push(finding('NOT_ERASABLE', '/index', 'entries of the register and of the hub itself are not erased'))
    return { ...nothingWanted(), findings, refers: [body.index] }
  },
  audience: () => [],
}

/** Written by the hub alone; listed so that readers find their schemas. */
const OWN_KINDS: MessageKind[] = [
  'refusal',
  'expiry',
  'overdue',
  'alert',
  'revocation-list',
  'revocation-answer',
  'access',
  'completeness',
  'export',
  'import',
].map((name) => ({
  ...small,
  name: `hub.${name}`,
  schema: readSchemaFile(`hub/${name}.v1.json`),
  senders: [],
  // Whoever tries is told that the kind is not theirs to send, whatever is known of the certificate.
  statusAllows: ['good', 'stale', 'unknown'],
  check: () => [],
  judge: async () => nothingWanted(),
  audience: () => [],
}))
