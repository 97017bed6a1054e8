// customs.border-trade: a resident declares what was bought that day, alone or for the group, signed by the device. The quotas are never a
// reason to refuse: what is above them is taxable, and the journal says how much.
import {
  nothingWanted,
  readSchemaFile,
  type Finding,
  type MessageKind,
  type PartyUrn,
  type ValidMessage,
} from '../../../hub/index.ts'
import type { BorderTrade } from '../../../../schemas/types.d.ts'
import { recipients, SUPERVISION } from '../../audience.ts'
import { finding as customsFinding } from '../../codes.ts'
import { customsAmong, readersOf, tellMoves } from '../../told.ts'
import { withoutNumbers } from '../identity-numbers.ts'
import { checkBought, findPurchases } from './bought.ts'
import { finding } from './codes.ts'
import { checkInForce, findDeclarant } from './declarant.ts'
import { checkTrade } from './declaration-rules.ts'
import { checkGoodsBought, goodsOf } from './goods-bought.ts'
import { fenOf } from './money.ts'
import { portionsOf } from './portions.ts'
import { OFFLINE_MAX_MS } from './purchase.ts'
import { drawQuotas } from './quota.ts'
import { movedPurchase, tradeKey, tradeValue, type TradeShare } from './trade-heads.ts'

export const tradeKind: MessageKind<BorderTrade> = {
  name: 'customs.border-trade',
  version: 1,
  schema: readSchemaFile('customs/border-trade.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 256 * 1024,
  senders: ['border-group'],
  devices: true,
  ageMaxMs: OFFLINE_MAX_MS,
  statusAllows: ['good', 'stale'],
  check: withoutNumbers(checkTrade),
  async judge(message, views) {
    const { body, authentic } = message
    const declarant = await findDeclarant(message, views)
    if ('judgement' in declarant) return declarant.judgement
    const found = await findPurchases(message, views)
    if ('judgement' in found) return found.judgement
    const { bought } = found
    const stated = await goodsOf(bought, views)
    if ('judgement' in stated) return stated.judgement
    const day = bought[0]!.day
    const customs = customsAmong(message.envelope.to, views.register.party(authentic.sender)?.country, views.register)
    const findings = [
      ...checkAddressed(message, customs),
      ...checkInForce(declarant, day),
      ...checkBought(body, bought, declarant.buyers, views),
      ...checkGoodsBought(body, stated.goods),
    ]
    if (findings.length > 0) return { ...nothingWanted(), findings }
    const drawn = await drawQuotas(portionsOf(body, declarant.people), day, views)
    const value = tradeValue({
      state: 'declared',
      day,
      customs: customs[0]!,
      site: body.site,
      from: authentic.sender,
      ...(declarant.group && { group: declarant.group.key }),
      totalMinor: fenOf(body.totalCny),
      dutyFreeMinor: sum(drawn.shares, 'dutyFreeMinor'),
      taxableMinor: sum(drawn.shares, 'taxableMinor'),
      purchases: bought.map(({ key }) => key),
      stalls: [...new Set(bought.map(({ stall }) => stall))],
      shares: drawn.shares,
    })
    const key = tradeKey(views, { declarant: authentic.sender, declarationNo: body.declarationNo })
    return {
      ...nothingWanted(),
      claims: [{ key, value, rule: 'border-declaration-no' }],
      moves: [
        ...bought.map((head) => ({
          key: head.key,
          version: head.headVersion,
          value: movedPurchase(head, 'declared'),
        })),
        ...(await tellMoves(views, key, readersOf(message))),
      ],
      accounts: drawn.accounts,
      expects: [...declarant.expects, ...drawn.expects],
      refers: [...new Set([...bought.map(({ index }) => index), ...declarant.refers])],
    }
  },
  audience: recipients,
  views: SUPERVISION,
}

const sum = (shares: readonly TradeShare[], member: 'dutyFreeMinor' | 'taxableMinor'): bigint =>
  shares.reduce((all, share) => all + share[member], 0n)

function checkAddressed({ envelope, body }: ValidMessage<BorderTrade>, customs: readonly PartyUrn[]): Finding[] {
  const count = customs.length
  return [
    ...(count === 1 ? [] : [customsFinding('DECLARING_CUSTOMS_MISSING', '', { count })]),
    ...(envelope.to.includes(body.site) ? [] : [finding('MARKET_SITE_NOT_ADDRESSED', '/site')]),
  ]
}
