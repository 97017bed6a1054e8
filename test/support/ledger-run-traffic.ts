// Packets of a run across ledgers, and the documents they stand for: handed to the hub before, after, or never.
import { electronics } from '../../src/client/demo/documents.ts'
import type { ComposedMessage } from '../../src/client/compose.ts'
import type { Packet } from '../../src/crosschain/packet.ts'
import type { Chance } from './fault-seed.ts'
import { kindOf, type PlaceLane } from './ledger-place.ts'
import { compose, LANE_KIND, type LedgerRun, take } from './ledger-run.ts'

const EXPORTER = 'guangxi-exporter'
const RECIPIENTS = ['nanning-customs', 'vietnam-customs'] as const
const LONG_S = 50_000
export const SHORT_S = 60

export type DocumentComes = 'before' | 'after' | 'never'

export interface SentOn {
  lane: PlaceLane
  packet: Packet
  comes: DocumentComes
  message?: ComposedMessage
  /** Entry of the document in the first hub. */
  entry?: number
}

export class PacketTraffic {
  readonly sent: SentOn[] = []
  readonly #run: LedgerRun
  readonly #chance: Chance
  #serial = 1

  constructor(run: LedgerRun, chance: Chance) {
    this.#run = run
    this.#chance = chance
  }

  /** Those of one lane in the order of their sequences. */
  of(lane: PlaceLane): SentOn[] {
    return this.sent.filter((one) => one.lane === lane)
  }

  /** One packet; while the first hub is down its document does not come before. */
  async send(lane: PlaceLane, wish: { isShort?: boolean; comes?: DocumentComes } = {}): Promise<SentOn> {
    const comes = wish.comes ?? (['before', 'after', 'never'] as const)[this.#chance.below(3)]!
    const message = comes === 'never' ? undefined : await this.#document()
    const entry = comes === 'before' ? await this.#submit(message!) : undefined
    const word = (message?.commitment ?? this.#chance.bytes(32)).toString('hex')
    const timeoutS = wish.isShort === true ? SHORT_S : LONG_S
    const { packet } = await this.#run.place.send(lane, { kind: kindOf(LANE_KIND), message: word, timeoutS })
    const sent: SentOn = { lane, packet, comes, ...(message && { message }), ...(entry !== undefined && { entry }) }
    this.sent.push(sent)
    return sent
  }

  /** Takes in a packet that was sent without being seen. */
  adopt(lane: PlaceLane, packet: Packet): void {
    this.sent.push({ lane, packet, comes: 'never' })
  }

  /** `count` packets on whichever of the two lanes can be sent on. */
  async stream(count: number, isHubUp = true): Promise<void> {
    const { there, back } = this.#run.lanes
    const open = [there, back].filter(({ source }) => !this.#run.isDown(source.name))
    for (let n = 0; n < count; n++) {
      const comes = isHubUp ? {} : { comes: this.#chance.below(2) ? ('after' as const) : ('never' as const) }
      await this.send(open[this.#chance.below(open.length)]!, comes)
    }
  }

  /** The documents that come after their packets. */
  async submitLate(): Promise<void> {
    for (const one of this.sent)
      if (one.comes === 'after' && one.entry === undefined) one.entry = await this.#submit(one.message!)
  }

  #document(): Promise<ComposedMessage> {
    const [hub] = this.#run.hubs
    const to = RECIPIENTS.map((folder) => hub.party(folder).card.party)
    return compose(hub, EXPORTER, 'customs.declaration', to, electronics(Date.now(), this.#serial++))
  }

  #submit(message: ComposedMessage): Promise<number> {
    return take(this.#run.hubs[0].client(EXPORTER), message)
  }

  /** What the hub says of the packets that stand for a document. */
  async relayed(entry: number) {
    return (await this.#run.hubs[0].client(EXPORTER).relayed(entry)).relayed
  }
}
