// What the operator's acts have made of the hub: pauses, quotas, sessions to end. Folded from hub.admin entries, so a start finds it again.
import type { HubAdmin } from '../../../schemas/types.d.ts'
import { HubError } from '../errors.ts'
import type { PartyLimits } from '../http/quota.ts'
import type { Envelope, PartyUrn } from '../message/envelope.ts'
import { countryOf } from '../message/audience.ts'

/** A thing that can be paused: exactly one of its members. */
export type Pausable = Extract<HubAdmin, { what: unknown }>['what']

export interface Pause {
  what: Pausable
  reason: string
  /** The hub.admin entry that paused it. */
  index: number
}

/** Names the head that moves with each pause and resume (`FoldedRegister.headOf`). */
export const PAUSES_HEAD = ['operator', 'pauses'] as const

/** One word for a thing that can be paused. */
export const pauseName = (what: Pausable): string => Object.entries(what).flat().join(' ')

/** What the hub says of itself, and the register, is never paused: whoever is paused may still revoke, acknowledge and be told. */
export const isPausable = (kind: string): boolean => !kind.startsWith('hub.')

export class OperatorActs {
  readonly #pauses = new Map<string, Pause>()
  readonly #quotas = new Map<PartyUrn, Partial<PartyLimits>>()
  readonly #ended = new Map<number, PartyUrn>()
  readonly #sessionsEnded = new Map<PartyUrn, number>()

  /** Applies an accepted hub.admin entry; the body has passed its schema and judgement. */
  fold(index: number, body: HubAdmin): void {
    if (body.act === 'pause') this.#pauses.set(pauseName(body.what), { what: body.what, reason: body.reason, index })
    else if (body.act === 'resume') this.#pauses.delete(pauseName(body.what))
    else if (body.act === 'quota') this.#quotas.set(body.party, body.limits)
    else if (body.act === 'close-sessions') {
      this.#ended.set(index, body.party)
      this.#sessionsEnded.set(body.party, index + 1)
    }
  }

  pauses(): Pause[] {
    return [...this.#pauses.values()]
  }
  paused(what: Pausable): Pause | undefined {
    return this.#pauses.get(pauseName(what))
  }
  quota(party: PartyUrn): Partial<PartyLimits> | undefined {
    return this.#quotas.get(party)
  }
  quotas(): { party: PartyUrn; limits: Partial<PartyLimits> }[] {
    return [...this.#quotas].map(([party, limits]) => ({ party, limits }))
  }
  /** Index + 1 of the entry that ended a party's sessions last: those opened when the register was not there yet are over. 0 if there is none. */
  sessionsEndedAt(party: PartyUrn): number {
    return this.#sessionsEnded.get(party) ?? 0
  }
  /** The party whose sessions the entry at this index ends; given once. */
  takeEnded(index: number): PartyUrn | undefined {
    const party = this.#ended.get(index)
    this.#ended.delete(index)
    return party
  }

  /** Throws PAUSED if the sender, its principal, their countries or the kind are paused. */
  checkPaused({ kind, from, for: principal }: Pick<Envelope, 'kind' | 'from' | 'for'>): void {
    if (this.#pauses.size === 0 || !isPausable(kind)) return
    const parties = principal === undefined ? [from] : [from, principal]
    const concerned: Pausable[] = [
      { kind },
      ...parties.flatMap((party): Pausable[] => [{ party }, { country: countryOf(party) }]),
    ]
    for (const what of concerned) {
      const pause = this.paused(what)
      if (pause) throw new HubError('PAUSED', `${pauseName(what)} is paused by entry ${pause.index}: ${pause.reason}`)
    }
  }
}
