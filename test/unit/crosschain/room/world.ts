// The ledger room over a real journal in memory: parties that say things, and a front door with a verifier that believes what is written.
import { randomUUID } from 'node:crypto'
import { acceptProved, type House } from '../../../../src/hub/accept.ts'
import { FoldedRegister } from '../../../../src/hub/identity/register-fold.ts'
import type { Certificate } from '../../../../src/hub/identity/certificate.ts'
import type { Journal, JournalEntry, Views } from '../../../../src/hub/journal/journal.ts'
import { memoryStore } from '../../../../src/hub/journal/memory-store.ts'
import { memoryViews } from '../../../../src/hub/journal/memory-views.ts'
import { hubMessage } from '../../../../src/hub/message/hub-message.ts'
import { draftOf, judge } from '../../../../src/hub/message/judge.ts'
import type { MessageKind, PartyUrn, ProvedMessage } from '../../../../src/hub/index.ts'
import { HubError } from '../../../../src/hub/errors.ts'
import {
  reach,
  type AuthenticMessage,
  type ReceivedMessage,
  type ValidMessage,
} from '../../../../src/hub/message/message.ts'
import { compileKinds } from '../../../../src/hub/message/validate.ts'
import { crosschainKinds } from '../../../../src/crosschain/kinds/index.ts'
import type { LedgerFold } from '../../../../src/crosschain/ledger-fold.ts'
import { followLedgers } from '../../../support/ledger-fold.ts'
import { roomKey, type RoomValue } from '../../../../src/crosschain/state.ts'
import { HUB, journalOver } from '../../../support/journals.ts'

export { HUB }
export const NOW_MS = Date.parse('2026-03-01T08:00:00.000Z')
export const OFFICE_CN = 'urn:hub:cn:authority:example-office'
export const OFFICE_VN = 'urn:hub:vn:authority:example-office'
export const REGULATOR_VN = 'urn:hub:vn:regulator:example-supervisor'

export interface RoomWorld {
  journal: Journal
  views: Views
  fold: LedgerFold
  register: FoldedRegister
  clock: { nowMs: number }
  /** Faults that followers have told. */
  faults: unknown[]
  /** A party's message as if its signature had been proved: what the journal made of it, or the codes of the findings. */
  say(kind: string, from: PartyUrn, body: unknown, to?: PartyUrn[]): Promise<string>
  accept(message: ProvedMessage): ReturnType<typeof acceptProved>
  /** What a head holds. */
  head<T extends RoomValue>(type: T['type'], id: string): Promise<T | undefined>
  entries(): Promise<JournalEntry[]>
  /** The fold has read all there is. */
  settled(): Promise<void>
  /** Runs before each append of what is accepted by proof. */
  beforeAppend?: (() => Promise<void>) | undefined
  close(): Promise<void>
}

export async function openRoomWorld(): Promise<RoomWorld> {
  const clock = { nowMs: NOW_MS }
  const journal = await journalOver(memoryStore(), () => clock.nowMs)
  const register = new FoldedRegister(
    {
      hub: HUB,
      operatorRoot: {} as Certificate,
      countries: [
        { country: 'CN', authority: OFFICE_CN, anchors: [] },
        { country: 'VN', authority: OFFICE_VN, anchors: [] },
      ],
    },
    journal.headKey.bind(journal),
  )
  for (const party of [OFFICE_CN, OFFICE_VN]) await enterParty(register, { party })
  await enterParty(register, { party: REGULATOR_VN, supervises: ['*'] })
  const views = memoryViews()
  const faults: unknown[] = []
  const fold = await followLedgers({ journal, views, onFault: (error) => faults.push(error) })
  const kinds = compileKinds(crosschainKinds)
  const slowly = appendingBy(journal, async (draft) => {
    await world.beforeAppend?.()
    return journal.append(draft)
  })
  const house = {
    identities: { hub: HUB, register },
    kinds,
    journal: slowly,
    uploads: { find: () => undefined },
    clock: () => clock.nowMs,
    caughtUp: async () => true,
  } as unknown as House
  const world: RoomWorld = {
    journal,
    views,
    fold,
    register,
    clock,
    faults,
    async say(name, from, body, to = []) {
      const valid = validMessage(kinds.find(name, 1), { from, to, body }, clock.nowMs)
      const { findings } = kinds.checkBody(valid.kind, Buffer.from(JSON.stringify(body)))
      if (findings.length > 0) return findings.map(({ code }) => code).join()
      return judgedAndAppended(valid, { ...house, journal })
    },
    accept: (message) => acceptProved(message, house),
    async head<T extends RoomValue>(type: T['type'], id: string) {
      const key = roomKey({ key: journal.headKey.bind(journal) }, { type, id })
      return (await journal.head(key))?.value as unknown as T | undefined
    },
    entries: () => journal.read(0, 10_000),
    async settled() {
      if (!(await fold.reached(journal.size(), 5_000))) throw new Error('the fold has not caught up')
    },
    async close() {
      await fold.close()
      await journal.close()
    },
  }
  return world
}

/** The same journal but for how it appends. */
export const appendingBy = (journal: Journal, append: Journal['append']): Journal =>
  new Proxy(journal, {
    get(target, name) {
      const member: unknown = name === 'append' ? append : Reflect.get(target, name, target)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })

async function judgedAndAppended(valid: ValidMessage, house: House): Promise<string> {
  try {
    const appended = await house.journal.append(draftOf(await judge(valid, house)))
    return appended.result
  } catch (error) {
    if (!(error instanceof HubError) || error.code !== 'FINDINGS') throw error
    return error.findings!.map(({ code }) => code).join()
  }
}

function validMessage(
  kind: MessageKind,
  { from, to, body }: { from: PartyUrn; to: PartyUrn[]; body: unknown },
  atMs: number,
): ValidMessage {
  const about = { hub: HUB, from, to, kind: kind.name, id: randomUUID(), atMs, salt: Buffer.alloc(16) }
  const message = hubMessage({ ...about, body })
  const received = reach<ReceivedMessage>({
    ...message,
    signatures: [{ protected: 'e30', signature: 'AA' }],
    attachments: [],
    receivedAtMs: atMs,
  })
  const authentic = reach<AuthenticMessage>({
    by: 'signature',
    received,
    sender: from,
    signers: [],
    status: [],
    registerAt: 0,
    expects: [],
  })
  return reach<ValidMessage>({ authentic, envelope: message.envelope, kind, body })
}

const enterParty = (register: FoldedRegister, more: { party: string; supervises?: string[] }): Promise<void> =>
  register.fold({ kind: 'hub.party', index: 0, movements: [] } as unknown as JournalEntry, HUB, {
    name: 'Example Party',
    country: more.party.split(':')[2]!.toUpperCase(),
    class: more.party.split(':')[3],
    state: 'active',
    certificates: [],
    ...more,
  })
