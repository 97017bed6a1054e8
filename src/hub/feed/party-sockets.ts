// How many sockets each party has open, and how many it may have.
import { HubError } from '../errors.ts'
import type { PartyUrn } from '../message/envelope.ts'

/** The sockets of parties as a conversation enters them: by one process, or counted over all of a hub. */
export interface PartySocketCount {
  /** One more; gives what is called when it is gone. Throws or rejects with QUOTA_EXCEEDED. */
  enter(party: PartyUrn): (() => void) | Promise<() => void>
}

/** The count of a hub that is one process. */
export class PartySockets implements PartySocketCount {
  readonly #most: number
  readonly #open = new Map<PartyUrn, number>()
  constructor(most: number) {
    this.#most = most
  }

  /** One more; gives what is called when it is gone. Throws QUOTA_EXCEEDED. */
  enter(party: PartyUrn): () => void {
    const open = this.#open.get(party) ?? 0
    if (open >= this.#most) throw tooManySockets(this.#most)
    this.#open.set(party, open + 1)
    let gone = false
    return () => {
      if (gone) return
      gone = true
      const left = this.#open.get(party)! - 1
      if (left === 0) this.#open.delete(party)
      else this.#open.set(party, left)
    }
  }
}

export const tooManySockets = (most: number): HubError =>
  new HubError('QUOTA_EXCEEDED', `this party has the ${most} sockets it may have; close one first`)
