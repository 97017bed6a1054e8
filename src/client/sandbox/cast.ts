// The cast of the sandbox: national CAs and parties. Every organisation here is invented.
import type { SuiteName } from '../../hub/identity/suite.ts'

export interface CastAuthority {
  /** Folder of the CA and name of its certificate. */
  ca: string
  country: string
  alg: SuiteName
}

export interface CastParty {
  folder: string
  party: string
  country: string
  class: string
  name: string
  /** The CA that issues its certificate. */
  ca: string
  supervises?: readonly string[]
  /** BIC of a bank, invented like its name. */
  bic?: string
  /** Code under which customs knows a company, invented too. */
  customsCode?: string
  /** Whether it gives out phones, and so has a CA of its own for them. */
  givesPhones?: true
}

/** What the regulators of the sandbox read for. */
export const CAST_PURPOSE = { code: 'supervision' } as const

export const CAST_HUB = 'urn:hub:cn:operator:beibu-sandbox'

/** CAs of the sandbox: China has two stacks, as it does in life. */
export const CAST_CAS: readonly CastAuthority[] = [
  { ca: 'cn-sm2', country: 'CN', alg: 'SM2SM3' },
  { ca: 'cn-p256', country: 'CN', alg: 'ES256' },
  { ca: 'vn-p256', country: 'VN', alg: 'ES256' },
  { ca: 'th-p256', country: 'TH', alg: 'ES256' },
]

/** The party of each country that signs that country's entries of the trust register. */
export const CAST_AUTHORITIES: readonly CastParty[] = [
  authority('CN', 'cn-sm2', 'Imaginary Register Office of China'),
  authority('VN', 'vn-p256', 'Imaginary Register Office of Vietnam'),
  authority('TH', 'th-p256', 'Imaginary Register Office of Thailand'),
]

function authority(country: string, ca: string, name: string): CastParty {
  const party = `urn:hub:${country.toLowerCase()}:regulator:register-office`
  return { folder: `${country.toLowerCase()}-register-office`, party, country, class: 'regulator', name, ca }
}

export const CAST_PARTIES: readonly CastParty[] = [
  cn('nanning-customs', 'customs', 'nanning-example', 'Example Customs House of Nanning', 'cn-sm2'),
  cn('guangxi-exporter', 'trader', 'lantern-export', 'Paper Lantern Export (invented)', 'cn-sm2'),
  { ...cn('nanning-bank', 'bank', 'banyan', 'Banyan Example Bank, Nanning', 'cn-p256'), bic: 'BNYNCNB1XXX' },
  { ...cn('second-bank', 'bank', 'osmanthus', 'Osmanthus Example Bank, Nanning', 'cn-p256'), bic: 'OSMACNB1XXX' },
  {
    ...cn(
      'customs-supervision',
      'regulator',
      'customs-supervision',
      'Example Office for Customs Supervision',
      'cn-p256',
    ),
    supervises: [
      'customs.declaration',
      'customs.release',
      'customs.amendment',
      'customs.cancellation',
      'customs.response',
      'customs.status',
      'customs.answer',
      'customs.request',
      'customs.wco-declaration',
      'customs.acdd',
      'customs.acdd-response',
      'customs.packing-list',
      'customs.match',
      'customs.goods-payment',
      'customs.freight-bill',
      'customs.border-resident',
      'customs.border-unmasking',
      'customs.border-group',
      'customs.border-stall',
      'customs.border-device',
      'customs.border-entrustment',
      'customs.border-purchase',
      'customs.border-trade',
      'customs.border-status',
      'customs.border-settlement',
      'customs.ecommerce-order',
      'customs.ecommerce-payment',
      'customs.ecommerce-logistics',
      'customs.ecommerce-list',
      'customs.ecommerce-status',
      'customs.sanctions-list',
      'customs.alert',
    ],
  },
  {
    ...cn('fx-supervision', 'regulator', 'fx-supervision', 'Example Office for Foreign Exchange', 'cn-p256'),
    supervises: ['*'],
  },
  cn('hub-operator', 'operator', 'beibu-desk', 'Example Operator Desk of the Hub', 'cn-p256'),
  abroad('VN', 'vietnam-customs', 'customs', 'border-gate-example', 'Example Border Gate Customs, Vietnam'),
  { ...abroad('VN', 'hanoi-bank', 'bank', 'lotus-lake', 'Lotus Lake Example Bank, Hanoi'), bic: 'LOTUVNV1XXX' },
  abroad('VN', 'hanoi-importer', 'trader', 'bamboo-import', 'Bamboo Raft Import (invented), Hanoi'),
  abroad('TH', 'thailand-customs', 'customs', 'river-port-example', 'Example River Port Customs, Thailand'),
  { ...abroad('TH', 'bangkok-bank', 'bank', 'jasmine', 'Jasmine Example Bank, Thailand'), bic: 'JASMTHB1XXX' },
]

/** A party in China; `id` is the last part of its URN. */
export function cn(folder: string, partyClass: string, id: string, name: string, ca: string): CastParty {
  return { folder, party: `urn:hub:cn:${partyClass}:${id}`, country: 'CN', class: partyClass, name, ca }
}

function abroad(country: string, folder: string, partyClass: string, id: string, name: string): CastParty {
  const code = country.toLowerCase()
  return { folder, party: `urn:hub:${code}:${partyClass}:${id}`, country, class: partyClass, name, ca: `${code}-p256` }
}

/** Classes a party may have, told to the register by each authority. */
export const CAST_CLASSES = [
  'bank',
  'customs',
  'port',
  'broker',
  'carrier',
  'forwarder',
  'trader',
  'regulator',
  'operator',
  // Border-resident trade: a market of the border, a group of residents or the app that acts for it, a firm that processes on landing.
  'market-site',
  'border-group',
  'processor',
  // Officers of customs, who act for it by mandate.
  'customs-officer',
  // Cross-border e-commerce: the platform, who pays out, who carries.
  'platform',
  'payment-institution',
  'logistics',
]
