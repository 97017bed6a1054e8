// The small story that the simulator plays: every kind of act that heads decide, in scenes; the messages of a scene race.
import type { ComposedMessage } from '../../src/client/compose.ts'
import { composeMessage, messageFile } from '../../src/client/compose.ts'
import * as documents from '../../src/client/demo/documents.ts'
import { openPartyFolder, type PartyFolder } from '../../src/client/party-folder.ts'
import { timeKey } from '../../src/hub/timed-follower.ts'
import { toTime } from '../../src/hub/values/encoding.ts'
import type { Disk } from './fault-disk.ts'
import type { Told } from './fault-invariants.ts'
import { join } from 'node:path'

const MINUTE_MS = 60_000
const [FIRST, SECOND] = [777, 888]
const AGENT = 'declared by the agent'

/** A message as its sender keeps it until answered. */
export interface Letter {
  folder: string
  commitment: string
  bytes: Buffer
}

/** What the senders know: their clock, what was told, and what is needed to write the next message. */
export interface Desk {
  nowMs(): number
  random(size: number): Buffer
  told: Told[]
  /** Index of the accepted message of a scene. */
  index(scene: string): number
}

export interface Scene {
  name: string
  /** Time passes before it. */
  afterMs?: number
  letters(desk: Desk): Promise<Letter[]>
  /** What the hub has to have done by itself in the end. */
  done?(disk: Disk, desk: Desk): Promise<boolean>
}

export class Story {
  readonly #sandbox: string
  readonly #parties = new Map<string, PartyFolder>()

  constructor(sandbox: string) {
    this.#sandbox = sandbox
  }

