// Terms of delivery: what a price on them includes. Codes of Chinese customs and Incoterms.
import type { Included } from './paper.ts'

const CUSTOMS_TERMS: Readonly<Record<string, string>> = { '1': 'CIF', '2': 'CFR', '3': 'FOB', '4': 'C&I', '7': 'EXW' }

const NEITHER: Included = { freight: false, insurance: false }
const FREIGHT: Included = { freight: true, insurance: false }
const BOTH: Included = { freight: true, insurance: true }

const INCLUDED: Readonly<Record<string, Included>> = {
  EXW: NEITHER,
  FCA: NEITHER,
  FAS: NEITHER,
  FOB: NEITHER,
  CFR: FREIGHT,
  CPT: FREIGHT,
  'C&I': { freight: false, insurance: true },
  CIF: BOTH,
  CIP: BOTH,
  DPU: BOTH,
  DAP: BOTH,
  DDP: BOTH,
}

/** 3 -> FOB; undefined for codes that are no terms of delivery (市场价, 垫仓). */
export const termsOfCustoms = (code: string): string | undefined =>
  Object.hasOwn(CUSTOMS_TERMS, code) ? CUSTOMS_TERMS[code] : undefined

export const includedIn = (terms: string | undefined): Included | undefined =>
  terms !== undefined && Object.hasOwn(INCLUDED, terms) ? INCLUDED[terms] : undefined
