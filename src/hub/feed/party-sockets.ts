// How many sockets each party has open, and how many it may have.
import { HubError } from '../errors.ts'
import type { PartyUrn } from '../message/envelope.ts'

export class PartySockets {
  readonly #most: number
  readonly #open = new Map<PartyUrn, number>()
  constructor(most: number) {
    this.#most = most
  }

  /** One more; gives what is called when it is gone. Throws QUOTA_EXCEEDED. */
  enter(party: PartyUrn): () => void {
    const open = this.#open.get(party) ?? 0
    if (open >= this.#most)
      throw new HubError('QUOTA_EXCEEDED', `this party has the ${this.#most} sockets it may have; close one first`)
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
