// What is found where a document names a code that a list of reference data does not have. `{asOf}` is the day the list is of.
import type { FindingCodes } from '../../hub/index.ts'

export const referenceCodes = {
  CODE_NOT_LISTED: {
    en: '{value} is not a code of the list {list} of {asOf}.',
    zh: '{value} 不是"{list}"代码表({asOf})中的代码。',
  },
  CUSTOMS_OFFICE_UNKNOWN: {
    en: 'There is no customs office {value} in the list of {asOf}.',
    zh: '关区代码表({asOf})中没有 {value}。',
  },
  COUNTRY_UNKNOWN: {
    en: '{value} is no alpha-3 country code of ISO 3166 (list of {asOf}).',
    zh: '{value} 不是 ISO 3166 三字母国家代码({asOf} 版)。',
  },
  PORT_MALFORMED: {
    en: 'A port code is an alpha-3 country code of ISO 3166 and three digits, not {value}.',
    zh: '港口代码应为 ISO 3166 三字母国家代码加三位数字,而不是 {value}。',
  },
  CURRENCY_UNKNOWN: {
    en: '{value} is no currency of ISO 4217 (list of {asOf}).',
    zh: '{value} 不是 ISO 4217 货币代码({asOf} 版)。',
  },
} as const satisfies FindingCodes
