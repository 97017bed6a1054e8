// A world for judging: heads, entries and a register in memory, and the effect of a judgement applied the way the journal would.
import { reach, type ValidMessage } from '../../../src/hub/message/message.ts'
import { decide } from '../../../src/hub/journal/decide.ts'
import type { Draft } from '../../../src/hub/journal/journal.ts'
import type {
  BoundNumber,
  Head,
  HeadKey,
  JudgeViews,
  Judgement,
  MessageKind,
  OpenedEntry,
  PartyEntry,
  Register,
} from '../../../src/hub/index.ts'

export const PARTIES = {
  trader: 'urn:hub:cn:trader:example-electronics',
  broker: 'urn:hub:cn:broker:example-broker',
  customsCn: 'urn:hub:cn:customs:nanning',
  customsCnOther: 'urn:hub:cn:customs:elsewhere',
  customsVn: 'urn:hub:vn:customs:haiphong',
  bankA: 'urn:hub:cn:bank:example-a',
  bankB: 'urn:hub:cn:bank:example-b',
} as const

export interface Sent {
  from: string
  to?: string[]
  for?: string
  re?: { from: string; id: string; digest: string }[]
}

/** What stands for the message of an entry in this world. */
export const commitmentOf = (index: number): string => index.toString(16).padStart(64, '0')

/** A small hub: `say` judges and, if nothing stands against it, applies. */
export class World {
  readonly heads = new Map<HeadKey, Head>()
  readonly entries: OpenedEntry[] = []
  /** Who was told of each entry, by kind, sender and id: what stays when the content is erased. */
  readonly filed: { kind: string; from: string; id: string; readers: string[] }[] = []
  readonly parties = new Map<string, PartyEntry>()
  nowMs = Date.parse('2026-11-05T03:00:00.000Z')

  readonly views: JudgeViews = viewsOf(this)

  constructor() {
    for (const party of Object.values(PARTIES)) this.enter(party)
  }

  /** Enters a party in the register, with the numbers it is known by. */
  enter(party: string, identifiers?: PartyEntry['identifiers']): void {
    const [, , country, kind] = party.split(':')
    const entry = { party, country: country!.toUpperCase(), class: kind!, name: party, state: 'active' as const }
    this.parties.set(party, { ...entry, ...(identifiers && { identifiers }) })
  }

  message<B>(kind: MessageKind<B>, body: B, sent: Sent): ValidMessage<B> {
    const envelope = { kind: kind.name, v: 1, id: `id-${this.entries.length}`, to: [], ...sent }
    return reach<ValidMessage<B>>({
      kind,
      body,
      envelope,
      authentic: { sender: sent.from },
    } as unknown as ValidMessage<B>)
  }

  async judge<B>(kind: MessageKind<B>, body: B, sent: Sent): Promise<Judgement> {
    return kind.judge(this.message(kind, body, sent), this.views)
  }

  /** Judges, decides and applies. Answers what happened: 'accepted', finding codes, or the refusal. */
  async say<B>(kind: MessageKind<B>, body: B, sent: Sent) {
    const judgement = await this.judge(kind, body, sent)
    if (judgement.findings.length > 0) return { findings: judgement.findings.map(({ code }) => code), judgement }
    const decision = decide({ judgement } as unknown as Draft, { get: (key) => this.heads.get(key) })
    if (decision.result !== 'accepted') return { ...decision, judgement }
    const index = this.entries.length
    for (const { key, to, value } of decision.movements) this.heads.set(key, { version: to, index, value })
    const envelope = this.message(kind, body, sent).envelope
    const readers = [sent.from, ...(sent.for ? [sent.for] : []), ...(sent.to ?? [])]
    this.filed.push({ kind: kind.name, from: sent.from, id: envelope.id, readers })
    this.entries.push({ index, atMs: this.nowMs, kind: kind.name, sender: sent.from, envelope, body })
    return { ...decision, judgement, index }
  }

  erase(index: number): void {
    this.entries[index] = { index, withheld: 'erased' }
  }

  balance(entryId: string, currency: string) {
    return this.heads.get(this.views.key('financeable', entryId, currency))?.value
  }
}

const viewsOf = (world: World): JudgeViews => ({
  get nowMs() {
    return world.nowMs
  },
  register: registerOf(world.parties),
  key: (label, ...parts) => `${label}:${Buffer.from(JSON.stringify(parts)).toString('hex')}`,
  head: async (key) => world.heads.get(key),
  entry: async (index) => world.entries[index],
  async told(party, from, id) {
    const index = world.filed.findIndex((one) => one.from === from && one.id === id && one.readers.includes(party))
    return index < 0
      ? undefined
      : { index, kind: world.filed[index]!.kind, commitment: commitmentOf(index), view: 'full' }
  },
})

/** A register of these parties alone. */
export const registerOf = (parties: ReadonlyMap<string, PartyEntry>): Register =>
  ({
    at: 0,
    party: (urn: string) => parties.get(urn),
    parties: () => [...parties.values()],
    holder: (kind: BoundNumber, value: string) =>
      [...parties.values()].find(({ identifiers }) => identifiers?.[kind] === value)?.party,
  }) as unknown as Register
