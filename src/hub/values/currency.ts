// Currencies by ISO 4217: which codes exist and how many decimals their smallest unit has. VND has none; IDR, KHR, LAK and MMK
// have two although their cash is whole units.

const MINOR_UNITS: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2:
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE ' +
    'CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS ' +
    'KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR ' +
    'NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS ' +
    'TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
}

const byCode = new Map<string, number>()
for (const [decimals, codes] of Object.entries(MINOR_UNITS))
  for (const code of codes.split(' ')) byCode.set(code, Number(decimals))

/** Decimals of the smallest unit of a currency, or undefined if ISO 4217 has no such code. */
export const minorUnits = (currency: unknown): number | undefined =>
  typeof currency === 'string' ? byCode.get(currency) : undefined

export const isCurrency = (currency: unknown): currency is string => minorUnits(currency) !== undefined
