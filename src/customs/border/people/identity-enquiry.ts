// customs.border-identity as an enquiry: what was unmasked, told to the officer who asked for it, in the window that a second officer has
// opened, after a reading that the officer has stated in the journal. To everybody else there is nothing.
import type { Enquiry, EnquiryAnswer, EnquiryViews, Json, PartyUrn } from '../../../hub/index.ts'
import type {
  BorderResidentFiling,
  CustomsBorderResident,
  CustomsBorderUnmasking,
} from '../../../../schemas/types.d.ts'
import { READING_MS, readingKey, readUnmasking, stateNow, unmaskingKey, type UnmaskingHead } from './unmasking-head.ts'

export interface IdentityQuestion {
  /** The customs the officer acts for. */
  customs: PartyUrn
  requestNo: string
}

const SCHEMA = {
  title: 'BorderIdentityQuestion',
  type: 'object',
  additionalProperties: false,
  required: ['customs', 'requestNo'],
  properties: {
    customs: { type: 'string', maxLength: 128 },
    requestNo: { type: 'string', maxLength: 32 },
  },
}

const UNKNOWN: EnquiryAnswer = { verdict: 'unknown' }

export const identityEnquiry: Enquiry<IdentityQuestion> = {
  name: 'customs.border-identity',
  version: 1,
  schema: SCHEMA,
  askers: ['customs-officer'],
  check: () => [],
  about: ({ customs, requestNo }, views) => unmaskingKey(views, customs, requestNo),
  async answer({ customs, requestNo }, views, asker) {
    const key = unmaskingKey(views, customs, requestNo)
    const stored = await views.head(key)
    if (!stored) return UNKNOWN
    const head = readUnmasking(key, stored)
    // Who has lost the mandate has lost the reading with it.
    const may = views.register.mandate(customs, asker, 'customs.border-unmasking', views.nowMs)
    if (head.officer !== asker || !may) return UNKNOWN
    const state = stateNow(head, views.nowMs)
    if (state !== 'open') return { verdict: 'no', facts: { state } }
    const reading = await views.head(readingKey(views, customs, requestNo))
    if (!reading || !(await isRecent(reading.index, views)))
      return { verdict: 'no', facts: { state, reason: 'reading-not-stated' } }
    return (await unmasked(head, views, reading.index)) ?? UNKNOWN
  },
}

const isRecent = async (index: number, views: EnquiryViews): Promise<boolean> => {
  const entry = await views.entry(index)
  return entry !== undefined && !('withheld' in entry) && views.nowMs - entry.atMs <= READING_MS
}

/** The fields that were asked for and approved, as the filing has them now; undefined when its content or the request's is gone. */
async function unmasked(head: UnmaskingHead, views: EnquiryViews, reading: number): Promise<EnquiryAnswer | undefined> {
  const resident = await views.head(head.resident)
  if (!resident) return undefined
  const at = resident.value['filing']
  const [request, filed] = [
    await views.entry(head.request),
    await views.entry(typeof at === 'number' ? at : resident.index),
  ]
  if (!request || 'withheld' in request || !filed || 'withheld' in filed) return undefined
  const { fields = [], caseNo } = request.body as CustomsBorderUnmasking
  const { filingNo, filing } = filed.body as CustomsBorderResident
  const shown = fields.flatMap((field): [string, Json][] => {
    const value = (filing as BorderResidentFiling)[field]
    return value === undefined ? [] : [[field, value]]
  })
  return { verdict: 'yes', facts: { filingNo, caseNo: caseNo!, reading, unmasked: Object.fromEntries(shown) } }
}
