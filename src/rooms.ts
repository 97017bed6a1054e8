// The trade rooms by name: what can be said here beside what the hub says of itself, and the codes of what can be wrong in it.
import { crosschainCodes, crosschainKinds } from './crosschain/index.ts'
import { customsCodes, customsEnquiries, customsKinds } from './customs/index.ts'
import { fxCodes, fxKinds } from './fx/index.ts'
import type { Enquiry, FindingCodes, MessageKind } from './hub/index.ts'
import { tradefinanceCodes, tradefinanceKinds } from './tradefinance/index.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- a list of kinds of different bodies
export const roomKinds: readonly MessageKind<any>[] = [
  ...customsKinds,
  ...tradefinanceKinds,
  ...fxKinds,
  ...crosschainKinds,
]

// oxlint-disable-next-line typescript/no-explicit-any -- a list of enquiries of different questions
export const roomEnquiries: readonly Enquiry<any>[] = [...customsEnquiries]

export const roomCodes = {
  ...customsCodes,
  ...tradefinanceCodes,
  ...fxCodes,
  ...crosschainCodes,
} satisfies FindingCodes
