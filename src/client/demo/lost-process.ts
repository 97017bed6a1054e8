// The middle of the story when the hub is several processes: the one that appends is killed while messages are under way.
import { once } from 'node:events'
import type { ComposedMessage } from '../compose.ts'
import type { HubClient, Submitted } from '../hub-client.ts'
import * as documents from './documents.ts'
import { APPEND, type HubProcess, type HubProcesses } from './hub-processes.ts'
import type { Actor, Stage } from './stage.ts'
import { milliseconds, type Timeline } from './timeline.ts'
import type { Watcher } from './watcher.ts'

const MESSAGES = 150
const AT_ONCE_EACH = 4
const KILLED_AFTER = 40
const TAKEN_OVER_WITHIN_MS = 20_000
const LOOK_MS = 25
const FIRST_SERIAL = 800_000

/** A message that was answered, and when. */
interface Answered {
  message: ComposedMessage
  answer: Submitted
  atMs: number
}

/** An importer declares what else it has today, through every process; the one that appends is killed in the middle of it. */
export async function loseAppender(
  stage: Stage,
  hub: HubProcesses,
  partner: Watcher,
  line: Timeline,
): Promise<ComposedMessage[]> {
  line.title('A process of the hub is lost')
  const importer = stage.actor('hanoi-importer')
  const messages = await todaysDeclarations(importer, stage.cast.partnerCustoms.urn)
  const appender = await hub.withDuty(APPEND)
  if (!appender) throw new Error('no process says that it appends')
  line.tell(
    `process ${appender.name} appends to the journal; ${importer.name} sends ${messages.length} declarations to all ${hub.all.length}`,
  )
  const sending = send(importer, hub, messages)
  await sending.reached(KILLED_AFTER)
  await hub.kill(appender)
  const killedMs = performance.now()
  line.tell(
    `process ${appender.name} (${appender.child.pid}) is killed, with ${sending.answered.length} of them answered`,
  )
  const next = await takenOver(hub)
  line.tell(`process ${next.name} has taken over ${milliseconds(performance.now() - killedMs)} after that`)
  await sending.done
  checkHandover(line, killedMs, sending.answered)
  checkReceipts(line, sending.answered)
  await checkSentAgain(line, importer.at(next.address), sending.answered)
  await checkPushed(line, partner, stage.cast.partnerCustoms, sending.answered)
  return messages
}

function todaysDeclarations(importer: Actor, customs: string): Promise<ComposedMessage[]> {
  const declaration = (n: number): Promise<ComposedMessage> =>
    importer.compose({
      kind: 'customs.declaration',
      to: [customs],
      body: documents.electronics(Date.now(), FIRST_SERIAL + n),
    })
  return Promise.all(Array.from({ length: MESSAGES }, (_, n) => declaration(n)))
}

interface Sending {
  answered: Answered[]
  /** Resolves when so many are answered. */
  reached(count: number): Promise<void>
  done: Promise<void>
}

/** A few at a time at each process; a client that finds its process gone goes on at the next with the same bytes. */
function send(importer: Actor, hub: HubProcesses, messages: readonly ComposedMessage[]): Sending {
  const waiting = [...messages]
  const answered: Answered[] = []
  const told = new EventTarget()
  const lane = async (client: HubClient): Promise<void> => {
    for (let message = waiting.shift(); message; message = waiting.shift()) {
      answered.push({ message, answer: await client.submit(message), atMs: performance.now() })
      told.dispatchEvent(new Event('answer'))
    }
  }
  const lanes = hub.all.flatMap((_, n) => {
    const client = importer.at(...hub.addressesFrom(n))
    return Array.from({ length: AT_ONCE_EACH }, () => lane(client))
  })
  const done = Promise.all(lanes).then(() => undefined)
  return {
    answered,
    done,
    async reached(count) {
      while (answered.length < count) await Promise.race([once(told, 'answer'), done])
    },
  }
}

async function takenOver(hub: HubProcesses): Promise<HubProcess> {
  for (const giveUpAt = performance.now() + TAKEN_OVER_WITHIN_MS; performance.now() < giveUpAt; ) {
    const next = await hub.withDuty(APPEND)
    if (next) return next
    await new Promise((wake) => setTimeout(wake, LOOK_MS))
  }
  throw new Error(`nobody has taken over within ${TAKEN_OVER_WITHIN_MS} ms`)
}

function checkHandover(line: Timeline, killedMs: number, answered: readonly Answered[]): void {
  const after = answered.map(({ atMs }) => atMs).filter((atMs) => atMs > killedMs)
  // Some were decided before the loss, and their answers come through another process right after it.
  const gaps = after.map((atMs, n) => atMs - (after[n - 1] ?? killedMs))
  line.check(
    `${after.length} messages were still to be answered; for ${milliseconds(Math.max(0, ...gaps))} none was`,
    after.length > 0,
    'the process was killed too late: nothing was under way',
  )
}

function checkReceipts(line: Timeline, answered: readonly Answered[]): void {
  const refused = answered.flatMap(({ answer }) => (answer.outcome === 'refused' ? [answer.problem.code] : []))
  const indexes = new Set(answered.flatMap(({ answer }) => (answer.outcome === 'accepted' ? [answer.index] : [])))
  line.check(
    `all ${answered.length} are accepted, each with a receipt and an entry of its own`,
    refused.length === 0 && indexes.size === MESSAGES,
    `${indexes.size} entries; refused: ${refused.join(', ')}`,
  )
}

async function checkSentAgain(line: Timeline, client: HubClient, answered: readonly Answered[]): Promise<void> {
  let same = 0
  for (const { message, answer } of answered) {
    const again = await client.submit(message)
    if (answer.outcome !== 'accepted' || again.outcome !== 'accepted' || !again.duplicate) continue
    if (again.receipt.payload === answer.receipt.payload) same++
  }
  line.check(
    `all of them once more: known already, the first receipt comes again`,
    same === answered.length,
    `${same} did`,
  )
}

async function checkPushed(
  line: Timeline,
  desk: Watcher,
  { name }: Actor,
  answered: readonly Answered[],
): Promise<void> {
  const indexes = answered.flatMap(({ answer }) => (answer.outcome === 'accepted' ? [answer.index] : []))
  for (const index of indexes) await desk.find(`entry ${index} at ${name}`, (item) => item.index === index)
  const pushed = desk.items.filter(({ item }) => indexes.includes(item.index))
  line.check(
    `${name} was pushed each of them once, over the loss`,
    pushed.length === indexes.length,
    `it was pushed ${pushed.length}`,
  )
}
