// Declarations read again for their facts, as customs has amended them. What was erased has none; what was read is kept in memory for the
// next that is compared with it.
import { countryOf, openEntry, type Journal, type JournalEntry, type OpenedEntry } from '../../hub/index.ts'
import type { CustomsAmendment, CustomsDeclaration } from '../../../schemas/types.d.ts'
import { asAmended } from '../amended-declaration.ts'
import { DECLARATION_KINDS, factsOf, type DeclarationFacts, type SaidText } from './facts.ts'
import type { Memory } from './memory.ts'
import { type Observation, observationsOf } from './observations.ts'

const KEPT_MAX = 4_096

/** Whoever is amended more often than this is not followed any further. */
const AMENDMENTS_MAX = 100

export interface FiledFacts extends DeclarationFacts {
  index: number
  kind: string
  filedAtMs: number
  observations: ReadonlyMap<string, readonly Observation[]>
  /** Amendments that changed what is compared, by journal index: with the declaration they are the evidence. */
  amendments: number[]
  /** What it said when it was filed, and what amendments had it say anew. */
  spoken: Spoken[]
}

/** Names and numbers, with the entry that said them first. */
export interface Spoken {
  by: number
  said: SaidText[]
}

interface Kept {
  /** 'erased' when its content, or that of an amendment, is gone; 'none' for one that says nothing to the rules. */
  facts: FiledFacts | 'erased' | 'none'
  /** It was withdrawn, not accepted or replaced: it is not compared with others. */
  isVoid: boolean
}

const amendmentsRow = (index: number): string => `amendments/${index}`
const voidRow = (index: number): string => `void/${index}`
/** The newest whole version of a declaration that was replaced. */
const standingRow = (original: number): string => `standing/${original}`

export class Declarations {
  readonly #journal: Pick<Journal, 'read' | 'content'>
  readonly #memory: Memory
  readonly #kept = new Map<number, Kept>()

  constructor(journal: Pick<Journal, 'read' | 'content'>, memory: Memory) {
    this.#journal = journal
    this.#memory = memory
  }

  /** Undefined when its content is gone or it says nothing to the rules. */
  async at(index: number): Promise<FiledFacts | undefined> {
    const { facts } = await this.#get(index)
    return typeof facts === 'string' ? undefined : facts
  }

