// Names of companies as two documents write them: compared in one script, without the words that only say what form a company has.

const FORMS = new Set(
  'CO COMPANY CORP CORPORATION INC INCORPORATED LTD LIMITED LLC PLC JSC PTE PVT SDN BHD PT TBK CV GMBH SA THE AND'.split(
    ' ',
  ),
)

const wordsOf = (name: string): string[] =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .split(' ')
    .filter((word) => word !== '' && !FORMS.has(word))

const isLatin = (name: string): boolean =>
  /\p{Script=Latin}/u.test(name) &&
  !/\p{Script=Han}|\p{Script=Thai}|\p{Script=Lao}|\p{Script=Khmer}|\p{Script=Myanmar}/u.test(name)

/** Whether two names are one; undefined if they are in different scripts and nobody can tell. */
export function sameName(one: string, other: string): boolean | undefined {
  if (isLatin(one) !== isLatin(other)) return undefined
  const [a, b] = [wordsOf(one).join(' '), wordsOf(other).join(' ')]
  return a === b || (a !== '' && b !== '' && (` ${a} `.includes(` ${b} `) || ` ${b} `.includes(` ${a} `)))
}
