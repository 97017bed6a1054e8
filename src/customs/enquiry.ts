// customs.declaration as an enquiry (核验): before it lends, a bank asks whether the declaration shown to it is the one filed here, and what can
// still be financed against an export or paid for an import.
import { checkEntryId, checkUscc, placed, type Enquiry, type Finding } from '../hub/index.ts'
import { declarationKey } from './declaration-head.ts'
import { answerShown, shownSchema, type ShownAmount } from './shown-declaration.ts'
import { checkTotal } from './values.ts'

/** What the asker has of the document: the consignor's credit code with the declared total, or the commitment of the message itself. */
type Shown = { consignor: string; declared: ShownAmount } | { messageCommitment: string }

export interface DeclarationQuestion {
  entryId: string
  shown: Shown
}

export const declarationEnquiry: Enquiry<DeclarationQuestion> = {
  name: 'customs.declaration',
  version: 1,
  schema: shownSchema('DeclarationQuestion', 'consignor'),
  askers: ['bank', 'regulator'],
  check({ entryId, shown }) {
    const number = checkEntryId(entryId)
    const found: Finding[] = number ? [placed(number, '/entryId')] : []
    if ('messageCommitment' in shown) return found
    const consignor = checkUscc(shown.consignor)
    if (consignor) found.push(placed(consignor, '/shown/consignor'))
    return [...found, ...checkTotal(shown, 'declared').map((one) => ({ ...one, path: `/shown${one.path}` }))]
  },
  about: ({ entryId }, views) => declarationKey(views, entryId),
  answer: ({ entryId, shown }, views) =>
    answerShown({ entryId, shown: 'consignor' in shown ? { ...shown, company: shown.consignor } : shown }, views),
}
