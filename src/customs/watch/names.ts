// Names and identifiers as lists of sanctions compare them: by forms that are equal or not. Nothing is scored: either the words are the same,
// or they are the same in another order or with another legal form, or it is no hit.

/** How something declared met something listed. */
export type How = 'IDENTIFIER' | 'NAME' | 'WORDS'

/** Words that say what sort of company it is, in the spellings of the corridor. */
const LEGAL_FORMS: ReadonlySet<string> = new Set(
  (
    'AG BHD BV CO COMPANY CORP CORPORATION CTY FZE FZCO GMBH INC INCORPORATED JSC KG LIMITED LLC LLP LTD NV PCL PLC PT PTE PTY PVT ' +
    'SA SARL SDN SPA SRL TBK THE TNHH AND CONG TY CP'
  ).split(' '),
)
const CHINESE_FORM = /(?:股份有限公司|有限责任公司|有限公司|集团公司|集团|公司)$/u

/** Upper case, full width to half, no accents, punctuation as space: 'Công ty TNHH Ví dụ' is 'CONG TY TNHH VI DU'. */
export const plainName = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[đĐ]/gu, 'D')
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** The words that tell one company from another, in the order of the alphabet; '' where fewer than two of them are left and no Chinese name. */
export function nameWords(text: string): string {
  const plain = plainName(text).replace(CHINESE_FORM, '').trim()
  const words = [...new Set(plain.split(' '))].filter((word) => word !== '' && !LEGAL_FORMS.has(word))
  const isTelling = words.length > 1 || /\p{Script=Han}{4,}/u.test(words[0] ?? '')
  return isTelling ? words.sort().join(' ') : ''
}

/** Letters and digits alone, upper case; '' for what is too short to be one body's number. */
export function plainIdentifier(text: string): string {
  const plain = text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  return plain.length < 5 ? '' : plain
}

/** The forms by which a text is looked for, the plainest first; empty ones are left out. */
export function formsOf(form: 'name' | 'identifier', text: string): { how: How; form: string }[] {
  const forms: { how: How; form: string }[] =
    form === 'identifier'
      ? [{ how: 'IDENTIFIER', form: plainIdentifier(text) }]
      : [
          { how: 'NAME', form: plainName(text) },
          { how: 'WORDS', form: nameWords(text) },
        ]
  return forms.filter((one) => one.form !== '')
}
