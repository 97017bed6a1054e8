// customs.payable as an enquiry (付汇核验): before it pays, a bank asks whether the import declaration shown to it is the one filed here, and
// what is still to be paid for it. Only whoever shows what a holder has is answered; of anything else the hub cannot tell.
import { checkEntryId, checkUscc, minorUnits, placed, type Enquiry, type Finding } from '../../hub/index.ts'
import { declarationKey } from '../declaration-head.ts'
import { answerShown, shownSchema, type ShownAmount } from '../shown-declaration.ts'
import { checkAmount } from './amounts.ts'
import { finding } from './codes.ts'

/** What the asker has of the document: the consignee's credit code with the declared total, or the commitment of the message itself. */
type Shown = { consignee: string; declared: ShownAmount } | { messageCommitment: string }

export interface PayableQuestion {
  entryId: string
  shown: Shown
}

export const payableEnquiry: Enquiry<PayableQuestion> = {
  name: 'customs.payable',
  version: 1,
  schema: shownSchema('PayableQuestion', 'consignee'),
  askers: ['bank', 'regulator'],
  check({ entryId, shown }) {
    const number = checkEntryId(entryId)
    return [...(number ? [placed(number, '/entryId')] : []), ...checkShown(shown)]
  },
  about: ({ entryId }, views) => declarationKey(views, entryId),
  answer: ({ entryId, shown }, views) =>
    answerShown(
      { entryId, shown: 'consignee' in shown ? { ...shown, company: shown.consignee } : shown, direction: 'I' },
      views,
    ),
}

function checkShown(shown: Shown): Finding[] {
  if ('messageCommitment' in shown) return []
  const { amount, currency } = shown.declared
  const path = '/shown/declared'
  const consignee = checkUscc(shown.consignee)
  return [
    ...(consignee ? [placed(consignee, '/shown/consignee')] : []),
    ...(minorUnits(currency) === undefined
      ? [finding('PAID_CURRENCY_UNKNOWN', `${path}/currency`, { value: currency })]
      : []),
    ...checkAmount(amount, currency, `${path}/amount`),
  ]
}
