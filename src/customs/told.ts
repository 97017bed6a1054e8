// Who acts, and what it may know: a party that was not told of an object hears of it what everybody hears of one that does not exist.
import {
  nothingWanted,
  type Claim,
  type HeadKey,
  type Judgement,
  type JudgeViews,
  type Move,
  type PartyUrn,
  type Register,
  type ValidMessage,
} from '../hub/index.ts'

/** The party in whose name a message is: the principal, or else the sender. */
export const actorOf = ({ envelope, authentic }: Pick<ValidMessage, 'envelope' | 'authentic'>): PartyUrn =>
  envelope.for ?? authentic.sender

/** Those who read a message in full: sender, principal, recipients. */
export const readersOf = ({ envelope, authentic }: Pick<ValidMessage, 'envelope' | 'authentic'>): PartyUrn[] => [
  authentic.sender,
  ...(envelope.for === undefined ? [] : [envelope.for]),
  ...envelope.to,
]

/** Customs authorities of a country among the recipients; each once. */
export const customsAmong = (
  to: readonly PartyUrn[],
  country: string | undefined,
  register: Pick<Register, 'party'>,
): PartyUrn[] =>
  [...new Set(to)].filter((urn) => {
    const party = register.party(urn)
    return party?.class === 'customs' && party.country === country
  })

/** Who may act on what was filed: the party it is of, the agent that sent it, and the customs authorities it was told to. */
export const actorsOn = (
  message: Pick<ValidMessage, 'envelope' | 'authentic'>,
  { register }: Pick<JudgeViews, 'register'>,
): PartyUrn[] => [
  actorOf(message),
  message.authentic.sender,
  ...message.envelope.to.filter((party) => register.party(party)?.class === 'customs'),
]

/**
 * Stands when a party has been told of an object; it is never taken back. Where knowing who owes a document is what entitles to hear of it,
 * the key of that payer is the party.
 */
const toldKey = (views: Pick<JudgeViews, 'key'>, object: HeadKey, party: PartyUrn): HeadKey =>
  views.key('told', object, party)

const TOLD = { told: true }

/** Writes down who is told of an object by this entry and was not before. */
export async function tellMoves(views: JudgeViews, object: HeadKey, parties: Iterable<PartyUrn>): Promise<Move[]> {
  const keys = [...new Set(parties)].map((party) => toldKey(views, object, party))
  const heads = await Promise.all(keys.map((key) => views.head(key)))
  return keys.flatMap((key, n) => (heads[n] ? [] : [{ key, version: 0, value: TOLD }]))
}

/**
 * The same of an object that the entry claims, for whoever has to be quick: of what is not there yet nobody was told, so no head is looked
 * up. The object comes before those told of it, so a number that is taken is refused as itself.
 */
export const claimTold = (views: Pick<JudgeViews, 'key'>, object: Claim, parties: Iterable<PartyUrn>): Claim[] => [
  object,
  ...[...new Set(parties)].map((party) => ({
    key: toldKey(views, object.key, party),
    value: TOLD,
    rule: object.rule,
  })),
]

/** Whether a party was told of an object, by its key. */
export const isTold = async (views: JudgeViews, object: HeadKey, party: PartyUrn): Promise<boolean> =>
  (await views.head(toldKey(views, object, party))) !== undefined

/**
 * Cannot tell. The refusal rests on the head that would say that the party was told: whether the object exists or not, it has moved never,
 * and once the party is told the same message is judged anew. Only for a party that was not told.
 */
export const untold = (
  views: Pick<JudgeViews, 'key'>,
  rule: string,
  object: HeadKey,
  party: PartyUrn,
): Judgement & { refusal: object } => ({
  ...nothingWanted(),
  refusal: { code: 'NOT_KNOWN_HERE', rule, key: toldKey(views, object, party), version: 0 },
})
