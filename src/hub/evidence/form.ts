// Strict shapes of parsed JSON: a member that is not expected is refused like one that is missing.
import { HubError } from '../errors.ts'

/** Throws ENVELOPE_MALFORMED with the reason unless the condition holds. */
export function check(condition: boolean, reason: string): asserts condition {
  if (!condition) throw new HubError('ENVELOPE_MALFORMED', reason)
}

/** The value as an object with all `required` members, perhaps some `optional` ones, and no others. */
export function members<R extends string, O extends string = never>(
  value: unknown,
  what: string,
  required: readonly R[],
  optional: readonly O[] = [],
): Record<R, unknown> & Partial<Record<O, unknown>> {
  check(typeof value === 'object' && value !== null && !Array.isArray(value), `${what} is not an object`)
  const known: readonly string[] = [...required, ...optional]
  for (const name of required) check(Object.hasOwn(value, name), `${what} lacks the member ${name}`)
  for (const name of Object.keys(value))
    check(known.includes(name), `${what} has a member that nothing covers: ${name.slice(0, 60)}`)
  return value as Record<R, unknown> & Partial<Record<O, unknown>>
}

export function text(value: unknown, what: string): string {
  check(typeof value === 'string', `${what} is not a string`)
  return value
}

/** A whole number from 0 on that a double holds exactly. */
export function count(value: unknown, what: string): number {
  check(typeof value === 'number' && Number.isSafeInteger(value) && value >= 0, `${what} is not a whole number`)
  return value
}

export function list(value: unknown, what: string, max = 1_000): unknown[] {
  check(Array.isArray(value) && value.length <= max, `${what} is not a list of at most ${max}`)
  return value
}

export function oneOf<T extends string>(value: unknown, words: readonly T[], what: string): T {
  check(words.includes(value as T), `${what} is none of ${words.join(', ')}`)
  return value as T
}
