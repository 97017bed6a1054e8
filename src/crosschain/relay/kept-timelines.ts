// The ways of the newest packets, in rows that every process can show and that outlive a restart. Written a little later than noted, many
// together; what a crash takes with it is read back from the ledgers when the packet is worked on again.
import type { Views } from '../../hub/index.ts'
import { packetName } from '../state.ts'
import type { Word } from '../packet.ts'
import { timelines, type PacketTimeline, type Timelines } from './timeline.ts'

type ViewValue = NonNullable<Awaited<ReturnType<Views['get']>>>

const VIEW = 'ledger-ways'
const MOST = 10_000
const WRITE_EVERY_MS = 500

export interface KeptTimelines extends Timelines {
  close(): Promise<void>
}

/** Opens them with what was noted before, here or elsewhere. */
export async function keepTimelines(deps: {
  views: Views
  onFault(error: unknown): void
  most?: number
  writeEveryMs?: number
}): Promise<KeptTimelines> {
  const { views, onFault, most = MOST, writeEveryMs = WRITE_EVERY_MS } = deps
  const rows = await views.range(VIEW, '', '~', most)
  const changed = new Set<string>()
  const ways = timelines(most, {
    before: rows.map(({ value }) => ofRow(value)),
    onChange: (lane, sequence) => changed.add(packetName(lane, sequence)),
  })
  const write = async (): Promise<void> => {
    const names = [...changed]
    if (names.length === 0) return
    changed.clear()
    try {
      await views.apply(
        VIEW,
        names.map((key) => ({ key, value: asRow(ways, key) })),
        0,
      )
    } catch (error) {
      for (const name of names) changed.add(name)
      throw error
    }
  }
  let writing: Promise<void> | undefined
  const timer = setInterval(() => {
    writing ??= write()
      .catch(onFault)
      .finally(() => (writing = undefined))
  }, writeEveryMs)
  return {
    ...ways,
    async close() {
      clearInterval(timer)
      await writing
      await write().catch(onFault)
    },
  }
}

/** A packet's way as it was written last, by whichever process. */
export async function readTimeline(views: Views, lane: Word, sequence: number): Promise<PacketTimeline | undefined> {
  const row = await views.get(VIEW, packetName(lane, sequence))
  return row === undefined ? undefined : ofRow(row)
}

function asRow(ways: Timelines, name: string): string | undefined {
  const [lane, sequence] = name.split('/') as [Word, string]
  const way = ways.get(lane, Number(sequence))
  return (
    way && JSON.stringify(way, (_, value: unknown) => (typeof value === 'bigint' ? { bigint: String(value) } : value))
  )
}

const ofRow = (row: ViewValue): PacketTimeline =>
  JSON.parse(String(row), (_, value: unknown) =>
    typeof value === 'object' && value !== null && 'bigint' in value ? BigInt(value.bigint as string) : value,
  ) as PacketTimeline
