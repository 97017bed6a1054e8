// One group commit: decides the waiting drafts in order, numbers and seals the entries they become, and has their receipts' root signed.
import { buildLeaf } from '../evidence/leaf.ts'
import { commitLeaves, commitRoot, receiptPayloadBytes } from '../evidence/receipt.ts'
import { addresseesOn, uniqueRows } from '../message/audience.ts'
import { derivedId, hubContent, hubMessage } from '../message/hub-message.ts'
import { toTime } from '../values/encoding.ts'
import type { JournalOptions } from './append.ts'
import { decide, headsOf, type DecidedRefusal, type Decision } from './decide.ts'
import type { Head, HeadKey } from './heads.ts'
import type { Commit, Draft, JournalEntry, ReceiptPayload, SealedContent } from './journal.ts'
import { senderKey, signerKey } from './keys.ts'
import { fingerprintOf, packContent, seal } from './seal.ts'
import type { ReceiptedEntry, RefusalMemo, StoredEntry, WriteBatch } from './store.ts'

/** What became of a draft in the commit; `index` may be of an earlier entry. */
export type Taken =
  | { result: 'appended' | 'refused' | 'duplicate'; index: number }
  | { result: 'id-reused' }
  | { result: 'stale'; key: HeadKey }

/** One commit being made: decides drafts in order over the loaded heads and what earlier drafts of the same commit did. */
export class GroupCommit {
  readonly entries: StoredEntry[] = []
  /** What was sealed, entry by entry. */
  readonly contents: SealedContent[] = []
  readonly atMs: number
  readonly #options: JournalOptions
  readonly #random: (size: number) => Buffer
  readonly #first: number
  readonly #moved = new Map<HeadKey, Head>()
  readonly #certificates = new Map<string, Buffer>()
  readonly #memos: { senderKey: Buffer; memo: RefusalMemo }[] = []
  readonly #keys = new Map<Draft, Buffer>()
  #heads = new Map<HeadKey, Head>()
  #senders = new Map<string, { index: number; commitment: Buffer }>()
  #refusals = new Map<string, RefusalMemo>()

  constructor(options: JournalOptions, random: (size: number) => Buffer, first: number, atMs: number) {
    this.#options = options
    this.#random = random
    this.#first = first
    this.atMs = atMs
  }

  async load(drafts: Draft[]): Promise<void> {
    const store = this.#options.store
    const senders = drafts.map((draft) => this.#keyOf(draft))
    const loaded = [
      store.heads([...new Set(drafts.flatMap(headsOf))]),
      store.bySender(senders),
      store.refusals(senders),
    ] as const
    ;[this.#heads, this.#senders, this.#refusals] = await Promise.all(loaded)
  }

  /** A draft's sender key is wanted when it is loaded and when it is decided. */
  #keyOf(draft: Draft): Buffer {
    const known = this.#keys.get(draft)
    if (known) return known
    const key = this.#senderKey(draft)
    this.#keys.set(draft, key)
    return key
  }

  #senderKey(draft: { sender: string; id: string }): Buffer {
    return senderKey(this.#options.indexKey, draft.sender, draft.id)
  }

  #head(key: HeadKey): Head | undefined {
    return this.#moved.get(key) ?? this.#heads.get(key)
  }

