// Codes of international lists that declarations of many countries use, and what national customisations are known to add to them.
import { alpha3Of, isCurrency, type Flaw } from '../../hub/index.ts'
import { flaw } from './codes.ts'

/** Incoterms of 2000, 2010 and 2020: those that were dropped stand in older contracts. */
const INCOTERMS: ReadonlySet<string> = new Set(
  'EXW FCA FAS FOB CFR CIF CPT CIP DAP DPU DDP DAT DAF DES DEQ DDU'.split(' '),
)

export const checkTerms = (value: string): Flaw | undefined =>
  INCOTERMS.has(value) ? undefined : flaw('WCO_TERMS_UNKNOWN', { value })

export const checkCountryCode = (value: string): Flaw | undefined =>
  alpha3Of(value) ? undefined : flaw('WCO_COUNTRY_UNKNOWN', { value })

// ISO 3166 leaves these to users or keeps them reserved, and customs systems use them: stores, not specified, Northern Ireland, Kosovo,
// the European Union, Greece and the United Kingdom under other letters.
const USER_ASSIGNED = /^(?:AA|Q[M-Z]|X[A-Z]|ZZ)$/
const RESERVED: ReadonlySet<string> = new Set('AC CP CQ DG EA EL EU EZ FX IC SU TA UK UN'.split(' '))
// Withdrawn, but the documents of their time have them.
const WITHDRAWN_COUNTRIES: ReadonlySet<string> = new Set('AN BU CS DD NT TP YD YU ZR'.split(' '))
const WITHDRAWN_CURRENCIES: ReadonlySet<string> = new Set(
  (
    'ANG ATS AZM BEF BGL BGN BYB BYR CSD CSK CUC CYP DEM EEK ESP FIM FRF GHC GRD HRK IEP ITL LTL LUF LVL MRO MTL MXV MZM NLG PTE ' +
    'ROL SDD SIT SKK SLL SRG STD TMM TRL VEB VEF YUM ZMK ZWD ZWL ZWN ZWR BOV CHE CHW COU USN UYI XAF XAG XAU XBA XDR XPD XPT XSU ' +
    'XTS XUA XXX'
  ).split(' '),
)

/** Of another country's document: two letters that neither ISO 3166 nor any customs system known here has ever used. */
export const checkForeignCountry = (value: string): Flaw | undefined =>
  USER_ASSIGNED.test(value) || RESERVED.has(value) || WITHDRAWN_COUNTRIES.has(value)
    ? undefined
    : checkCountryCode(value)

export const checkCurrencyCode = (value: string): Flaw | undefined =>
  isCurrency(value) ? undefined : flaw('WCO_CURRENCY_UNKNOWN', { value })

export const checkForeignCurrency = (value: string): Flaw | undefined =>
  WITHDRAWN_CURRENCIES.has(value) ? undefined : checkCurrencyCode(value)

/** Package codes of Recommendation 21 for goods in bulk: there is nothing to count. */
export const isBulk = (code: string | undefined): boolean => code !== undefined && /^V[GLOQRSY]$/.test(code)
