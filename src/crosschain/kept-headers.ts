// Accepted headers in the hub's own store of what must survive: each height is written once.
import type { Cursors } from '../hub/index.ts'
import type { HeaderConflict, HeaderRecord, HeaderStore } from './relay/header-store.ts'

const HEADERS = 'ledger-headers'
const LAST = 'ledger-headers-last'
const CONFLICTS = 'ledger-conflicts'
type Kept = Parameters<Cursors['put']>[2]

export function keptHeaders(cursors: Cursors): HeaderStore {
  const get = async (chain: string, height: number): Promise<HeaderRecord | undefined> =>
    (await cursors.get(HEADERS, keyOf(chain, height))) as HeaderRecord | undefined
  const last = async (chain: string): Promise<HeaderRecord | undefined> => {
    const height = await cursors.get(LAST, chain)
    return typeof height === 'number' ? get(chain, height) : undefined
  }
  return {
    get,
    last,
    async put(chain, height, record) {
      if (!(await cursors.putNew(HEADERS, keyOf(chain, height), record as unknown as NonNullable<Kept>))) return false
      // Behind by one after a crash: then the next header is verified on an older one, which is as good.
      await raise(cursors, chain, height)
      return true
    },
    async keepConflict(chain, conflict) {
      await cursors.putNew(CONFLICTS, chain, conflict as unknown as NonNullable<Kept>)
    },
    conflict: async (chain) => (await cursors.get(CONFLICTS, chain)) as HeaderConflict | undefined,
  }
}

/** The highest only rises, whichever processes write at once. */
async function raise(cursors: Cursors, chain: string, height: number): Promise<void> {
  for (;;) {
    const before = await cursors.get(LAST, chain)
    if (typeof before === 'number' && before >= height) return
    if (await cursors.swap(LAST, chain, before, height)) return
  }
}

const keyOf = (chain: string, height: number): string => `${chain}/${String(height).padStart(15, '0')}`
