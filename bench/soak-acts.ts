// What clients do in a soak, one act at a time, each held to the answer it must get.
import { randomBytes } from 'node:crypto'
import { composeMessage, type ComposedMessage } from '../src/client/compose.ts'
import { FeedClient } from '../src/client/feed-client.ts'
import { HubClient } from '../src/client/hub-client.ts'
import { clientOf, openPartyFolder, type PartyFolder } from '../src/client/party-folder.ts'
import { declarationForm, writeSerial } from './declaration.ts'
import { partyFolder, type Place } from './place.ts'
import { readAttestation } from '../src/hub/evidence/attestation.ts'
import { readCompact } from '../src/hub/identity/jws.ts'

export type Act = 'accept' | 'again' | 'refused' | 'findings' | 'enquiry' | 'pull'

const RECENT_MAX = 2_000
const PULL_LIMIT = 100
const FORM = declarationForm()
/** A body that is good JSON and lacks everything. */
const EMPTY = Buffer.from('{}')

interface Taken {
  message: ComposedMessage
  serial: number
  index: number
}

/** The clients of a soak. Every act throws if the hub answers otherwise than it must. */
export class Acts {
  /** Everything accepted: message id and index. */
  readonly taken: { id: string; index: number }[] = []
  readonly sender: HubClient
  readonly #place: Place
  readonly #bank: HubClient
  readonly #puller: HubClient
  readonly #recent: Taken[] = []
  #pulled = 0

  constructor(place: Place) {
    this.#place = place
    const party = (folder: string): PartyFolder => openPartyFolder(partyFolder(place, folder))
    const { hub, signer, certificateDer } = place.sender
    const identity = { party: place.sender.party, signer, path: [certificateDer] }
    this.sender = new HubClient({ url: place.url, hub, identity, retry: { attempts: 1 } })
    this.#bank = clientOf(party('nanning-bank'), { retry: { attempts: 1 } })
    this.#puller = clientOf(party('hanoi-importer'), { retry: { attempts: 1 } })
  }

  perform(act: Act): Promise<void> {
    // At the beginning there is nothing yet to say again or to ask about.
    return this.#recent.length === 0 ? this.accept() : this[act]()
  }

  async accept(): Promise<void> {
    const serial = this.#place.serial++
    const message = await this.#compose(declaration(serial))
    const answer = await this.sender.submit(message)
    if (answer.outcome !== 'accepted' || answer.duplicate) throw unexpected('a new declaration', answer)
    this.taken.push({ id: message.envelope.id, index: answer.index })
    this.#recent.push({ message, serial, index: answer.index })
    if (this.#recent.length > RECENT_MAX) this.#recent.shift()
  }

  async again(): Promise<void> {
    const { message, index } = this.#some()
    const answer = await this.sender.submit(message)
    if (answer.outcome !== 'accepted' || !answer.duplicate || answer.index !== index)
      throw unexpected(`entry ${index} again`, answer)
  }

  async refused(): Promise<void> {
    const answer = await this.sender.submit(await this.#compose(declaration(this.#some().serial)))
    if (answer.outcome !== 'refused' || answer.problem.code !== 'ALREADY_CLAIMED')
      throw unexpected('a number filed before', answer)
  }

  async findings(): Promise<void> {
    const answer = await this.sender.submit(await this.#compose(EMPTY))
    if (answer.outcome !== 'refused' || answer.problem.code !== 'FINDINGS')
      throw unexpected('an empty document', answer)
  }

  async enquiry(): Promise<void> {
    const { message, index } = this.#some()
    const { entryId } = JSON.parse(message.body.toString()) as { entryId: string }
    const question = { entryId, shown: { messageCommitment: message.commitment.toString('hex') } }
    const { signatures } = await this.#bank.enquire({ enquiry: 'customs.declaration', v: 1, question })
    const { verdict, size } = readAttestation(readCompact(signatures[0]!).payload)
    if (verdict !== 'yes' || size <= index) throw unexpected(`an enquiry about entry ${index}`, { verdict, size })
  }

  async pull(): Promise<void> {
    const { items, next } = await this.#puller.feed({
      name: 'soak-pull',
      limit: PULL_LIMIT,
      ...(this.#pulled > 0 && { ack: this.#pulled }),
    })
    if (items.length > 0) this.#pulled = Math.max(this.#pulled, next)
  }

  /** Follows the feed of a recipient until stopped; `onItem` hears of every item. Throws when one is missing. */
  async follow(folder: string, name: string, stop: AbortSignal, onItem: (kind: string) => void): Promise<void> {
    const client = clientOf(openPartyFolder(partyFolder(this.#place, folder)))
    const token = (refused?: string): Promise<string> => client.token('feed', refused)
    for await (const { kind } of new FeedClient({ url: client.url, token, name, after: 0, stop })) onItem(kind)
  }

  #some(): Taken {
    return this.#recent[Math.floor(Math.random() * this.#recent.length)]!
  }

  #compose(body: Buffer): Promise<ComposedMessage> {
    const { sender, to } = this.#place
    return composeMessage(
      { hub: sender.hub, kind: 'customs.declaration', v: 1, from: sender.party, to, body },
      {
        signers: [{ signer: sender.signer, by: { path: [sender.certificateDer] } }],
        randomness: randomBytes,
        clock: Date.now,
      },
    )
  }
}

function declaration(serial: number): Buffer {
  const body = Buffer.from(FORM.bytes)
  writeSerial(body, FORM, serial)
  return body
}

const unexpected = (what: string, answer: object): Error =>
  new Error(`${what} was answered ${JSON.stringify(answer).slice(0, 300)}`)
