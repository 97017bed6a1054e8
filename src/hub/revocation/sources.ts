// The sources of revocations together: looked at now and then, and at once when the register has changed.
import type { Couriers } from '../courier/courier.ts'
import { inProcessCouriers } from '../courier/in-process-courier.ts'
import { type ListDeps, type ListState, RevocationLists } from './lists.ts'
import { ASKED_AT_ONCE, ResponderDesk, type ResponderDeps, type ResponderState } from './responders.ts'

export interface RevocationSources {
  /** For `Identities.responders`. */
  responders: ResponderDesk
  /** The register has changed: there may be other sources, or certificates nobody has asked for yet. */
  lookSoon(): void
  /** What each source last gave, how old that is, and what went wrong. */
  state(): (ListState | ResponderState)[]
  close(): Promise<void>
}

export interface SourcesDeps extends ListDeps, ResponderDeps {
  /** Absent: a courier within this process. */
  couriers?: Couriers
}

const SOON_MS = 50

/** Starts to look every `everyMs` milliseconds. What fails is reported and tried again; nothing here throws. */
export async function followSources(deps: SourcesDeps): Promise<RevocationSources> {
  const { couriers = inProcessCouriers(deps) } = deps
  const courier = couriers('revocation', { concurrencyPerQueue: ASKED_AT_ONCE })
  const lists = new RevocationLists(deps, courier)
  const responders = new ResponderDesk(deps, courier)
  await responders.load()
  let closed = false
  let soon: NodeJS.Timeout | undefined
  const looks = [lists, responders].map((source) => repeated(() => source.look(), deps.report))
  const look = (): void => looks.forEach(({ run }) => run())
  const timer = setInterval(look, deps.everyMs)
  return {
    responders,
    lookSoon() {
      if (!closed)
        soon ??= setTimeout(() => {
          soon = undefined
          look()
        }, SOON_MS)
    },
    state: () => [...lists.state(), responders.state()],
    async close() {
      closed = true
      clearInterval(timer)
      clearTimeout(soon)
      responders.close()
      await Promise.all(looks.map(({ stop }) => stop()))
      await courier.close()
    },
  }
}

/** Runs one at a time; asked for while it runs, it runs once more. */
function repeated(act: () => Promise<void>, report: (what: string, error: unknown) => void) {
  let running: Promise<void> | undefined
  let again = false
  const run = (): void => {
    again = running !== undefined
    running ??= act()
      .catch((error: unknown) => report('a look at the sources of revocations', error))
      .finally(() => {
        running = undefined
        if (again) run()
      })
  }
  return {
    run,
    async stop(): Promise<void> {
      again = false
      await running
    },
  }
}
