// tradefinance.financing: a bank applies for, confirms and gets repaid a financing against a released declaration.
import { readSchemaFile, type MessageKind } from '../hub/index.ts'
import type { Financing } from '../../schemas/types.d.ts'
import { judgeApplication } from './apply.ts'
import { checkFinancing } from './financing-rules.ts'
import { judgeConfirmation, judgeRepayment } from './settle.ts'

export const financingKind: MessageKind<Financing> = {
  name: 'tradefinance.financing',
  version: 1,
  schema: readSchemaFile('tradefinance/financing.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 64 * 1024,
  senders: ['bank'],
  ageMaxMs: 24 * 3_600_000,
  statusAllows: ['good'],
  rivals: 'duplicate-financing',
  check: checkFinancing,
  judge({ body, envelope, authentic }, views) {
    const financier = envelope.for ?? authentic.sender
    switch (body.act) {
      case 'apply':
        return judgeApplication(body as Parameters<typeof judgeApplication>[0], financier, views)
      case 'confirm':
        return judgeConfirmation(body, financier, views)
      case 'repay':
        return judgeRepayment(body, financier, views)
    }
  },
  audience({ envelope }) {
    const parties = new Set(envelope.for === undefined ? envelope.to : [...envelope.to, envelope.for])
    return [...parties].map((party) => ({ party, view: 'full' }))
  },
  // Who borrows against what is for the regulators of the bank's own country; abroad they see that there was an act, and which.
  views: { supervision: ['public', 'trade'], 'supervision-abroad': ['public'] },
}
