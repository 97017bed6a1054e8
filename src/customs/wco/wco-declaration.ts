// customs.wco-declaration: a declaration after the WCO Data Model, as a partner country files or sends it. Its number can be filed once
// per country; changes, replacements and cancellations move what was filed.
import {
  nothingWanted,
  readSchemaFile,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type PartyUrn,
  type Register,
  type ValidMessage,
  refused,
} from '../../hub/index.ts'
import type { WcoDeclaration } from '../../../schemas/types.d.ts'
import { recipients, SUPERVISION } from '../audience.ts'
import { DECLARATION_KNOWN } from '../authority.ts'
import { caseKey, caseMoves, caseMovesOf } from '../case/case-head.ts'
import { finding as customsFinding } from '../codes.ts'
import { checkOwnNumbers, type OwnNumber } from '../own-numbers.ts'
import { actorOf, actorsOn, claimTold, customsAmong, isTold, untold } from '../told.ts'
import { finding } from './codes.ts'
import { checkOwn } from './own-rules.ts'
import { Place } from './place.ts'
import { checkSaid } from './said-rules.ts'
import { changedValue, declaredValue, movedValue, readWcoHead, wcoKey, type WcoHead } from './wco-head.ts'

type Message = ValidMessage<WcoDeclaration>

export const wcoDeclarationKind: MessageKind<WcoDeclaration> = {
  name: 'customs.wco-declaration',
  version: 1,
  schema: readSchemaFile('customs/wco-declaration.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 2 * 1024 * 1024,
  senders: ['trader', 'broker', 'customs-broker', 'forwarder', 'customs'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good', 'stale'],
  check(body) {
    const place = new Place(body)
    return [...checkSaid(place, 'own'), ...checkOwn(place)]
  },
  async judge(message, views) {
    const parties = partiesTo(message, views.register)
    if ('count' in parties)
      return {
        ...nothingWanted(),
        findings: [customsFinding('DECLARING_CUSTOMS_MISSING', '', { count: parties.count })],
      }
    const findings = checkOwnNumbers(views.register, [parties.declarant], ownNumbers(message.body, parties, views))
    if (findings.length > 0) return { ...nothingWanted(), findings }
    return message.body.functionCode === '9' ? original(message, parties, views) : later(message, parties, views)
  },
  audience: recipients,
  views: SUPERVISION,
}

interface Parties {
  declarant: PartyUrn
  customs: PartyUrn
  country: string
}

/** By which number the declarant says who it is: customs that passes on what was filed with it by none. */
function ownNumbers(
  { typeCode, exporter, importer, agent, declarant }: WcoDeclaration,
  parties: Parties,
  { register }: JudgeViews,
): readonly OwnNumber[] {
  const partyClass = register.party(parties.declarant)?.class
  if (partyClass === 'customs') return []
  if (partyClass !== 'trader')
    return [
      ['/declarant/id', declarant?.id],
      ['/agent/id', agent?.id],
    ]
  // Types begin alike and end as each country has it; a change or cancellation has no direction.
  if (typeCode.startsWith('EX')) return [['/exporter/id', exporter?.id]]
  return typeCode.startsWith('IM') ? [['/importer/id', importer?.id]] : []
}

/** Customs that passes on what was filed with it is the declaring customs itself; anybody else files with one of its own country. */
function partiesTo(message: Message, register: Register): Parties | { count: number } {
  const declarant = actorOf(message)
  const party = register.party(declarant)
  const country = party?.country ?? ''
  if (party?.class === 'customs') return { declarant, customs: declarant, country }
  const customs = customsAmong(message.envelope.to, country, register)
  return customs.length === 1 ? { declarant, customs: customs[0]!, country } : { count: customs.length }
}

async function original(
  message: Message,
  { declarant, customs, country }: Parties,
  views: JudgeViews,
): Promise<Judgement> {
  const { body } = message
  const ucr = body.goodsShipment?.ucr?.id
  const value = declaredValue(declarant, customs, ucr === undefined ? undefined : caseKey(views, ucr))
  const number = { key: wcoKey(views, country, body.id), value, rule: 'declaration-number' }
  return {
    ...nothingWanted(),
    claims: claimTold(views, number, actorsOn(message, views)),
    moves: await caseMoves(views, ucr),
  }
}

/** Function 1 cancels, 4 changes, 5 replaces; 13 asks for something and leaves the declaration as it is. */
async function later({ body }: Message, { declarant, country }: Parties, views: JudgeViews): Promise<Judgement> {
  const key = wcoKey(views, country, body.id)
  const stored = await views.head(key)
  // Whoever was not told of the original cannot learn that the number exists.
  const cannotTell = untold(views, DECLARATION_KNOWN, key, declarant)
  if (!stored) return cannotTell
  const head = readWcoHead(key, stored)
  if (declarant !== head.from && declarant !== head.customs)
    return (await wasTold(declarant, head, views))
      ? { ...nothingWanted(), findings: [finding('WCO_DECLARANT_DIFFERS', '/id')] }
      : cannotTell
  if (head.state === 'cancelled') return refused('STATE_CONFLICT', 'declaration-state', key, head.headVersion)
  const changes = body.functionCode === '4' || body.functionCode === '5'
  const value = changes ? changedValue(head) : movedValue(head, body.functionCode === '1' ? 'cancelled' : 'declared')
  return {
    ...nothingWanted(),
    moves: [{ key, version: head.headVersion, value }, ...(await caseMovesOf(views, head.caseKey))],
    refers: [head.declaration],
  }
}

/** Of recipients that can do nothing with it no head says that they were told; the original does, as long as its content is there. */
async function wasTold(party: PartyUrn, { key, declaration }: WcoHead, views: JudgeViews): Promise<boolean> {
  if (await isTold(views, key, party)) return true
  const entry = await views.entry(declaration)
  return entry !== undefined && !('withheld' in entry) && entry.envelope.to.includes(party)
}
