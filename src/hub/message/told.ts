// Finding a message again by the name that its sender gave it: for those alone who were told of it.
import type { Journal } from '../journal/journal.ts'
import { uniqueRows } from './audience.ts'
import type { PartyUrn } from './envelope.ts'
import type { ToldMessage } from './kind.ts'

/** Undefined when there is no such message, and when the party was not told of it: nobody learns by guessing which there are. */
export async function findTold(
  journal: Pick<Journal, 'find'>,
  party: PartyUrn,
  from: PartyUrn,
  id: string,
): Promise<ToldMessage | undefined> {
  const entry = await journal.find(from, id)
  const row = entry && uniqueRows(entry.audience).find((one) => one.party === party)
  if (!row) return undefined
  return { index: entry.index, kind: entry.kind, commitment: entry.commitment.toString('hex'), view: row.view }
}
