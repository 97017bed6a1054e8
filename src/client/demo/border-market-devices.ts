// Phones in the border-market story: a party's CA gives them out, each resident signs with one, and together with the party it says whose it is.
import { createHash, randomBytes } from 'node:crypto'
import { keySigner } from '../../hub/identity/signer.ts'
import { type Composition, composeMessage } from '../compose.ts'
import type { Submitted } from '../hub-client.ts'
import { deviceCa, deviceCertificate, type KeyAndCertificate } from '../sandbox/certificates.ts'
import type { ClientIdentity } from '../session-keeper.ts'
import type { Group, Resident } from './border-market-people.ts'
import { caOf } from './enrol.ts'
import type { Actor, Stage } from './stage.ts'

export const NATIONAL_CA = 'cn-p256'

const namesOf = ({ urn, name }: Actor) => ({ party: urn, country: 'CN', name, folder: urn.split(':').at(-1)! })

/** The CA of a party for its phones, below that of the country. */
export const phoneCa = (stage: Stage, actor: Actor): Promise<KeyAndCertificate> =>
  deviceCa(namesOf(actor), caOf(stage, NATIONAL_CA), Date.now(), 'ES256')

/** A new key with a certificate of the party's own CA. */
export async function newPhone(
  { actor, phones }: Pick<Group, 'actor' | 'phones'>,
  serial: number,
): Promise<ClientIdentity> {
  const made = await deviceCertificate(namesOf(actor), phones, `phone ${serial}`, Date.now())
  return {
    party: actor.urn,
    signer: keySigner(made.privateKey),
    path: [made.certificateDer, phones.certificateDer],
  }
}

export const fingerprintOf = ({ path }: ClientIdentity): string => createHash('sha256').update(path[0]!).digest('hex')

/** A message of the party, signed by these alone; at the hub it arrives in the party's session. */
export async function sendSigned(
  { client, urn }: Actor,
  signers: readonly ClientIdentity[],
  what: Pick<Composition, 'kind' | 'to' | 'body' | 'createdMs'>,
): Promise<Submitted> {
  const message = await composeMessage(
    { hub: client.hub, v: 1, from: urn, ...what },
    {
      signers: signers.map(({ signer, path }) => ({ signer, by: { path: [...path] } })),
      randomness: randomBytes,
      clock: Date.now,
    },
  )
  return client.submit(message)
}

/** The party says whose phone it is, and the phone signs that too. */
export function enrolPhone({ filingNo, group, phone }: Resident): Promise<Submitted> {
  const { actor, groupNo } = group
  const body = { act: 'enrol', filingNo, groupNo, fingerprint: fingerprintOf(phone) }
  return sendSigned(actor, [actor.client.identity, phone], { kind: 'customs.border-device', to: [], body })
}
