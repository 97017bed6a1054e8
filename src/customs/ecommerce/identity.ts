// Identity documents of buyers and payers: the card is what it says it is, and its number stands nowhere else. What is found repeats no number.
import { checkResidentId, placed, plainNumber, type Finding, type Texts, type ValidMessage } from '../../hub/index.ts'
import { finding } from './codes.ts'

/** Shorter numbers stand in others by chance. */
const TELLING_LENGTH = 8

/** A resident identity number where the type says it is one, and where it does not none. */
export function checkIdentity(type: string | undefined, value: string | undefined, path: string): Finding[] {
  if (type === undefined || value === undefined) return []
  if (type !== '1') return checkResidentId(plainNumber(value)) ? [] : [finding('IDENTITY_TYPE_DIFFERS', path)]
  const found = checkResidentId(value)
  return found ? [placed(found, path)] : []
}

/** Numbers of papers and books are seen by more than may know the person: its identity number is none. */
export function checkReferences<T>(
  texts: Texts<T>,
  names: readonly (keyof T & string)[],
  identity: string | undefined,
): Finding[] {
  return names.flatMap((field) =>
    holds(texts[field], identity) ? [finding('IDENTITY_NUMBER_AS_REFERENCE', `/${field}`, { field })] : [],
  )
}

/** The same of the reference on the envelope, which is read by whoever is told of the message. */
export const checkEnvelopeRef = (
  { envelope }: Pick<ValidMessage, 'envelope'>,
  identity: string | undefined,
): Finding[] => (holds(envelope.ref, identity) ? [finding('IDENTITY_NUMBER_AS_REFERENCE', '', { field: 'ref' })] : [])

function holds(text: string | undefined, identity: string | undefined): boolean {
  if (text === undefined || identity === undefined) return false
  const [whole, number] = [plainNumber(text), plainNumber(identity)]
  return whole === number || (number.length >= TELLING_LENGTH && whole.includes(number))
}
