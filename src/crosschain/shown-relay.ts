// What the relay shows of itself, in every process: the one that relays writes it down once a second at most, the others read it.
import type { Clock, PartyUrn, Views } from '../hub/index.ts'
import type { Word } from './packet.ts'
import type { ShownConnection } from './shown.ts'

export interface ShownWork {
  counts: Record<string, number>
  backlogS?: number
  waits?: string
}

export interface ShownRelay {
  ledgers: Record<PartyUrn, ShownConnection>
  lanes: Record<Word, ShownWork>
}

const VIEW = 'ledger-relay'
const NOW = 'now'
const WRITE_EVERY_MS = 1_000
/** Also when nothing has changed, so that its age says whether anybody relays. */
const AGAIN_MS = 10_000
const SILENT_MS = 30_000

interface Deps {
  views: Views
  clock: Clock
}

/** Writes it down as long as it is open. */
export function writeShown(shown: () => ShownRelay, deps: Deps & { onFault(error: unknown): void }) {
  const { views, clock, onFault } = deps
  let last = { text: '', atMs: -Infinity }
  const write = async (): Promise<void> => {
    const text = JSON.stringify(shown())
    if (text === last.text && clock() - last.atMs < AGAIN_MS) return
    const atMs = clock()
    await views.apply(VIEW, [{ key: NOW, value: JSON.stringify({ atMs, text }) }], 0)
    last = { text, atMs }
  }
  let writing: Promise<void> | undefined
  const timer = setInterval(() => {
    writing ??= write()
      .catch(onFault)
      .finally(() => (writing = undefined))
  }, WRITE_EVERY_MS)
  return {
    async close(): Promise<void> {
      clearInterval(timer)
      await writing
    },
  }
}

/** As it was written last; undefined if nobody ever has. Of a relay that is silent the ledgers say so. */
export async function readShown({ views, clock }: Deps): Promise<ShownRelay | undefined> {
  const row = await views.get(VIEW, NOW)
  if (row === undefined) return undefined
  const { atMs, text } = JSON.parse(String(row)) as { atMs: number; text: string }
  const shown = JSON.parse(text) as ShownRelay
  const silentMs = clock() - atMs
  if (silentMs <= SILENT_MS) return shown
  const fault = `no process has relayed for ${Math.round(silentMs / 1000)} s`
  const ledgers = Object.entries(shown.ledgers).map(([urn, one]) => [urn, { ...one, fault }])
  return { ...shown, ledgers: Object.fromEntries(ledgers) as ShownRelay['ledgers'] }
}
