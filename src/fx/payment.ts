// fx.payment: a customer credit transfer between banks, pacs.008 with its business application header, as XML.
import { nothingWanted, type JudgeViews, type Judgement, type MessageKind, type ValidMessage } from '../hub/index.ts'
import { checkAgentsOfMessage, checkCreated, partiesOf, reliedOn } from './agents.ts'
import { finding } from './codes.ts'
import { agentOf, bicOf } from './header-rules.ts'
import { MessageType, readKindSchema } from './message-type.ts'
import { paymentKey, sentValue } from './payment-head.ts'
import { checkAddressesAt, checkPayment, partsOf } from './payment-rules.ts'
import { messageReader, type MessageBody } from './reading.ts'

const schema = readKindSchema('payment')

/** Reads the bytes of a payment; also used where a payment in the journal is looked at again. */
export const readPaymentXml = messageReader(new MessageType('pacs.008', 8), schema)

export const paymentKind: MessageKind<MessageBody> = {
  name: 'fx.payment',
  version: 1,
  schema,
  type: 'application/xml',
  bodyMaxBytes: 256 * 1024,
  read: readPaymentXml,
  senders: ['bank'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good'],
  check: checkPayment,
  judge: judgePayment,
  audience: ({ envelope }) => [...new Set(envelope.to)].map((party) => ({ party, view: 'full' })),
  awaits({ envelope, body }, register) {
    const { group, transactions } = partsOf(body)
    const instructed = partiesOf(bicOf(agentOf(group, transactions[0], 'InstdAgt')), envelope.to, register)
    return instructed.length > 0 ? instructed : envelope.to
  },
  // Who supervises foreign exchange sees amounts, currencies, countries, banks and purpose; names, addresses and accounts are masked.
  views: { supervision: ['public', 'trade', 'commercial'] },
}

/** One payment for a UETR, and one for a MsgId of its sender. */
async function judgePayment(message: ValidMessage<MessageBody>, views: JudgeViews): Promise<Judgement> {
  const { envelope, authentic } = message
  const { body, group, transactions } = partsOf(message.body)
  const sender = envelope.for ?? authentic.sender
  const findings = [
    ...(envelope.to.length === 0 ? [finding('PAYMENT_RECIPIENT_MISSING', '')] : []),
    ...checkCreated(body, views.nowMs),
    ...checkAddressesAt(message.body, views.nowMs),
    ...checkAgentsOfMessage(body, group, transactions[0], { sender, to: envelope.to }, views.register),
  ]
  if (findings.length > 0) return { ...nothingWanted(), findings }
  const uetr = transactions[0]!.text('PmtId', 'UETR')!
  const id = group.text('GrpHdr', 'MsgId')!
  return {
    ...nothingWanted(),
    claims: [
      { key: paymentKey(views, uetr), value: sentValue(), rule: 'payment-uetr' },
      { key: views.key('payment-message', sender, id), value: {}, rule: 'payment-message-id' },
    ],
    expects: reliedOn([...new Set(envelope.to)], views),
  }
}
