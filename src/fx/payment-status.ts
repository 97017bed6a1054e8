// fx.payment-status: what became of a payment, pacs.002 with its business application header, as XML.
import {
  nothingWanted,
  type Envelope,
  type Finding,
  type JudgeViews,
  type Judgement,
  type MessageKind,
  type OpenedEntry,
  type ValidMessage,
  refused,
} from '../hub/index.ts'
import { checkAgentsOfMessage, checkCreated, reliedOn } from './agents.ts'
import { finding } from './codes.ts'
import type { Element } from './element.ts'
import { MessageType, readKindSchema } from './message-type.ts'
import { isFinal, movedValue, paymentKey, readPayment } from './payment-head.ts'
import { readPaymentXml } from './payment.ts'
import { partsOf } from './payment-rules.ts'
import { messageReader, type MessageBody } from './reading.ts'
import { checkStatus, statusParts } from './status-rules.ts'

const schema = readKindSchema('payment-status')

export const paymentStatusKind: MessageKind<MessageBody> = {
  name: 'fx.payment-status',
  version: 1,
  schema,
  type: 'application/xml',
  bodyMaxBytes: 64 * 1024,
  read: messageReader(new MessageType('pacs.002', 10), schema),
  senders: ['bank'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good'],
  check: checkStatus,
  judge: judgeStatus,
  audience: ({ envelope }) => [...new Set(envelope.to)].map((party) => ({ party, view: 'full' })),
  views: { supervision: ['public', 'trade', 'commercial'] },
}

async function judgeStatus(message: ValidMessage<MessageBody>, views: JudgeViews): Promise<Judgement> {
  const { envelope, authentic } = message
  const { body, group, reports } = statusParts(message.body)
  const report = reports[0]!
  const sender = envelope.for ?? authentic.sender
  const key = paymentKey(views, report.text('OrgnlUETR')!)
  const head = await views.head(key)
  if (!head) return refused('NOT_KNOWN_HERE', 'payment-known', key, 0)
  const payment = readPayment(key, head)
  const entry = await views.entry(payment.payment)
  // An erased payment cannot be compared with, so whether the status is right cannot be told.
  if (!entry || 'withheld' in entry) return refused('NOT_KNOWN_HERE', 'payment-kept', key, head.version)
  // A stranger learns nothing more of the payment than that it is not his.
  if (!entry.envelope.to.includes(sender))
    return { ...nothingWanted(), findings: [finding('STATUS_NOT_ADDRESSED', `${report.path}/OrgnlUETR`)] }
  const findings = [
    ...checkCreated(body, views.nowMs),
    ...checkAgentsOfMessage(body, group, report, { sender, to: envelope.to }, views.register),
    ...checkEnvelope(envelope, entry.envelope),
    ...checkOriginal(report, entry),
  ]
  if (findings.length > 0) return { ...nothingWanted(), findings }
  if (isFinal(payment)) return refused('STATE_CONFLICT', 'payment-final', key, head.version)
  return {
    ...nothingWanted(),
    moves: [{ key, version: head.version, value: movedValue(payment, report.text('TxSts')!) }],
    expects: reliedOn([...new Set(envelope.to)], views),
    refers: [payment.payment],
  }
}

/** The status goes to the bank that sent the payment, and its envelope names the payment. */
function checkEnvelope({ to, re = [] }: Envelope, payment: Envelope): Finding[] {
  const bank = payment.for ?? payment.from
  const found = to.includes(bank) ? [] : [finding('STATUS_NOT_TOLD', '', { bank })]
  if (re.some(({ from, id }) => from === payment.from && id === payment.id)) return found
  return [...found, finding('STATUS_RE_MISSING', '')]
}

/** What the status says of the original against the payment in the journal; what it leaves out is not compared. */
function checkOriginal(report: Element, { body }: Extract<OpenedEntry, { body: unknown }>): Finding[] {
  if (!(body instanceof Uint8Array)) throw new Error('a payment in the journal is not kept as bytes')
  const original = partsOf(readPaymentXml(body).body)
  const [transaction] = original.transactions
  const pairs: [Element | undefined, string | undefined][] = [
    [report.child('OrgnlGrpInf', 'OrgnlMsgId'), original.group.text('GrpHdr', 'MsgId')],
    [report.child('OrgnlGrpInf', 'OrgnlMsgNmId'), original.body.text('AppHdr', 'MsgDefIdr')],
    [report.child('OrgnlInstrId'), transaction?.text('PmtId', 'InstrId')],
    [report.child('OrgnlEndToEndId'), transaction?.text('PmtId', 'EndToEndId')],
    [report.child('OrgnlTxId'), transaction?.text('PmtId', 'TxId')],
  ]
  return pairs.flatMap(([said, expected]) =>
    said === undefined || said.text() === expected
      ? []
      : [finding('STATUS_ORIGINAL_DIFFERS', said.path, { expected: expected ?? '-' })],
  )
}
