// What a reader makes of signed sets: whether the hub has signed them, and whether what was received is what they say.
import { readCertificate } from '../hub/identity/certificate.ts'
import { HubError } from '../hub/errors.ts'
import { readHubKeys } from '../hub/evidence/hub-keys.ts'
import { readMessageFile } from '../hub/evidence/message-file.ts'
import { readTrust } from '../hub/evidence/trust.ts'
import { fromBase64url } from '../hub/values/encoding.ts'
import { GrowingRoot } from '../hub/supervision/feed-receipts.ts'
import { type FeedSet, verifySet } from '../hub/supervision/set.ts'
import type { FeedItem } from './feed-item.ts'
import type { HubClient } from './hub-client.ts'
import { UsageError } from './usage.ts'

/** A set whose signature is good; `trusted` says whether the trust file vouches for the hub's root, undefined without one. */
export interface ProvedSet {
  set: FeedSet
  trusted: boolean | undefined
}

/** Verifies a set with the hub's own chain of keys and, if there is one, a trust file. Throws HubError, UsageError for a trust file that cannot be used. */
export async function proveSet(client: HubClient, jws: string, trust: Uint8Array | undefined): Promise<ProvedSet> {
  const anchors = trust === undefined ? undefined : usable(() => readTrust(trust))
  const { keys, operatorRoot } = await client.keys()
  const root = readCertificate(fromBase64url(operatorRoot, 'the operator root'))
  const files = keys.map((file) => readMessageFile(file, 'a hub.key'))
  const set = await verifySet(jws, await readHubKeys(files, root))
  return { set, trusted: anchors && anchors.hub === set.hub && anchors.operatorRoot.der.equals(root.der) }
}

function usable<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof HubError && error.code === 'PARAMETER_INVALID') throw new UsageError(error.detail)
    throw error
  }
}

/** Items received, compared with what sets say of them. Only items of the range count; each must come once and in order. */
export class HeldItems {
  readonly #payloads = new Map<number, Buffer>()
  #first = Infinity
  #last = 0

  add({ seq, receipt }: Pick<FeedItem, 'seq' | 'receipt'>): void {
    this.#payloads.set(seq, fromBase64url(receipt?.payload ?? '', 'the receipt'))
    this.#first = Math.min(this.#first, seq)
    this.#last = Math.max(this.#last, seq)
  }

  get range(): { from: number; to: number; count: number } {
    return { from: this.#first, to: this.#last, count: this.#payloads.size }
  }

  /** What is wrong with the items received, as the set says; undefined if they are exactly those. */
  compare({ from, to, count, root }: FeedSet): string | undefined {
    const growing = new GrowingRoot()
    for (let seq = from; seq <= to; seq++) {
      const payload = this.#payloads.get(seq)
      if (!payload) return `item ${seq} is missing`
      growing.add(payload)
    }
    if (growing.count !== count) return `the set counts ${count} items, ${growing.count} were received`
    return growing.root === root ? undefined : 'the items received are not those of the set'
  }
}
