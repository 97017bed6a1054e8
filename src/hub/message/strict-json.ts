// Strict reading of JSON: what JSON.parse would quietly lose is refused. Every body, envelope, frame and bundle passes here.
import { HubError } from '../errors.ts'
import { shown } from '../values/shown.ts'

const DEPTH_MAX = 64
const BYTE_ORDER_MARK = '\uFEFF'
const MARKED = 'the text begins with a byte order mark; save it as UTF-8 without one'
const WIDE = 'the text is written in UTF-16; save it as UTF-8 without a byte order mark'
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Parses JSON bytes or text. Throws JSON_MALFORMED (not JSON, not UTF-8, a byte order mark) or JSON_LOSSY (duplicate key, `__proto__`,
 * number that does not survive a double, lone surrogate, more than 64 levels).
 */
export function parseStrictJson(input: Uint8Array | string): unknown {
  const text = typeof input === 'string' ? input : decode(input)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new HubError('JSON_MALFORMED', text.startsWith(BYTE_ORDER_MARK) ? MARKED : 'the text is not JSON', { cause })
  }
  if (typeof input === 'string' && !input.isWellFormed())
    throw new HubError('JSON_LOSSY', 'a lone surrogate in a string')
  const keys = refuseLossy(text)
  // A key that came twice is in the text once more than in the value; which one it is, only a closer look can tell.
  if (keys !== keysIn(value)) refuseKeys(text)
  return value
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
    throw new HubError('JSON_MALFORMED', wide ? WIDE : 'the bytes are not valid UTF-8', { cause })
  }
}

/** Number of members of all objects in a value that JSON.parse has made. Refuses a `__proto__` among them. */
function keysIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let count = 0
  if (Array.isArray(value)) for (const item of value) count += keysIn(item)
  else
    for (const key in value) {
      if (key === '__proto__') throw new HubError('JSON_LOSSY', 'the key "__proto__" is not accepted')
      count += 1 + keysIn((value as Record<string, unknown>)[key])
    }
  return count
}

const QUOTE = 34
const BACKSLASH = 92
const MINUS = 45
const COLON = 58

/** Second look at text that JSON.parse has accepted, so only the lossy things need to be found. Gives the number of keys in it. */
function refuseLossy(text: string): number {
  const escaped = text.includes('\\')
  let depth = 0
  let keys = 0
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (c === QUOTE) at = escaped ? stringEnd(text, at) : text.indexOf('"', at + 1)
    else if (c === COLON) keys++
    else if (c === 123 || c === 91) {
      if (++depth > DEPTH_MAX) throw new HubError('JSON_LOSSY', `nested more than ${DEPTH_MAX} levels`)
    } else if (c === 125 || c === 93) depth--
    else if (c === MINUS || (c >= 48 && c <= 57)) at = checkNumber(text, at)
  }
  return keys
}

/** Refuses a key that occurs twice in one object. */
function refuseKeys(text: string): void {
  const keys: (Set<string> | null)[] = []
  let expectKey = false
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at)
    if (c === QUOTE) {
      const end = stringEnd(text, at)
      if (expectKey) addKey(keys.at(-1)!, text, at, end)
      expectKey = false
      at = end
    } else if (c === 123 || c === 91) {
      expectKey = c === 123
      keys.push(expectKey ? new Set() : null)
    } else if (c === 125 || c === 93) {
      keys.pop()
      expectKey = false
    } else if (c === 44) expectKey = keys.at(-1) instanceof Set
  }
}

/** Index of the closing quote. Escaped surrogates must come in pairs. */
function stringEnd(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const c = text.charCodeAt(at)
    if (c === QUOTE) return at
    if (c === BACKSLASH) {
      at++
      if (text.charCodeAt(at) === 117) {
        const end = text.indexOf('"', at)
        // Rare: only strings with \u escapes are decoded again to be looked at.
        const whole = closing(text, start, end)
        if (!(JSON.parse(text.slice(start, whole + 1)) as string).isWellFormed())
          throw new HubError('JSON_LOSSY', 'a lone surrogate in a string')
        return whole
      }
    }
  }
}

function closing(text: string, start: number, quote: number): number {
  for (let end = quote; ; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    for (let at = end - 1; at > start && text.charCodeAt(at) === BACKSLASH; at--) slashes++
    if (slashes % 2 === 0) return end
  }
}

function addKey(keys: Set<string>, text: string, start: number, end: number): void {
  const raw = text.slice(start + 1, end)
  const key = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw
  if (keys.has(key))
    throw new HubError('JSON_LOSSY', `the key ${JSON.stringify(shown(key).slice(0, 60))} occurs twice in one object`)
  keys.add(key)
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Integers must be safe; fractions may have at most 15 significant digits, which a double keeps. */
function checkNumber(text: string, start: number): number {
  NUMBER.lastIndex = start
  const literal = NUMBER.exec(text)![0]
  const value = Number(literal)
  const digits = literal
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '')
  const lossy = /[.eE]/.test(literal)
    ? digits.length > 15 || !Number.isFinite(value) || (value === 0 && digits !== '')
    : !Number.isSafeInteger(value)
  if (lossy || Object.is(value, -0))
    throw new HubError(
      'JSON_LOSSY',
      `the number ${shown(literal).slice(0, 40)} does not survive reading; send it as a string`,
    )
  return start + literal.length - 1
}
