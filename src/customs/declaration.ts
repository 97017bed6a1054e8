// customs.declaration: the declarant, or an agent for it, files an import or export declaration; its number can be filed only once.
import {
  nothingWanted,
  readSchemaFile,
  type Finding,
  type MessageKind,
  type PartyUrn,
  type Register,
} from '../hub/index.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { DECLARANT, found } from './authority.ts'
import { recipients, SUPERVISION } from './audience.ts'
import { caseKey, caseMoves } from './case/case-head.ts'
import { finding } from './codes.ts'
import { checkFields } from './declaration-fields.ts'
import { declarationKey, filedValue } from './declaration-head.ts'
import { checkRules } from './declaration-rules.ts'
import { readTexts } from './declaration-texts.ts'
import { checkOwnNumbers, type OwnNumber } from './own-numbers.ts'
import { shanghaiDay } from './shanghai-day.ts'
import { judgeSupporting } from './supporting.ts'
import { actorOf, actorsOn, claimTold, customsAmong } from './told.ts'
import { AHEAD_MAX_MS } from './values.ts'

export const declarationKind: MessageKind<CustomsDeclaration> = {
  ...DECLARANT,
  name: 'customs.declaration',
  version: 1,
  schema: readSchemaFile('customs/declaration.v1.json'),
  bodyMaxBytes: 256 * 1024,
  check(body) {
    const texts = readTexts(body)
    return [...checkFields(texts), ...checkRules(texts)]
  },
  async judge(message, views) {
    const { envelope, body } = message
    const declarant = actorOf(message)
    const customs = customsAmong(envelope.to, views.register.party(declarant)?.country, views.register)
    const findings = [
      ...checkReceiver(customs),
      ...checkDeclared(body, views.nowMs),
      ...checkOwnNumbers(views.register, [declarant], ownNumbers(body, declarant, views.register)),
    ]
    if (findings.length > 0) return found(findings)
    const supporting = await judgeSupporting(message, views)
    if ('judgement' in supporting) return supporting.judgement
    const { ieFlag, ucr } = body
    const value = filedValue(declarant, customs[0]!, {
      ieFlag,
      ...(ucr !== undefined && { caseKey: caseKey(views, ucr) }),
    })
    const number = { key: declarationKey(views, body.entryId), value, rule: 'declaration-number' }
    return {
      ...nothingWanted(),
      ...supporting,
      claims: claimTold(views, number, actorsOn(message, views)),
      moves: await caseMoves(views, ucr),
    }
  },
  audience: recipients,
  views: SUPERVISION,
}

/** A trader declares under its own company; who declares for others in its own name is the agent. */
const ownNumbers = (body: CustomsDeclaration, declarant: PartyUrn, register: Register): readonly OwnNumber[] =>
  register.party(declarant)?.class === 'trader'
    ? [
        ['/tradeCoScc', body.tradeCoScc],
        ['/tradeCode', body.tradeCode],
      ]
    : [
        ['/agentCodeScc', body.agentCodeScc],
        ['/agentCode', body.agentCode],
      ]

const checkReceiver = ({ length: count }: PartyUrn[]): Finding[] =>
  count === 1 ? [] : [finding('DECLARING_CUSTOMS_MISSING', '', { count })]

/** The day of declaration is one of Shanghai; a clock that is a little ahead may have reached it before the hub's. */
const checkDeclared = ({ dDate: value }: CustomsDeclaration, nowMs: number): Finding[] =>
  value > shanghaiDay(nowMs + AHEAD_MAX_MS) ? [finding('TIME_IN_FUTURE', '/dDate', { value })] : []