  take(draft: Draft): Taken {
    const key = this.#keyOf(draft)
    const hex = key.toString('hex')
    const before = this.#senders.get(hex)
    if (before)
      return before.commitment.equals(draft.commitment)
        ? { result: 'duplicate', index: before.index }
        : { result: 'id-reused' }
    const memo = this.#refusals.get(hex)
    if (memo?.commitment.equals(draft.commitment) && (this.#head(memo.key)?.version ?? 0) === memo.version)
      return { result: 'refused', index: memo.index }
    const decision = decide(draft, { get: (head) => this.#head(head) })
    if (decision.result === 'stale') return decision
    if (decision.result === 'refused') return this.#refuse(draft, key, decision.refusal)
    return this.#accept(draft, key, decision)
  }

  #accept(draft: Draft, key: Buffer, decision: Extract<Decision, { result: 'accepted' }>): Taken {
    const { expiry, refers } = draft.judgement
    const index = this.#add({
      draft,
      senderKey: key,
      outcome: 'accepted',
      movements: decision.movements,
      audience: draft.audience,
      refers,
      ...(draft.signers && { signers: draft.signers.map((name) => signerKey(this.#options.indexKey, name)) }),
      ...(draft.due && { due: draft.due }),
      ...(draft.blobs?.length && { blobs: [...draft.blobs] }),
      ...(expiry && {
        expiry: {
          atMs: expiry.atMs,
          moves: expiry.moves,
          expects: expiry.expects.map((head) => ({
            key: head,
            version: decision.movements.find((m) => m.key === head)?.to ?? this.#head(head)?.version ?? 0,
          })),
          accounts: expiry.accounts.flatMap((move) =>
            move.act === 'credit' ? [{ key: move.key, amountMinor: move.amountMinor.toString(), rule: move.rule }] : [],
          ),
        },
      }),
    })
    this.#senders.set(key.toString('hex'), { index, commitment: draft.commitment })
    for (const { key: account, shortfallMinor } of decision.shortfalls)
      this.#say(
        draft,
        'hub.alert',
        derivedId('alert', draft.commitment, account),
        {
          rule: 'shortfall',
          entry: index,
          account,
          shortfallMinor: shortfallMinor.toString(),
        },
        { refers: [index], outcome: 'accepted' },
      )
    return { result: 'appended', index }
  }

  #refuse(draft: Draft, key: Buffer, refusal: DecidedRefusal): Taken {
    const { code, rule, key: head, version, movedAt } = refusal
    const about = draft.commitment.toString('hex')
    const index = this.#say(
      draft,
      'hub.refusal',
      derivedId('refusal', draft.commitment, head, String(version)),
      {
        about,
        sender: draft.sender,
        kind: draft.kind,
        code,
        rule,
        head,
        version,
        ...(movedAt !== undefined && { movedAt }),
      },
      {
        refers: movedAt === undefined ? [] : [movedAt],
        outcome: code === 'NOT_KNOWN_HERE' ? 'unknown' : 'refused',
        refusal: { ...refusal, kind: draft.kind },
        about: draft.commitment,
        refused: draft.content,
      },
    )
    const memo = { index, commitment: draft.commitment, key: head, version }
    this.#refusals.set(key.toString('hex'), memo)
    this.#memos.push({ senderKey: key, memo })
    return { result: 'refused', index }
  }

  /** An entry of the hub's own, in the same commit as the decision it tells of. */
  #say(
    draft: Draft,
    kind: string,
    id: string,
    body: object,
    more: Pick<JournalEntry, 'refers' | 'outcome'> &
      Pick<Partial<JournalEntry>, 'refusal' | 'about'> & { refused?: Draft['content'] },
  ): number {
    const audience = draft.refusalAudience
    const to = addresseesOn(audience)
    const message = hubMessage({ hub: this.#options.hub, kind, id, to, atMs: this.atMs, salt: this.#random(16), body })
    const { refused, ...rest } = more
    return this.#add({
      draft: {
        kind,
        version: 1,
        by: 'hub',
        sender: this.#options.hub,
        commitment: message.commitment,
        content: {
          ...hubContent(message),
          ...(refused && {
            refused: { envelope: refused.envelope, signatures: refused.signatures, certificates: refused.certificates },
          }),
        },
        registerAt: draft.registerAt,
        judgedAt: draft.judgedAt,
      },
      senderKey: this.#senderKey({ sender: this.#options.hub, id }),
      movements: [],
      audience,
      ...rest,
    })
  }

  #add(input: {
    draft: Pick<
      Draft,
      'kind' | 'version' | 'by' | 'sender' | 'commitment' | 'content' | 'registerAt' | 'judgedAt' | 'uploadedBytes'
    >
    senderKey: Buffer
    outcome: JournalEntry['outcome']
    movements: JournalEntry['movements']
    audience: Draft['audience']
    refers: number[]
    about?: Buffer
    refusal?: NonNullable<JournalEntry['refusal']>
    expiry?: NonNullable<JournalEntry['expiry']>
    due?: NonNullable<JournalEntry['due']>
    signers?: NonNullable<JournalEntry['signers']>
    blobs?: NonNullable<JournalEntry['blobs']>
  }): number {
    const index = this.#first + this.entries.length
    const { draft, audience, ...rest } = input
    const saltSeed = this.#random(32)
    const leaf = buildLeaf({
      journal: this.#options.urn,
      index,
      at: toTime(this.atMs),
      outcome: input.outcome,
      kind: draft.kind,
      sender: draft.sender,
      commitment: draft.commitment,
      signatures: draft.content.signatures,
      certificates: draft.content.certificates,
      status: draft.content.status,
      registerAt: draft.registerAt,
      movements: input.movements,
      saltSeed,
    })
    const { kind, version, by, commitment, registerAt, judgedAt } = draft
    const entry: JournalEntry = {
      ...rest,
      index,
      atMs: this.atMs,
      kind,
      version,
      by,
      commitment,
      audience: uniqueRows(audience),
      registerAt,
      judgedAt,
      ...(by === 'signature' && { sent: sentBytes(draft) }),
      leaf,
    }
    const content = { ...draft.content, saltSeed }
    this.contents.push(content)
    this.entries.push({
      entry,
      sealed: seal(packContent(content), this.#options.sealingKey, `${this.#options.urn}#${index}`),
    })
    for (const path of [...content.certificates, ...(content.refused?.certificates ?? [])])
      for (const der of path) this.#certificates.set(fingerprintOf(der), der)
    for (const { key, to, value } of input.movements) this.#moved.set(key, { version: to, index, value })
    return index
  }

  async seal(): Promise<{ commit: Commit; payloads: Buffer[]; write: WriteBatch }> {
    const { urn: journal, epoch } = this.#options
    const payloads = this.entries.map(({ entry }) => receiptPayloadBytes(payloadOf(entry, this.#options)))
    const size = payloads.length
    const rootHex = commitRoot(payloads).toString('hex')
    const signatures = await this.#options.signCommit({ journal, epoch, root: rootHex, size })
    const commit = { first: this.#first, size, rootHex, signatures, leaves: commitLeaves(payloads) }
    const write = {
      entries: this.entries,
      heads: this.#moved,
      commit,
      certificates: this.#certificates,
      refusals: this.#memos,
    }
    return { commit, payloads, write }
  }
}

const sentBytes = ({
  content: { envelope, body, attachments },
  uploadedBytes = 0,
}: Pick<Draft, 'content' | 'uploadedBytes'>): { bytes: number; attachmentBytes: number } => ({
  bytes: envelope.length + body.length,
  attachmentBytes: attachments.reduce((sum, { bytes }) => sum + bytes.length, uploadedBytes),
})

/** The receipt payload of an entry: the same whenever it is asked for. */
export function payloadOf(
  entry: ReceiptedEntry,
  options: Pick<JournalOptions, 'hub' | 'urn' | 'epoch'>,
): ReceiptPayload {
  return {
    hub: options.hub,
    journal: options.urn,
    epoch: options.epoch,
    index: entry.index,
    at: toTime(entry.atMs),
    messageCommitment: (entry.about ?? entry.commitment).toString('hex'),
    outcome: entry.outcome,
    registerAt: entry.registerAt,
    judgedAt: entry.judgedAt,
  }
}
