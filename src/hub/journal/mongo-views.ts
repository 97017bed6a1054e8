// Views on MongoDB. Rows and cursor of a view are written in one act, though no transaction holds them together (mongo-fenced-view.ts).
import type { Db } from 'mongodb'
import type { Views } from './journal.ts'
import { FencedView, onState, type StateDocument, type ViewPlace, type ViewSteps } from './mongo-fenced-view.ts'
import { mongoRows, type RowDocument, type RowWrite } from './mongo-rows.ts'

export interface MongoViews extends Views {
  /**
   * The views as the holder of a lease writes them: from its first touch of a view on, writes under a lower fence throw LeaseLost. All
   * writers of a view have to use fences of the same lease. After a fault the next touch makes sure of what became of the batch.
   */
  fenced(fence: number): Views
}

/**
 * The views of a database. As they are, they are for readers, and for writers whose rows may be written by several processes at once and
 * twice: then rows and cursor are not one act, and the later write wins. Writing so to a view that has been fenced throws LeaseLost.
 */
export function mongoViews(db: Db, steps: ViewSteps = {}): MongoViews {
  const place: ViewPlace = {
    states: db.collection('viewStates'),
    chunks: db.collection('viewPending'),
    rows: mongoRows(db.collection<RowDocument>('viewRows')),
    steps,
  }
  return { ...readers(place), ...unfenced(place), fenced: (fence) => fencedViews(place, fence) }
}

const readers = ({ states, rows }: ViewPlace): Pick<Views, 'cursor' | 'get' | 'range' | 'close'> => ({
  cursor: async (view) => (await states.findOne({ _id: view }, { projection: { cursor: 1 } }))?.cursor ?? 0,
  get: (view, key) => rows.get(view, key),
  range: (view, from, to, limit, order = 'ascending') => rows.range(view, from, to, limit, order),
  close: async () => {},
})

function unfenced({ states, rows }: ViewPlace): Pick<Views, 'apply' | 'empty'> {
  const number = async (view: string, set?: Partial<StateDocument>): Promise<number> => {
    const state = await onState(states, view, () =>
      states.findOneAndUpdate(
        { _id: view, fence: 0 },
        { $inc: { n: 1 }, ...(set && { $set: set }) },
        { returnDocument: 'after', projection: { n: 1 } },
      ),
    )
    return state.n
  }
  return {
    async apply(view, list, cursor) {
      await rows.write(view, writesOf(list), await number(view))
      await states.updateOne({ _id: view, fence: 0 }, { $set: { cursor } })
    },
    async empty(view) {
      await rows.clear(view, await number(view, { cursor: 0 }))
    },
  }
}

function fencedViews(place: ViewPlace, fence: number): Views {
  const known = new Map<string, FencedView>()
  const of = (view: string): FencedView => {
    const fenced = known.get(view) ?? new FencedView(place, view, fence)
    known.set(view, fenced)
    return fenced
  }
  const { get, range, close } = readers(place)
  return {
    cursor: (view) => of(view).cursor(),
    apply: (view, rows, cursor) => of(view).write({ cursor, rows: writesOf(rows) }),
    empty: (view) => of(view).write({ cursor: 0, rows: [], empty: true }),
    get: async (view, key) => {
      await of(view).touched()
      return get(view, key)
    },
    range: async (view, from, to, limit, order) => {
      await of(view).touched()
      return range(view, from, to, limit, order)
    },
    close,
  }
}

/** One write for each key, the last one; in the order of keys, so that writers of the same rows do not wait for each other crosswise. */
function writesOf(rows: Parameters<Views['apply']>[1]): RowWrite[] {
  const last = new Map(rows.map(({ key, value }) => [key, value]))
  const sorted = [...last].sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.map(([key, value]) => {
    if (value === undefined) return { key }
    return { key, value: typeof value === 'string' ? value : Buffer.from(value.buffer, value.byteOffset, value.length) }
  })
}
