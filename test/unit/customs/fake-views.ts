// A world for judging: heads, entries and a register in memory, and the effect of a judgement applied the way the journal would.
import { reach, type ValidMessage } from '../../../src/hub/message/message.ts'
import { decide } from '../../../src/hub/journal/decide.ts'
import type { Draft } from '../../../src/hub/journal/journal.ts'
import type {
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

/** A small hub: `say` judges and, if nothing stands against it, applies. */
export class World {
  readonly heads = new Map<HeadKey, Head>()
  readonly entries: OpenedEntry[] = []
  nowMs = Date.parse('2026-11-05T03:00:00.000Z')

  readonly views: JudgeViews = viewsOf(this)

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
  register: register(),
  key: (label, ...parts) => `${label}:${Buffer.from(JSON.stringify(parts)).toString('hex')}`,
  head: async (key) => world.heads.get(key),
  entry: async (index) => world.entries[index],
})

function register(): Register {
  const parties = new Map<string, PartyEntry>(
    Object.values(PARTIES).map((party) => {
      const [, , country, kind] = party.split(':')
      return [party, { party, country: country!.toUpperCase(), class: kind!, name: party, state: 'active' }]
    }),
  )
  return { at: 0, party: (urn: string) => parties.get(urn) } as unknown as Register
}
