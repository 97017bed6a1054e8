// Codes of Chinese customs and those of international recommendations, one into the other, where they say the same. Where they only come
// near each other there is no entry: the code is lost and somebody has to choose.
import { alpha2Of, alpha3Of } from '../../../hub/index.ts'

type Pairs = readonly (readonly [string, string])[]

const table = (pairs: Pairs) => new Map(pairs)
const turned = (pairs: Pairs) => new Map(pairs.map(([one, other]) => [other, one]))

// 运输方式 and Recommendation 19. Waterways are one code in China; 8 (inland water) leads back to it.
const MODES: Pairs = [
  ['2', '1'],
  ['3', '2'],
  ['4', '3'],
  ['5', '4'],
  ['6', '5'],
  ['G', '7'],
]
// 成交方式 and Incoterms. C&I, market price and bonded goods have none.
const TERMS: Pairs = [
  ['1', 'CIF'],
  ['2', 'CFR'],
  ['3', 'FOB'],
  ['7', 'EXW'],
]
// 包装种类 and Recommendation 21.
const PACKAGES: Pairs = [
  ['01', 'NE'],
  ['06', 'BG'],
  ['22', 'CT'],
]
// Transport documents of UN/EDIFACT 1001 by the Chinese code of the mode.
const TRANSPORT_DOCUMENTS: Pairs = [
  ['2', '705'],
  ['3', '720'],
  ['4', '730'],
  ['5', '740'],
]

const modes = table(MODES)
const modesBack = new Map([...turned(MODES), ['8', '2']])
const terms = table(TERMS)
const termsBack = turned(TERMS)
const packages = table(PACKAGES)
const packagesBack = turned(PACKAGES)
const transportDocuments = table(TRANSPORT_DOCUMENTS)

export const modeToRec19 = (code: string): string | undefined => modes.get(code)
export const modeFromRec19 = (code: string): string | undefined => modesBack.get(code)
export const termsToIncoterms = (code: string): string | undefined => terms.get(code)
export const termsFromIncoterms = (code: string): string | undefined => termsBack.get(code)
export const packageToRec21 = (code: string): string | undefined => packages.get(code)
export const packageFromRec21 = (code: string): string | undefined => packagesBack.get(code)
export const transportDocumentOf = (mode: string | undefined): string | undefined => transportDocuments.get(mode ?? '')

/** Types of UN/EDIFACT 1001 that are transport documents. */
export const isTransportDocument = (type: string | undefined): boolean => /^7[0-4]\d$/.test(type ?? '')
export const CONTRACT = '315'
/** List of a commodity code (EDIFACT 7143): mutually defined, here the tariff line of China. */
export const TARIFF_LINE = 'ZZZ'

export const direction = (code: string): string | undefined => (code === 'E' || code === 'I' ? code : undefined)

export const alpha2 = (code: string): string | undefined => alpha2Of(code)
export const alpha3 = (code: string): string | undefined => alpha3Of(code)

/** yyyyMMdd to yyyy-MM-dd and back; undefined for another form. */
export const dashedDay = (day: string): string | undefined =>
  /^\d{8}$/.test(day) ? `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}` : undefined
export const compactDay = (time: string): string | undefined =>
  /^\d{4}-\d{2}-\d{2}/.test(time) ? time.slice(0, 10).replaceAll('-', '') : undefined

export const NO_CODE = 'the target has no code that says the same'
