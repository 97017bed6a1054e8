// A hub of several processes under load, with subscribers and a watcher of its log: where faults are played, and what must hold after each.
import { composeMessage, type Composition } from '../../src/client/compose.ts'
import { readCheckpoint } from '../../src/hub/evidence/checkpoint.ts'
import { composerOf } from '../../src/client/party-folder.ts'
import { checkCluster } from './cluster-checks.ts'
import { ClusterLoad } from './cluster-load.ts'
import { subscribe, type Subscriber } from './cluster-subscriber.ts'
import { type Outgoing, outgoing } from './fault-load.ts'
import type { Chance } from './fault-seed.ts'
import { type Consignment, drive, pause, Traffic } from './fault-traffic.ts'
import type { MortalCluster } from './mortal-cluster.ts'
import type { MortalProcess } from './mortal-process.ts'

export const SUBSCRIBERS = ['fx-supervision', 'vietnam-customs', 'nanning-bank'] as const
const LANES = 10
const ANSWERED_WITHIN_MS = 90_000
const SETTLED_WITHIN_MS = 90_000

export class ClusterStage {
  readonly cluster: MortalCluster
  readonly chance: Chance
  readonly load: ClusterLoad
  readonly traffic: Traffic
  readonly subscribers: Subscriber[] = []
  /** Checkpoints as they were given, by their size. */
  readonly notes = new Map<number, string>()
  readonly sent = new Map<string, Outgoing>()
  readonly #work = { bulk: [] as Outgoing[], consignments: [] as Consignment[] }
  readonly #tokens = new Map<string, Promise<string>>()
  #stopped = true
  #running: Promise<unknown> = Promise.resolve()

  /** `answerMs`: how long a sender waits for an answer before he asks another process. */
  constructor(cluster: MortalCluster, chance: Chance, answerMs = 5_000) {
    this.cluster = cluster
    this.chance = chance
    const client = (folder: string) => cluster.client(folder)
    this.traffic = new Traffic({ party: (folder) => cluster.party(folder), client }, chance)
    this.load = new ClusterLoad(cluster.processes, {
      lanes: LANES + 4,
      answerMs,
      token: (folder) => this.#token(folder),
    })
  }

  #token(folder: string): Promise<string> {
    let known = this.#tokens.get(folder)
    if (!known) {
      known = this.cluster.client(folder).token('api')
      known.catch(() => this.#tokens.delete(folder))
      this.#tokens.set(folder, known)
    }
    return known
  }

  /** Subscribers on sockets of different processes, from the first item of their feeds on. */
  listen(name: string): void {
    for (const [n, folder] of SUBSCRIBERS.entries())
      this.subscribers.push(subscribe(this.cluster, folder, name, this.cluster.processes[n]))
  }

  /** A message of one's own, signed and ready to be sent. */
  async message(
    folder: string,
    what: Pick<Composition, 'kind' | 'body'> & Partial<Pick<Composition, 'dueMs'>> & { to?: readonly string[] },
  ): Promise<Outgoing> {
    const { to = [], ...more } = what
    const { card } = this.cluster.party(folder)
    const parties = to.map((one) => this.cluster.party(one).card.party)
    const composition = { hub: card.hub, v: 1, from: card.party, to: parties, ...more }
    const message = outgoing(folder, await composeMessage(composition, composerOf(this.cluster.party(folder))))
    this.sent.set(message.commitment, message)
    return message
  }

  /** The same bytes again until the hub has answered them, or one process of it. */
  async answered(message: Outgoing, at?: MortalProcess): Promise<void> {
    for (
      const giveUpAt = performance.now() + ANSWERED_WITHIN_MS;
      !(await this.load.send(message, at));
      await pause(100)
    )
      if (performance.now() > giveUpAt) throw new Error(`not answered: ${this.load.figures()}\n${this.cluster.logs()}`)
  }

  /** Load until `calm`. Messages are signed while others are sent. */
  async begin(): Promise<void> {
    if (!this.#stopped) return
    await this.#gather(400)
    this.#stopped = false
    const stopped = (): boolean => this.#stopped
    const driving = async (): Promise<void> => {
      while (!stopped()) {
        await drive(this.load, { ...this.#work, lanes: LANES }, stopped)
        await pause(20)
      }
    }
    const gathering = async (): Promise<void> => {
      while (!stopped()) {
        if (this.#work.bulk.length < 300) await this.#gather(100)
        await pause(20)
      }
    }
    this.#running = Promise.all([driving(), gathering(), this.#watch(stopped)])
    this.#running.catch(() => {})
  }

  async #gather(count: number): Promise<void> {
    const bulk = await this.traffic.bulk(count)
    const consignments: Consignment[] = []
    for (let n = 0; n < count / 40; n++) consignments.push(await this.traffic.consignment())
    for (const message of [...bulk, ...consignments.flat(2)]) this.sent.set(message.commitment, message)
    this.#work.bulk.push(...bulk)
    this.#work.consignments.push(...consignments)
  }

  /** Checkpoints as any process gives them; two of one size with different roots are two logs. */
  async #watch(stopped: () => boolean): Promise<void> {
    const clients = this.cluster.processes.map((one) =>
      this.cluster.clientAt('hub-operator', one, { retry: { attempts: 1, timeoutMs: 2_000 } }),
    )
    for (let n = 0; !stopped(); n++) {
      const note = await clients[n % clients.length]!.checkpoint().catch(() => undefined)
      if (note !== undefined) this.remember(note)
      await pause(60)
    }
  }

  remember(note: string): void {
    const { size, root } = readCheckpoint(note)
    const before = this.notes.get(size)
    if (before && !readCheckpoint(before).root.equals(root)) this.load.wrong.push(`two logs of ${size} entries`)
    this.notes.set(size, note)
  }

  /** Waits until `count` more messages have been answered. */
  async more(count: number, withinMs = ANSWERED_WITHIN_MS): Promise<void> {
    const wanted = this.load.told.size + count
    for (const giveUpAt = performance.now() + withinMs; this.load.told.size < wanted; await pause(10))
      if (performance.now() > giveUpAt)
        throw new Error(`${this.load.told.size} of ${wanted} answered: ${this.load.figures()}\n${this.cluster.logs()}`)
  }

  /** No more load; what was sent is sent again until answered; and everything that must hold is looked at. */
  async calm(): Promise<void> {
    this.#stopped = true
    await this.#running
    await Promise.all([...this.load.unanswered.values()].map((message) => this.answered(message)))
    const again = this.chance.shuffled([...this.load.told.keys()].slice(-400)).slice(0, 60)
    await Promise.all(again.map((commitment) => this.answered(this.sent.get(commitment)!)))
    await this.cluster.settled(SETTLED_WITHIN_MS)
    await checkCluster(this)
  }

  async close(): Promise<void> {
    this.#stopped = true
    await this.#running.catch(() => {})
    await Promise.all(this.subscribers.map((one) => one.close()))
    await this.load.close()
  }
}
