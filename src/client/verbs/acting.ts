// The party a verb acts as, and its client: for verbs that speak to a hub. Those that work offline do without all of this.
import { isPurpose, type Purpose, PURPOSES } from '../../hub/supervision/purpose.ts'
import type { HubClient } from '../hub-client.ts'
import type { RetryPolicy } from '../hub-requests.ts'
import { clientOf, openPartyFolder, type PartyFolder } from '../party-folder.ts'
import { UsageError } from '../usage.ts'
import type { CommandIo } from './verb.ts'

/** The party the command acts as: --as or BEIBU_PARTY, its passphrase from --passphrase or BEIBU_PASSPHRASE; a regulator reads for --purpose. */
export function actingParty(
  given: { as?: string | undefined; passphrase?: string | undefined; purpose?: string | undefined },
  io: CommandIo,
): PartyFolder & { folder: string } {
  const folder = given.as ?? io.env['BEIBU_PARTY']
  if (folder === undefined)
    throw new UsageError('who acts? Give a party folder with --as <folder>, or set BEIBU_PARTY to one')
  const passphrase = given.passphrase ?? io.env['BEIBU_PASSPHRASE']
  const party = openPartyFolder(folder, passphrase)
  if (given.purpose === undefined) return { folder, ...party }
  return { folder, ...party, card: { ...party.card, purpose: purposeOf(given.purpose) } }
}

/** A purpose as it is written on the command line: `<code>` or `<code>:<reference>`. */
function purposeOf(text: string): Purpose {
  const [code, ...reference] = text.split(':')
  const purpose = { code, ...(reference.length > 0 && { reference: reference.join(':') }) }
  if (isPurpose(purpose)) return purpose
  throw new UsageError(
    `--purpose takes <code> or <code>:<reference>; the codes are ${Object.keys(PURPOSES).join(', ')}`,
  )
}

export const clientFor = (party: PartyFolder, url: string | undefined, retry: Partial<RetryPolicy> = {}): HubClient =>
  clientOf(party, { retry, ...(url === undefined ? {} : { url }) })
