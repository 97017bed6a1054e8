// Traffic of the kill test, all of it P-256: acknowledgements in bulk, and consignments whose steps depend on one another.
import { composeMessage } from '../../src/client/compose.ts'
import * as documents from '../../src/client/demo/documents.ts'
import type { Chance } from './fault-seed.ts'
import { commitRoot } from '../../src/hub/evidence/receipt.ts'
import { outgoing, type Load, type Outgoing } from './fault-load.ts'
import type { MortalHub } from './fault-process.ts'

const BULK = ['nanning-bank', 'second-bank', 'hanoi-bank', 'bangkok-bank'] as const
export const TRAFFIC_PARTIES = [...BULK, 'hanoi-importer', 'vietnam-customs', 'hub-operator'] as const
const TERMS = { amount: '256000.00', currency: 'USD' }

/** A consignment: steps in order, the messages of a step at the same time. */
export type Consignment = Outgoing[][]

/** Whose parties speak: one process, or several. */
type Speakers = Pick<MortalHub, 'party' | 'client'>

export class Traffic {
  readonly #hub: Speakers
  readonly #chance: Chance
  readonly #roots = new Map<string, string>()
  #serial = 0

  constructor(hub: Speakers, chance: Chance) {
    this.#hub = hub
    this.#chance = chance
  }

  async #message(folder: string, kind: string, body: object, to: string[] = []): Promise<Outgoing> {
    const { card, identity } = this.#hub.party(folder)
    const message = await composeMessage(
      { hub: card.hub, v: 1, from: card.party, kind, to, body },
      {
        signers: [{ signer: identity.signer, by: { path: [...identity.path] } }],
        randomness: (size) => this.#chance.bytes(size),
        clock: Date.now,
      },
    )
    return outgoing(folder, message)
  }

  /** Root over the receipt of the first item of a party's feed: what is said of it may be said as often as one likes. */
  async #firstRoot(folder: string): Promise<string> {
    const known = this.#roots.get(folder)
    if (known) return known
    const [first] = (await this.#hub.client(folder, 40).feed({ limit: 1 })).items
    const root = commitRoot([Buffer.from(first!.receipt!.payload, 'base64url')]).toString('hex')
    this.#roots.set(folder, root)
    return root
  }

  /** Messages that depend on nothing, of four senders in turn. */
  async bulk(count: number): Promise<Outgoing[]> {
    const messages: Outgoing[] = []
    for (let n = 0; n < count; n++) {
      const folder = BULK[n % BULK.length]!
      const feed = this.#hub.party(folder).card.party
      const body = { feed, epoch: 1, from: 1, to: 1, root: await this.#firstRoot(folder) }
      messages.push(await this.#message(folder, 'hub.acknowledgement', body))
    }
    return messages
  }

  /** Declared, released, and financed by two banks at once, of which the account can carry one. */
  async consignment(): Promise<Consignment> {
    const serial = ++this.#serial
    const [importer, customs, regulated] = ['hanoi-importer', 'vietnam-customs', 'nanning-bank'].map(
      (folder) => this.#hub.party(folder).card.party,
    ) as [string, string, string]
    const filed = documents.electronics(Date.now(), serial)
    const apply = (folder: string): Promise<Outgoing> => {
      const body = documents.application(filed, { ...TERMS, applicationId: `F-${serial}` }, Date.now())
      return this.#message(folder, 'tradefinance.financing', body)
    }
    return [
      [await this.#message('hanoi-importer', 'customs.declaration', filed, [customs, regulated])],
      [await this.#message('vietnam-customs', 'customs.release', documents.release(filed, Date.now()), [importer])],
      await Promise.all(this.#chance.shuffled(['nanning-bank', 'second-bank']).map(apply)),
    ]
  }
}

/** Sends until `enough` says so: bulk on `lanes` at once, consignments step by step beside it. What was begun is left where it stands. */
export async function drive(
  load: Pick<Load, 'send'>,
  work: { bulk: Outgoing[]; consignments: Consignment[]; lanes: number },
  stopped: () => boolean,
): Promise<void> {
  const lane = async (): Promise<void> => {
    while (!stopped()) {
      const next = work.bulk.shift()
      if (!next) return
      if (!(await load.send(next))) await pause(20)
    }
  }
  const steps = async (): Promise<void> => {
    while (!stopped()) {
      const [consignment] = work.consignments
      if (!consignment) return
      const [step] = consignment
      if (!step) work.consignments.shift()
      else if ((await Promise.all(step.map((message) => load.send(message)))).every(Boolean)) consignment.shift()
      else await pause(20)
    }
  }
  await Promise.all([...Array.from({ length: work.lanes }, lane), steps()])
}

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))
