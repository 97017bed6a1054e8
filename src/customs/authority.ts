// What the acts on a declaration have in common: customs' are those of the authority it was filed with alone, the declarant's are its own.
import {
  nothingWanted,
  type Envelope,
  type Finding,
  type Judgement,
  type JudgeViews,
  type Money,
  type OpenedEntry,
  type PartyUrn,
  type ValidMessage,
  refused,
} from '../hub/index.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { finding } from './codes.ts'
import {
  declarationKey,
  declaredTotal,
  readHead,
  type DeclarationHead,
  type DeclarationState,
} from './declaration-head.ts'
import { stateAfter, type DeclarationAct } from './declaration-states.ts'
import { actorOf, isTold, untold } from './told.ts'

/** Acts of an authority need a certificate that is known to be good. */
export const AUTHORITY = {
  type: 'application/json',
  bodyMaxBytes: 128 * 1024,
  senders: ['customs'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good' as const],
}

/** Acts of the declarant, who may not be kept waiting by a list of revocations that came late. */
export const DECLARANT = {
  type: 'application/json',
  bodyMaxBytes: 128 * 1024,
  senders: ['trader', 'broker', 'customs-broker', 'forwarder'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good' as const, 'stale' as const],
}

/** The declaration that is acted on and the state it comes to, or the judgement that says why it cannot be. */
export type Found = { head: DeclarationHead; next: DeclarationState } | { judgement: Judgement }

export async function findDeclaration(
  message: ValidMessage,
  views: JudgeViews,
  entryId: string,
  act: DeclarationAct,
): Promise<Found> {
  const { sender } = message.authentic
  return find(message, views, entryId, act, {
    party: sender,
    acts: ({ customs }) => customs === sender,
    otherwise: finding('AUTHORITY_NOT_COMPETENT', '/entryId'),
    addresses: ({ from }) => from,
    unaddressed: finding('DECLARANT_NOT_ADDRESSED', ''),
  })
}

/** The same for what the declarant says, itself or through an agent `for` it. */
export async function findOwnDeclaration(
  message: ValidMessage,
  views: JudgeViews,
  entryId: string,
  act: DeclarationAct,
): Promise<Found> {
  const party = actorOf(message)
  return find(message, views, entryId, act, {
    party,
    acts: ({ from }) => from === party,
    otherwise: finding('DECLARANT_NOT_SENDER', '/entryId'),
    addresses: ({ customs }) => customs,
    unaddressed: finding('DECLARING_CUSTOMS_NOT_ADDRESSED', ''),
  })
}

interface Rights {
  /** In whose name the message is. */
  party: PartyUrn
  acts(head: DeclarationHead): boolean
  /** Said to one who is not entitled but was told of the declaration. */
  otherwise: Finding
  addresses(head: DeclarationHead): PartyUrn
  unaddressed: Finding
}

async function find(
  { authentic, envelope }: ValidMessage,
  views: JudgeViews,
  entryId: string,
  act: DeclarationAct,
  rights: Rights,
): Promise<Found> {
  const key = declarationKey(views, entryId)
  const stored = await views.head(key)
  const cannotTell = { judgement: untold(views, DECLARATION_KNOWN, key, rights.party) }
  if (!stored) return cannotTell
  const head = readHead(key, stored)
  if (!rights.acts(head)) {
    const told = (await wasTold(head, rights.party, views)) || (await wasTold(head, authentic.sender, views))
    return told ? { judgement: found([rights.otherwise]) } : cannotTell
  }
  const next = stateAfter(head.state, act)
  if (!next) return { judgement: refused('STATE_CONFLICT', 'declaration-state', key, head.headVersion) }
  return envelope.to.includes(rights.addresses(head)) ? { head, next } : { judgement: found([rights.unaddressed]) }
}

/**
 * Whether a party was told of the declaration. Of those who can do nothing with it no head says so; the declaration itself does, as long as
 * its content is there.
 */
export async function wasTold(head: DeclarationHead, party: PartyUrn, views: JudgeViews): Promise<boolean> {
  if (await isTold(views, head.key, party)) return true
  const filed = await filedDeclaration(head, views)
  return filed !== undefined && (filed.envelope.from === party || filed.envelope.to.includes(party))
}

/** Findings against the world as it stands. */
export const found = (findings: Finding[]): Judgement => ({ ...nothingWanted(), findings })

/** The rule of "cannot tell": by itself it does not say whether there is no such declaration, or it was not told, or its content is gone. */
export const DECLARATION_KNOWN = 'declaration-known'

/** Cannot tell, said to who was told of the declaration: what is needed of it is withheld. */
export const unknown = (head: DeclarationHead): Judgement =>
  refused('NOT_KNOWN_HERE', DECLARATION_KNOWN, head.key, head.headVersion)

export type Filed = Exclude<OpenedEntry, { withheld: unknown }>

/** The declaration as filed; undefined when it is withheld. */
export const filedDeclaration = (head: DeclarationHead, views: JudgeViews): Promise<Filed | undefined> =>
  filedAt(head.declaration, views)

/** An entry as filed; undefined when it is withheld. */
export async function filedAt(index: number, views: JudgeViews): Promise<Filed | undefined> {
  const entry = await views.entry(index)
  return entry === undefined || 'withheld' in entry ? undefined : entry
}

/** Whether a message names another in its `re`. */
export const names = ({ re }: Envelope, { from, id }: Envelope): boolean =>
  re?.some((one) => one.from === from && one.id === id) ?? false

/** The same of an entry whose content may be gone: what the sender, or whom it speaks for, was told of is found by its name. */
export async function namesEntry(
  { envelope, authentic }: ValidMessage,
  index: number,
  views: JudgeViews,
): Promise<boolean> {
  const party = envelope.for ?? authentic.sender
  for (const { from, id } of envelope.re ?? []) if ((await views.told(party, from, id))?.index === index) return true
  return false
}

/** The declared total as it stands; undefined when it is in a declaration that is withheld. */
export async function currentTotal(head: DeclarationHead, views: JudgeViews): Promise<Money | undefined> {
  if (head.total) return head.total
  const filed = await filedDeclaration(head, views)
  return filed && declaredTotal(filed.body as CustomsDeclaration)
}
