// Heads of the people of border-resident trade 边民互市: who is filed, in which group, with which device, at which stall. Values hold no personal
// data: a person is a keyed hash of the identity number, and nothing else of the number leaves the content of the filing.
import type { Head, HeadKey, JudgeViews, PartyUrn } from '../../hub/index.ts'

type Keys = Pick<JudgeViews, 'key'>

/** A person, whatever filing: stands for the identity number in keys of quotas. */
export const personKey = (views: Keys, residentIdNo: string): HeadKey => views.key('person', residentIdNo)
/** The customs district 直属关区 of an office: its first two digits. */
export const districtOf = (office: string): string => office.slice(0, 2)
export const residentKey = (views: Keys, filingNo: string): HeadKey => views.key('border-resident', filingNo)
export const groupKey = (views: Keys, groupNo: string): HeadKey => views.key('border-group', groupNo)
/** Which group a resident (by its key) is in now: one at a time. */
export const membershipKey = (views: Keys, resident: HeadKey): HeadKey => views.key('border-membership', resident)
/** A device by the SHA-256 (hex) of its certificate. */
export const deviceKey = (views: Keys, fingerprint: string): HeadKey => views.key('border-device', fingerprint)
export const stallKey = (views: Keys, site: PartyUrn, stallNo: string): HeadKey =>
  views.key('border-stall', site, stallNo)
export const entrustmentKey = (views: Keys, batchNo: string): HeadKey => views.key('border-entrustment', batchNo)

/** A filing 边民备案. Days are yyyyMMdd in the Shanghai calendar, both inclusive. */
export interface ResidentHead {
  key: HeadKey
  headVersion: number
  state: 'active' | 'suspended' | 'ended'
  person: HeadKey
  /** Customs that filed it, its district, and the index. */
  customs: PartyUrn
  district: string
  filing: number
  validFrom: string
  /** The earlier of the filing's and the identity card's last day. */
  validUntil: string
}

/** A mutual-aid group 边民互助组; `members` are keys of residents. */
export interface GroupHead {
  key: HeadKey
  headVersion: number
  state: 'active' | 'dissolved'
  /** The party that acts for it. */
  party: PartyUrn
  filing: number
  leader: HeadKey
  members: HeadKey[]
  validUntil: string
}

/** The phone of a resident, by its certificate. */
export interface DeviceHead {
  key: HeadKey
  headVersion: number
  state: 'active' | 'lost'
  resident: HeadKey
  /** The party its certificate names: the partner app or the group. */
  party: PartyUrn
}

/** A stall and its seller from the neighbouring country (alpha-2). */
export interface StallHead {
  key: HeadKey
  headVersion: number
  state: 'open' | 'closed'
  country: string
  filing: number
}

/** A landed-processing entrustment 落地加工委托: a group lends its heads to a processing firm for some days. */
export interface EntrustmentHead {
  key: HeadKey
  headVersion: number
  state: 'active' | 'ended'
  group: HeadKey
  enterpriseScc: string
  headCount: number
  validFrom: string
  validUntil: string
  filing: number
}

interface OfState {
  resident: ResidentHead
  group: GroupHead
  device: DeviceHead
  stall: StallHead
  entrustment: EntrustmentHead
}

const read = async <Name extends keyof OfState>(
  views: Pick<JudgeViews, 'head'>,
  key: HeadKey,
): Promise<OfState[Name] | undefined> => {
  const head = await views.head(key)
  // Until it is moved for the first time, the entry that moved it last is the filing itself.
  return head && ({ filing: head.index, ...head.value, key, headVersion: head.version } as unknown as OfState[Name])
}

/** What a head says; undefined if there is none. The value is that of `valueOf`, written by the kinds of this folder alone. */
export const readResident = (views: JudgeViews, filingNo: string) =>
  read<'resident'>(views, residentKey(views, filingNo))
export const readGroup = (views: JudgeViews, groupNo: string) => read<'group'>(views, groupKey(views, groupNo))
export const readDevice = (views: JudgeViews, fingerprint: string) =>
  read<'device'>(views, deviceKey(views, fingerprint))
export const readStall = (views: JudgeViews, site: PartyUrn, stallNo: string) =>
  read<'stall'>(views, stallKey(views, site, stallNo))
export const readEntrustment = (views: JudgeViews, batchNo: string) =>
  read<'entrustment'>(views, entrustmentKey(views, batchNo))

type Said<Name extends keyof OfState> = Omit<OfState[Name], 'key' | 'headVersion' | 'filing'> & { filing?: number }

/** The value of a head from what it says; `filing` from the second entry on. */
export const valueOf = <Name extends keyof OfState>(says: Said<Name>): Head['value'] => ({
  ...(says as unknown as Head['value']),
})
