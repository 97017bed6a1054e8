// Why a validator does not sign, beside the reasons for which a proof is refused. The code tells the one who asked whether to ask again.

/** `retry`: the same question may be answered later. */
export const NOT_SIGNED = {
  LANE_UNKNOWN: { status: 404, retry: false },
  NOT_THERE: { status: 404, retry: true },
  SIGNED_OTHERWISE: { status: 409, retry: false },
  LEDGER_FROZEN: { status: 409, retry: false },
  LANE_KIND: { status: 422, retry: false },
  LANE_TIMEOUT: { status: 422, retry: false },
  BUSY: { status: 503, retry: true },
  LATE: { status: 503, retry: true },
} as const
export type NotSignedCode = keyof typeof NOT_SIGNED

export class NotSigned extends Error {
  readonly code: NotSignedCode
  readonly detail: string
  constructor(code: NotSignedCode, detail: string) {
    super(`${code}: ${detail}`)
    this.code = code
    this.detail = detail
  }
}
