// The arithmetic behind check digits, each scheme once.

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'

/** Remainder by 97 of digits and letters A = 10 ... Z = 35 (ISO 7064 mod 97-10); 1 when the two check digits are right. */
export function remainder97(text: string): number {
  let remainder = 0
  for (const c of text) {
    const value = c >= 'A' ? LETTERS.indexOf(c) + 10 : Number(c)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder
}

/** GS1 check digit of the digits before it: weights 3, 1, 3 from the right. */
export function gs1Digit(digits: string): number {
  let sum = 0
  for (let at = 0; at < digits.length; at++) sum += Number(digits[digits.length - 1 - at]) * (at % 2 === 0 ? 3 : 1)
  return (10 - (sum % 10)) % 10
}

/** Sum of the values of an alphabet times weights, from the left. */
export function weightedSum(text: string, alphabet: string, weight: (at: number) => number): number {
  let sum = 0
  for (let at = 0; at < text.length; at++) sum += alphabet.indexOf(text[at]!) * weight(at)
  return sum
}

export const DIGITS = '0123456789'
