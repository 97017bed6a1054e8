// The sandbox's entries of the trust register: each country's own authority signs which CAs and parties it vouches for.
import { composeMessage, type ComposeWith, type MessageFile, messageFile } from '../compose.ts'
import { toBase64url } from '../../hub/values/encoding.ts'
import { CAST_CLASSES, CAST_HUB, type CastParty } from './cast.ts'

/** One register message and the name of its file; files are submitted in the order of their names. */
export interface RegisterFile {
  file: string
  message: MessageFile
}

/** What an authority says of its country: its CAs, and the classes its parties may have. Revocation is known from the register. */
export async function countryEntry(
  authority: CastParty,
  anchors: readonly Buffer[],
  how: ComposeWith,
  hub = CAST_HUB,
): Promise<RegisterFile> {
  const body = {
    country: authority.country,
    authority: authority.party,
    anchors: anchors.map((der) => ({ certificate: toBase64url(der), status: 'register', classes: [] })),
    classes: CAST_CLASSES,
  }
  const message = await registerMessage('hub.country', authority, body, how, hub)
  return { file: `10-country-${authority.country.toLowerCase()}.json`, message }
}

/** What an authority says of one party, with the certificate it was issued. */
export async function partyEntry(
  authority: CastParty,
  party: CastParty,
  path: readonly Buffer[],
  how: ComposeWith,
  hub = CAST_HUB,
): Promise<RegisterFile> {
  const { bic, customsCode: customs } = party
  const body = {
    party: party.party,
    name: party.name,
    country: party.country,
    class: party.class,
    ...(party.supervises === undefined ? {} : { supervises: [...party.supervises] }),
    state: 'active',
    ...((bic ?? customs) && { identifiers: { ...(bic && { bic }), ...(customs && { customs }) } }),
    certificates: [path.map(toBase64url)],
  }
  const message = await registerMessage('hub.party', authority, body, how, hub)
  return { file: `20-party-${party.folder}.json`, message }
}

async function registerMessage(kind: string, authority: CastParty, body: object, how: ComposeWith, hub: string) {
  return messageFile(await composeMessage({ hub, kind, v: 1, from: authority.party, to: [], body }, how))
}
