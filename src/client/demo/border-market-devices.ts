// Phones in the border-market story: a party's CA gives them out, each resident signs with one, and together with the party it says whose it is.
import { randomBytes } from 'node:crypto'
import { keySigner } from '../../hub/identity/signer.ts'
import { type Composition, composeMessage } from '../compose.ts'
import type { Submitted } from '../hub-client.ts'
import { deviceCertificate } from '../sandbox/certificates.ts'
import { fingerprintOf } from '../sandbox/phones.ts'
import type { ClientIdentity } from '../session-keeper.ts'
import type { Group, Resident } from './border-market-people.ts'
import type { Actor } from './stage.ts'

/** A new key with a certificate of the party's own CA. */
export async function newPhone(
  { actor, phones }: Pick<Group, 'actor' | 'phones'>,
  serial: number,
): Promise<ClientIdentity> {
  const party = { party: actor.urn, country: 'CN', name: actor.name }
  const made = await deviceCertificate(party, phones, `phone ${serial}`, Date.now())
  return {
    party: actor.urn,
    signer: keySigner(made.privateKey),
    path: [made.certificateDer, phones.certificateDer],
  }
}

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