  #party(folder: string): PartyFolder {
    let known = this.#parties.get(folder)
    if (!known) this.#parties.set(folder, (known = openPartyFolder(join(this.#sandbox, 'parties', folder))))
    return known
  }

  urn = (folder: string): string => this.#party(folder).card.party

  async letter(
    desk: Desk,
    folder: string,
    kind: string,
    body: object,
    more: { to?: string[]; for?: string; dueMs?: number } = {},
  ): Promise<Letter> {
    const { card, identity } = this.#party(folder)
    const message: ComposedMessage = await composeMessage(
      { hub: card.hub, v: 1, from: card.party, kind, to: [], body, ...more },
      {
        signers: [{ signer: identity.signer, by: { path: [...identity.path] } }],
        randomness: desk.random,
        clock: desk.nowMs,
      },
    )
    const commitment = message.commitment.toString('hex')
    return { folder, commitment, bytes: Buffer.from(JSON.stringify(messageFile(message))) }
  }

  /** A message that depends on nothing, to see that the hub goes on. */
  sign(desk: Desk, serial: number): Promise<Letter> {
    const untilMs = desk.nowMs() + serial * MINUTE_MS
    const period = { from: toTime(desk.nowMs()), until: toTime(untilMs) }
    const body = { agent: this.urn('bangkok-bank'), kinds: ['tradefinance.financing'], ...period, state: 'granted' }
    return this.letter(desk, 'hanoi-bank', 'hub.mandate', body)
  }

  #financing(desk: Desk, folder: string, body: object): Promise<Letter> {
    return this.letter(desk, folder, 'tradefinance.financing', body)
  }

  #apply(desk: Desk, folder: string, amount: string, minutes: number): Promise<Letter> {
    const terms = { amount, currency: 'USD', applicationId: 'LOAN-1' }
    const body = documents.application(documents.electronics(desk.nowMs(), FIRST), terms, desk.nowMs())
    return this.#financing(desk, folder, { ...body, reserveUntil: toTime(desk.nowMs() + minutes * MINUTE_MS) })
  }

  /** Both rivals do the same; the journal says whose application there is. */
  #rivals = async (write: (folder: string) => Promise<Letter>): Promise<Letter[]> => [
    await write('nanning-bank'),
    await write('second-bank'),
  ]

  scenes(): Scene[] {
    const parties = (): { to: string[] } => ({ to: [this.urn('vietnam-customs'), this.urn('nanning-bank')] })
    const importer = (): { to: string[] } => ({ to: [this.urn('hanoi-importer')] })
    const one = async (letter: Promise<Letter>): Promise<Letter[]> => [await letter]
    return [
      {
        name: 'declared',
        letters: (desk) =>
          one(
            this.letter(desk, 'hanoi-importer', 'customs.declaration', documents.electronics(desk.nowMs(), FIRST), {
              ...parties(),
              dueMs: desk.nowMs() + 35 * MINUTE_MS,
            }),
          ),
      },
      {
        name: 'released',
        letters: (desk) => {
          const body = documents.release(documents.electronics(desk.nowMs(), FIRST), desk.nowMs())
          return one(this.letter(desk, 'vietnam-customs', 'customs.release', body, importer()))
        },
      },
      { name: 'applied', letters: (desk) => this.#rivals((bank) => this.#apply(desk, bank, '256000.00', 1_000)) },
      {
        name: 'confirmed',
        letters: (desk) =>
          this.#rivals((bank) => this.#financing(desk, bank, { act: 'confirm', applicationId: 'LOAN-1' })),
      },
      {
        name: 'repaid in part',
        letters: (desk) =>
          this.#rivals((bank) =>
            this.#financing(desk, bank, { act: 'repay', applicationId: 'LOAN-1', amount: '56000.00' }),
          ),
      },
      { name: 'reserved', letters: (desk) => one(this.#apply(desk, 'hanoi-bank', '100000.00', 30)) },
      {
        name: 'amended',
        letters: (desk) => {
          return one(this.letter(desk, 'vietnam-customs', 'customs.amendment', amendment(desk), importer()))
        },
      },
      {
        name: 'expired',
        afterMs: 40 * MINUTE_MS,
        letters: async () => [],
        done: async ({ store, views }, desk) => {
          const kinds = (await store.read(0, 10_000)).map(({ kind }) => kind)
          const now = timeKey(desk.nowMs(), 0)
          return (
            kinds.includes('hub.expiry') &&
            // Nobody has answered the declaration: neither the customs nor the bank.
            kinds.filter((kind) => kind === 'hub.overdue').length === 2 &&
            (await views.range('expiry', '', now, 10)).length === 0 &&
            (await views.range('due', '', now, 10)).length === 0
          )
        },
      },
      {
        name: 'mandate given',
        letters: (desk) => {
          const [from, until] = [-10, 1_000].map((minutes) => toTime(desk.nowMs() + minutes * MINUTE_MS))
          const agent = this.urn('hanoi-bank')
          const body = { agent, kinds: ['customs.declaration'], from, until, state: 'granted' }
          return one(this.letter(desk, 'hanoi-importer', 'hub.mandate', body))
        },
      },
      {
        name: AGENT,
        letters: (desk) => {
          const more = { ...parties(), for: this.urn('hanoi-importer') }
          return one(
            this.letter(desk, 'hanoi-bank', 'customs.declaration', documents.electronics(desk.nowMs(), SECOND), more),
          )
        },
      },
      {
        name: 'erased',
        letters: (desk) =>
          one(
            this.letter(desk, 'hub-operator', 'hub.erasure', { index: desk.index(AGENT), ground: 'an invented order' }),
          ),
        done: async ({ store }, desk) => (await store.sealed(desk.index(AGENT))) === undefined,
      },
      {
        name: 'cancelled',
        letters: (desk) => {
          const body = { entryId: entryIdOf(desk), cancelledAt: toTime(desk.nowMs()), reason: 'an invented reason' }
          return one(this.letter(desk, 'vietnam-customs', 'customs.cancellation', body, importer()))
        },
      },
    ]
  }
}

const entryIdOf = (desk: Desk): string => documents.electronics(desk.nowMs(), FIRST).entryId

/** Below what has been used by then: the authority may, and a shortfall stands. */
const amendment = (desk: Desk): object => ({
  entryId: entryIdOf(desk),
  version: 2,
  reason: 'an invented reason',
  newTotal: { amount: '250000.00', currency: 'USD' },
  changes: [{ path: '/noteS', to: 'an invented note' }],
})
