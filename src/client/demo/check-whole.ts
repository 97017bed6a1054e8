// The end of the story when the hub is several processes, one of them lost: feeds whole and the same everywhere, nothing done twice.
import type { FeedItem } from '../feed-item.ts'
import type { HubClient } from '../hub-client.ts'
import { APPEND, type HubProcesses } from './hub-processes.ts'
import type { Actor } from './stage.ts'
import type { Timeline } from './timeline.ts'
import type { Watcher } from './watcher.ts'

const COMPLETE_WITHIN_MS = 15_000

/** A party whose feed is looked at. */
export interface Desk {
  actor: Actor
  watcher: Watcher
}

/** What must hold in the end: feeds whole and the same everywhere, nothing done twice, each duty in one place. */
export async function checkWhole(hub: HubProcesses, desks: readonly Desk[], line: Timeline): Promise<void> {
  line.title(`The whole, at ${hub.alive.map(({ name }) => `process ${name}`).join(' and ')}`)
  for (const { actor, watcher } of desks) await checkFeed(hub, actor, watcher, line)
  const twice = desks.flatMap(({ watcher }) => writtenTwice(watcher.items.map(({ item }) => item)))
  line.check('nothing that the hub says by itself is said twice', twice.length === 0, twice.join(', '))
  await checkDuties(hub, line)
}

async function checkFeed(hub: HubProcesses, actor: Actor, watcher: Watcher, line: Timeline): Promise<void> {
  const { head } = await actor.client.feed({ limit: 1 })
  await watcher.find(`item ${head}`, ({ seq }) => seq === head, COMPLETE_WITHIN_MS)
  const pushed = watcher.items.map(({ item }) => item).filter(({ seq }) => seq <= head)
  const pulled = await Promise.all(hub.alive.map(({ address }) => pull(actor.at(address), head)))
  const isDense = pushed.every(({ seq }, n) => seq === n + 1) && pushed.length === head
  const same = pulled.every((items) => linesOf(items) === linesOf(pushed))
  line.check(
    `feed of ${actor.name}: ${head} items, each pushed once, and the same read from either process`,
    isDense && same,
  )
}

async function pull(client: HubClient, head: number): Promise<FeedItem[]> {
  const items: FeedItem[] = []
  while (items.length < head) {
    const page = await client.feed({ after: items.length, limit: 100 })
    if (page.items.length === 0) throw new Error(`the feed ends at ${items.length}, and its head is ${head}`)
    items.push(...page.items)
  }
  return items.slice(0, head)
}

const linesOf = (items: readonly FeedItem[]): string =>
  items.map(({ seq, index, kind, view, receipt }) => `${seq} ${index} ${kind} ${view} ${receipt?.payload}`).join('\n')

/** Entries of the hub's own that say the same as one before; the identity of each is not part of what it says. */
function writtenTwice(items: readonly FeedItem[]): string[] {
  const said = new Map<string, number>()
  return items
    .filter(({ kind, message }) => kind.startsWith('hub.') && message !== undefined)
    .flatMap(({ index, kind, message }) => {
      const { from } = JSON.parse(Buffer.from(message!.payload, 'base64url').toString()) as { from: string }
      const words = `${kind} ${from} ${message!.body}`
      const before = said.get(words)
      said.set(words, index)
      return before === undefined ? [] : [`${kind} in entries ${before} and ${index}`]
    })
}

async function checkDuties(hub: HubProcesses, line: Timeline): Promise<void> {
  const said = await hub.said()
  // The name of a process is a lease of its own, not work.
  const held = said.flatMap(({ process, duties }) =>
    duties.filter((duty) => !duty.startsWith('process/')).map((duty) => ({ process, duty })),
  )
  const duties = [...new Set(held.map(({ duty }) => duty))]
  const places = said.map(({ process }) => {
    const here = held.filter((one) => one.process === process).map(({ duty }) => duty)
    return `${process}: ${here.join(', ') || 'none'}`
  })
  line.check(
    `each duty runs in one process (${places.join('; ')})`,
    duties.length === held.length && duties.includes(APPEND),
  )
  const entries = new Set(said.map((one) => one.entries))
  line.check(
    `both know the journal to its end, entry ${Math.max(...entries)}`,
    entries.size === 1,
    [...entries].join(', '),
  )
}
