// customs.sanctions-list: whom a regulator wants declarations compared with. Each version is whole and takes the place of the one before it.
import { countryOf, fromTime, nothingWanted, readSchemaFile, rowsOf, textsOf } from '../../hub/index.ts'
import type { Finding, Judgement, JudgeViews, MessageKind, ValidMessage } from '../../hub/index.ts'
import type { SanctionsList } from '../../../schemas/types.d.ts'
import { recipients, SUPERVISION } from '../audience.ts'
import { AHEAD_MAX_MS } from '../values.ts'
import { finding } from './codes.ts'
import { plainIdentifier, plainName } from './names.ts'
import { listKey, LISTS_MAX, listsKey } from './sanctions-heads.ts'

const DAY_MS = 86_400_000
/** Nobody vouches for a list for longer than a year. */
const GOOD_DAYS_MAX = 366

export const sanctionsListKind: MessageKind<SanctionsList> = {
  name: 'customs.sanctions-list',
  version: 1,
  schema: readSchemaFile('customs/sanctions-list.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 1024 * 1024,
  senders: ['regulator'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good'],
  check: (body) => [...checkTimes(body), ...checkEntries(body)],
  judge,
  audience: recipients,
  views: SUPERVISION,
}

function checkTimes(body: unknown): Finding[] {
  const { issuedAt, staleAfter } = textsOf<SanctionsList>(body)
  const found = (['issuedAt', 'staleAfter'] as const).flatMap((name) => {
    const value = { issuedAt, staleAfter }[name]
    return value === undefined || fromTime(value) !== undefined
      ? []
      : [finding('SANCTIONS_TIME_INVALID', `/${name}`, { value })]
  })
  if (found.length > 0 || issuedAt === undefined || staleAfter === undefined) return found
  const goodForMs = fromTime(staleAfter)! - fromTime(issuedAt)!
  if (goodForMs <= 0) return [finding('SANCTIONS_STALE_BEFORE_ISSUE', '/staleAfter')]
  return goodForMs > GOOD_DAYS_MAX * DAY_MS
    ? [finding('SANCTIONS_STALE_FAR', '/staleAfter', { most: GOOD_DAYS_MAX })]
    : []
}

function checkEntries(body: unknown): Finding[] {
  const seen = new Set<string>()
  return rowsOf<{ id: string }>(body, 'entries').flatMap(({ id = '' }, at) => {
    const row = (body as { entries: unknown[] }).entries[at]
    const path = `/entries/${at}`
    const found = [
      ...stringsIn(row, 'names').flatMap((name, n) =>
        plainName(name) === '' ? [finding('SANCTIONS_NAME_EMPTY', `${path}/names/${n}`, { id })] : [],
      ),
      ...stringsIn(row, 'identifiers').flatMap((identifier, n) =>
        plainIdentifier(identifier) === ''
          ? [finding('SANCTIONS_IDENTIFIER_SHORT', `${path}/identifiers/${n}`, { id })]
          : [],
      ),
      ...(seen.has(id) ? [finding('SANCTIONS_ENTRY_REPEATED', `${path}/id`, { id })] : []),
    ]
    if (id !== '') seen.add(id)
    return found
  })
}

/** The strings of an array member, in a body of any shape. What is no string is left to the schema. */
function stringsIn(row: unknown, member: string): string[] {
  const list: unknown =
    typeof row === 'object' && row !== null && Object.hasOwn(row, member) ? Reflect.get(row, member) : undefined
  return Array.isArray(list) ? list.map((one) => (typeof one === 'string' ? one : 'no string')) : []
}

async function judge({ authentic, body }: ValidMessage<SanctionsList>, views: JudgeViews): Promise<Judgement> {
  const { name, version, issuedAt, staleAfter } = body
  // A list from tomorrow would keep out every version until then.
  if (fromTime(issuedAt)! > views.nowMs + AHEAD_MAX_MS)
    return { ...nothingWanted(), findings: [finding('SANCTIONS_ISSUED_AHEAD', '/issuedAt', { value: issuedAt })] }
  const issuer = authentic.sender
  const key = listKey(views, issuer, name)
  const head = await views.head(key)
  if (head && String(head.value['issuedAt']) >= issuedAt) {
    const params = { version: String(head.value['version']) }
    return { ...nothingWanted(), findings: [finding('SANCTIONS_NOT_NEWER', '/issuedAt', params)] }
  }
  const moves = [{ key, version: head?.version ?? 0, value: { name, version, issuedAt, staleAfter, issuer } }]
  if (head) return { ...nothingWanted(), moves, refers: [head.index] }
  const all = listsKey(views, countryOf(issuer))
  const lists = await views.head(all)
  const known = (lists?.value['lists'] ?? []) as string[]
  if (known.length >= LISTS_MAX)
    return { ...nothingWanted(), findings: [finding('SANCTIONS_LISTS_MANY', '/name', { most: LISTS_MAX })] }
  return {
    ...nothingWanted(),
    moves: [...moves, { key: all, version: lists?.version ?? 0, value: { lists: [...known, key] } }],
  }
}
