// A disk that can be copied, and a breaker between it and the hub: any call of a port may fail, or be the last one of this life.
import type { Cursors, Views } from '../../src/hub/journal/journal.ts'
import { memoryStore } from '../../src/hub/journal/memory-store.ts'
import { memoryCursors, memoryViews } from '../../src/hub/journal/memory-views.ts'
import type { JournalStore } from '../../src/hub/journal/store.ts'

/** What goes wrong: at the nth call of that name, before it or after it has taken effect; dead is for good, once is a passing failure. */
export interface Fault {
  call: string
  nth: number
  when: 'before' | 'after'
  fate: 'dead' | 'once'
}

export class Crash extends Error {
  constructor(call: string) {
    super(`crashed at ${call}`)
    this.name = 'Crash'
  }
}

/** Every call of a port goes through here. Counts them by name; obeys one fault. */
export class Breaker {
  readonly counts = new Map<string, number>()
  dead = false
  tripped = false
  #fault: Fault | undefined
  readonly #delay: (() => Promise<void>) | undefined

  constructor(delay?: () => Promise<void>) {
    this.#delay = delay
  }

  /** Counting begins anew; the fault is awaited from here on. */
  arm(fault?: Fault): void {
    this.counts.clear()
    this.tripped = false
    this.#fault = fault
  }

  async pass<T>(call: string, work: () => Promise<T>): Promise<T> {
    await this.#delay?.()
    if (this.dead) throw new Crash(call)
    const nth = (this.counts.get(call) ?? 0) + 1
    this.counts.set(call, nth)
    const fault = this.#hit(call, nth)
    if (fault?.when === 'before') this.#trip(fault)
    const result = await work()
    if (fault?.when === 'after') this.#trip(fault)
    // The effect may stand; whoever asked for it has died meanwhile.
    if (this.dead) throw new Crash(call)
    return result
  }

  #hit(call: string, nth: number): Fault | undefined {
    const fault = this.#fault
    const any = fault?.call === '*' && [...this.counts.values()].reduce((sum, count) => sum + count, 0) === fault.nth
    const hit = any || (fault?.call === call && fault.nth === nth)
    return hit && !this.tripped ? fault : undefined
  }

  #trip(fault: Fault): never {
    this.tripped = true
    if (fault.fate === 'dead') this.dead = true
    throw new Crash(fault.call)
  }
}

/** Calls that change something; for the others before and after are alike. */
export const CHANGES = /^(store\.(write|eraseKey)|views\.(apply|empty)|cursors\.(put|putNew))\b/

type Change =
  | { port: 'store'; act: (store: JournalStore) => Promise<unknown> }
  | { port: 'views'; act: (views: Views) => Promise<unknown> }
  | { port: 'cursors'; act: (cursors: Cursors) => Promise<unknown> }

/** What survives a crash: the changes that were completed, in order. */
export class Disk {
  readonly store = memoryStore()
  readonly views = memoryViews()
  readonly cursors = memoryCursors()
  readonly changes: Change[] = []

  /** The same disk once more. `views`: how many changes of the views are still there; derived rows need not be synced. */
  async copy(views = Number.POSITIVE_INFINITY): Promise<Disk> {
    const disk = new Disk()
    let left = views
    for (const change of this.changes) if (change.port !== 'views' || left-- > 0) await disk.#apply(change)
    return disk
  }

  get viewChanges(): number {
    return this.changes.filter(({ port }) => port === 'views').length
  }

  async #apply(change: Change): Promise<unknown> {
    const done =
      change.port === 'store'
        ? await change.act(this.store)
        : change.port === 'views'
          ? await change.act(this.views)
          : await change.act(this.cursors)
    this.changes.push(change)
    return done
  }

  /** The ports a hub is given: through the breaker, and changes are written down. Closing is always allowed. */
  through(breaker: Breaker): { store: JournalStore; views: Views; cursors: Cursors } {
    const port = (name: 'store' | 'views' | 'cursors'): object =>
      new Proxy(this[name], {
        get: (target, method: string) => {
          if (method === 'close') return async () => {}
          const call = (target as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[method]!
          return (...args: unknown[]): Promise<unknown> => {
            const label = name === 'store' ? `${name}.${method}` : `${name}.${method} ${String(args[0])}`
            return breaker.pass(label, () => {
              if (!CHANGES.test(label)) return call.apply(target, args)
              const act = (on: object): Promise<unknown> =>
                (on as Record<string, (...args: unknown[]) => Promise<unknown>>)[method]!(...args)
              return this.#apply({ port: name, act })
            })
          }
        },
      })
    return { store: port('store') as JournalStore, views: port('views') as Views, cursors: port('cursors') as Cursors }
  }
}
