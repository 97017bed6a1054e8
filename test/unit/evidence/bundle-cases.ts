// The bundles that the tests of this room look at: an accepted message with everything a bundle can carry, and a refusal.
import type { Bundle } from '../../../src/hub/evidence/bundle.ts'
import type { EvidenceOptions } from '../../../src/hub/evidence/follower.ts'
import { commitmentOf, draftOf, keyDraft, keyList, keyStatement, newHubKeys, openRoom, type Room } from './hub-room.ts'

export interface Cases {
  room: Room
  /** Index of the first bank's accepted message, and of the refusal of the second bank's. */
  acceptedAt: number
  refusedAt: number
  accepted: Bundle
  refused: Bundle
}

/** Two banks draw on one account; the second asks for more than is left. Each commit holds several entries. */
export async function openCases(options: Partial<EvidenceOptions> = {}): Promise<Cases> {
  const room = await openRoom(options)
  const { bankA, bankB, journal } = room
  const account = journal.headKey('financeable', 'example-declaration', 'USD')
  const claim = (name: string) => ({ claims: [{ key: journal.headKey('thing', name), value: {}, rule: 'thing' }] })
  const debit = (amountMinor: bigint) => ({
    act: 'debit' as const,
    key: account,
    amountMinor,
    rule: 'financeable-balance',
  })
  await room.enter(
    draftOf(bankA, { accounts: [{ act: 'open', key: account, amountMinor: 10_000_000n, rule: 'opened' }] }),
    ...Array.from({ length: 4 }, (_, n) => draftOf(bankA, claim(`early ${n}`))),
  )
  const [first, , , third] = await room.enter(
    draftOf(bankA, claim('before')),
    draftOf(bankA, claim('between')),
    draftOf(bankA, claim('after')),
    draftOf(
      bankA,
      { ...claim('financing'), accounts: [debit(8_000_000n)] },
      {
        attachment: Buffer.from('a fictitious contract'),
        content: { amount: '80000.00', borrower: 'Example Exports' },
      },
    ),
  )
  if (first?.result !== 'appended' || third?.result !== 'appended') throw new Error('the first bank was not served')
  const later = await room.enter(
    draftOf(bankB, claim('other')),
    draftOf(bankB, { accounts: [debit(3_000_000n)] }, { content: { amount: '30000.00' }, x5c: true }),
    draftOf(bankB, claim('another')),
  )
  const refusal = later[1]!
  if (refusal.result !== 'refused') throw new Error('the second bank was not refused')
  const [acceptedAt, refusedAt] = [third.entry.index, refusal.entry.index]
  return { room, acceptedAt, refusedAt, accepted: await room.bundle(acceptedAt), refused: await room.bundle(refusedAt) }
}

/** Bundle of a `hub.key` that rotates all keys of the room. */
export async function rotationBundle(room: Room): Promise<Bundle> {
  const keys = newHubKeys()
  const body = { sequence: 1, previous: commitmentOf(room.statements[0]!), keys: keyList(keys) }
  const statement = await keyStatement(room.root, room.rootKey, body, room.keys.p256)
  const [entered] = await room.enter(Promise.resolve(keyDraft(statement, room.root)))
  if (entered?.result !== 'appended') throw new Error('the hub.key was not taken')
  room.rotate(keys, statement)
  await room.enter(draftOf(room.bankA, {}))
  return room.bundle(entered.entry.index)
}

export const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value))