  /** The same of one whose entry is handled now: what is remembered of it can only come after it. */
  async filed(index: number): Promise<FiledFacts | undefined> {
    if (!this.#kept.has(index)) this.#keep(index, { facts: await this.#read(index, []), isVoid: false })
    return this.at(index)
  }

  /** Of those that still stand, the ones whose content is there; `notJudged` counts the others. */
  async standing(indexes: readonly number[]): Promise<{ facts: FiledFacts[]; notJudged: number }> {
    const found: FiledFacts[] = []
    let notJudged = 0
    for (const index of indexes) {
      const { facts, isVoid } = this.#kept.get(index) ?? (await this.#get(index))
      if (isVoid) continue
      if (facts === 'erased') notJudged++
      else if (facts !== 'none') found.push(facts)
    }
    return { facts: found, notJudged }
  }

  /** Notes an amendment; gives the index of the declaration it amends. */
  async noteAmended(entry: Pick<JournalEntry, 'index' | 'movements'>): Promise<number | undefined> {
    const index = amendedIn(entry)
    if (index === undefined) return undefined
    const row = amendmentsRow(index)
    const known = ((await this.#memory.get<number[]>(row)) ?? []).filter((one) => one !== entry.index)
    this.#memory.set(row, [...known, entry.index].slice(0, AMENDMENTS_MAX + 1))
    this.#kept.delete(index)
    return index
  }

  /** Notes what an entry makes of a declaration before it: ended, or replaced by this one. */
  async noteEnded({ index, movements }: Pick<JournalEntry, 'index' | 'movements'>): Promise<void> {
    for (const { key, value } of movements) {
      const { state, declaration: original } = value
      const isDeclaration = key.startsWith('declaration:') || key.startsWith('wco-declaration:')
      if (!isDeclaration || typeof original !== 'number') continue
      const standing = (await this.#memory.get<number>(standingRow(original))) ?? original
      const isReplaced = standing !== index && (await this.at(index)) !== undefined
      if (isReplaced) this.#memory.set(standingRow(original), index)
      if (isReplaced || state === 'cancelled' || state === 'rejected') this.#end(standing)
    }
  }

  #end(index: number): void {
    this.#memory.set(voidRow(index), 1)
    this.#kept.delete(index)
  }

  /** Drops what was read of an entry, and of the declaration it amends: it is erased. */
  forget(erased: Pick<JournalEntry, 'index' | 'kind' | 'movements'>): void {
    this.#kept.delete(erased.index)
    if (erased.kind === AMENDMENT_KIND) this.#kept.delete(amendedIn(erased) ?? erased.index)
  }

  /** Drops all of it. */
  forgetAll(): void {
    this.#kept.clear()
  }

  async #get(index: number): Promise<Kept> {
    const known = this.#kept.get(index)
    if (known) return known
    const amendments = (await this.#memory.get<number[]>(amendmentsRow(index))) ?? []
    const isVoid = (await this.#memory.get(voidRow(index))) !== undefined
    return this.#keep(index, { facts: await this.#read(index, amendments), isVoid })
  }

  #keep(index: number, kept: Kept): Kept {
    if (this.#kept.size >= KEPT_MAX) this.#kept.delete(this.#kept.keys().next().value!)
    this.#kept.set(index, kept)
    return kept
  }

  async #read(index: number, amendments: readonly number[]): Promise<Kept['facts']> {
    const opened = await openEntry(this.#journal, index)
    if (!opened || 'withheld' in opened) return 'erased'
    if (!DECLARATION_KINDS.some((one) => one === opened.kind)) return 'none'
    const filed = filedFacts(opened)
    if (!filed || amendments.length === 0) return filed ?? 'none'
    return amendments.length > AMENDMENTS_MAX ? 'erased' : this.#amended(opened, filed, amendments)
  }

  /** The facts after amendments, with those of them that changed something. */
  async #amended(opened: Opened, filed: FiledFacts, amendments: readonly number[]): Promise<FiledFacts | 'erased'> {
    const applied: CustomsAmendment[] = []
    let facts = filed
    for (const index of amendments) {
      const amendment = await openEntry(this.#journal, index)
      if (!amendment || 'withheld' in amendment) return 'erased'
      applied.push(amendment.body as CustomsAmendment)
      const amended = asAmended(opened.body as CustomsDeclaration, applied)
      const next = amended && filedFacts({ ...opened, body: amended.body })
      if (!next) return 'erased'
      const { said } = facts
      const anew = next.said.filter((one) => !said.some((before) => isSame(one, before)))
      facts = {
        ...next,
        amendments: isSame(goodsOf(facts), goodsOf(next)) ? facts.amendments : [...facts.amendments, index],
        spoken: anew.length === 0 ? facts.spoken : [...facts.spoken, { by: index, said: anew }],
      }
    }
    return facts
  }
}

export const AMENDMENT_KIND = 'customs.amendment'

type Opened = Exclude<OpenedEntry, { withheld: string }>

function filedFacts({ index, atMs, kind, envelope, body }: Opened): FiledFacts | undefined {
  const facts = factsOf(kind, body, countryOf(envelope.for ?? envelope.from))
  if (!facts) return undefined
  const spoken = [{ by: index, said: facts.said }]
  return { index, kind, filedAtMs: atMs, observations: observationsOf(facts), amendments: [], spoken, ...facts }
}

/** What an amendment's movement of the head says it amends. */
const amendedIn = ({ movements }: Pick<JournalEntry, 'movements'>): number | undefined =>
  movements.flatMap(({ key, value: { declaration } }) =>
    key.startsWith('declaration:') && typeof declaration === 'number' ? [declaration] : [],
  )[0]

/** All that is compared but the names and numbers. */
const goodsOf = ({ trader, counterpart, mode, items, packing }: FiledFacts) => [
  trader,
  counterpart,
  mode,
  items,
  packing,
]
const isSame = (one: unknown, other: unknown): boolean => textOf(one) === textOf(other)
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? part.toString() : part))
