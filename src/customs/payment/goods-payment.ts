// customs.goods-payment 付汇核验: a bank reserves, pays and takes back payments against imported goods and their freight.
import { readSchemaFile, type MessageKind } from '../../hub/index.ts'
import type { GoodsPayment } from '../../../schemas/types.d.ts'
import { recipients } from '../audience.ts'
import { checkGoodsPayment } from './goods-payment-rules.ts'
import { judgeReservation, type Reservation } from './reserve.ts'
import { judgePay, judgeReverse } from './settle.ts'

export const goodsPaymentKind: MessageKind<GoodsPayment> = {
  name: 'customs.goods-payment',
  version: 1,
  schema: readSchemaFile('customs/goods-payment.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 64 * 1024,
  senders: ['bank'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good'],
  rivals: 'duplicate-financing',
  check: checkGoodsPayment,
  judge({ body, envelope, authentic }, views) {
    const bank = envelope.for ?? authentic.sender
    switch (body.act) {
      case 'reserve':
        return judgeReservation(body as Reservation, bank, views)
      case 'pay':
        return judgePay(body, bank, views)
      case 'reverse':
        return judgeReverse(body, bank, views)
    }
  },
  audience: recipients,
  // Who pays for what is for the regulators of the bank's own country; abroad they see that there was an act, and which.
  views: { supervision: ['public', 'trade'], 'supervision-abroad': ['public'] },
}
