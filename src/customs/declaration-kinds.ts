// The kinds about declarations: filed, answered for and asked about by the declarant, acted on by its customs, answered by the other side's.
import type { MessageKind } from '../hub/index.ts'
import { amendmentKind } from './amendment.ts'
import { answerKind } from './answer.ts'
import { cancellationKind } from './cancellation.ts'
import { declarationKind } from './declaration.ts'
import { releaseKind } from './release.ts'
import { requestKind } from './request.ts'
import { responseKind } from './response.ts'
import { statusKind } from './status.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const declarationKinds: MessageKind<any>[] = [
  declarationKind,
  releaseKind,
  amendmentKind,
  cancellationKind,
  responseKind,
  statusKind,
  answerKind,
  requestKind,
]
