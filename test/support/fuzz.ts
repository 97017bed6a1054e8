// Fuzzing by mutation: good inputs spoilt byte by byte, each from a seed of its own so that one failing input can be made again.
import { HubError } from '../../src/hub/errors.ts'

/** How many inputs each parser gets in one run; together they are what the project promises, a million. */
export const FUZZ_INPUTS = {
  json: 500_000,
  frame: 300_000,
  envelope: 200_000,
  messageFile: 100_000,
  jws: 100_000,
  der: 300_000,
  certificate: 100_000,
  checkpoint: 100_000,
  bundle: 40_000,
  xml: 30_000,
} as const

export type Fuzzed = keyof typeof FUZZ_INPUTS

/** Seed of a run: BEIBU_FUZZ_SEED, else the same every time, so that CI fails for a change and not by chance. */
export const SEED = Number(process.env['BEIBU_FUZZ_SEED'] ?? 20_261_121)

/** Small, fast, repeatable: mulberry32. Gives whole numbers below `below`. */
export function dice(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below)
  }
}

/** Pieces that parsers stumble over. */
const PIECES = [
  '{',
  '}',
  '[',
  ']',
  '"',
  '\\',
  ',',
  ':',
  '\\u0000',
  '\\ud800',
  '"__proto__":1,',
  '1e999',
  '-0',
  '1E400',
  '00',
  '\u202e',
  '9007199254740993',
  '[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[',
  '{"a":{"a":{"a":',
  'null',
  'true',
  ' ',
  '\n',
  '\r\n',
  '.',
  '=',
  '==',
  '_',
  '-',
  '+',
  '/',
  '<!DOCTYPE a [<!ENTITY b "c">]>',
  '<?xml version="1.1"?>',
  '<![CDATA[',
  ']]>',
  '&lt;',
  '&b;',
  '&#0;',
  '<!--',
  '-->',
  '</',
  '/>',
  'xmlns=""',
  'xsi:nil="true"',
].map((text) => Buffer.from(text))
const BYTES = [
  '00',
  'ff',
  '80',
  'c0af',
  'eda080',
  'f4908080',
  'efbbbf',
  '3080',
  '0000',
  '30840000ffff',
  '0201ff',
  '0500',
  'a003020102',
  'feff',
].map((hex) => Buffer.from(hex, 'hex'))

/** One input: a good one with one to six changes, or now and then nothing but noise. */
export function spoil(good: readonly Buffer[], roll: (below: number) => number): Buffer {
  if (roll(64) === 0) return Buffer.from(Array.from({ length: roll(200) }, () => roll(256)))
  let bytes: Buffer = good[roll(good.length)]!
  for (let edits = 1 + roll(6); edits > 0; edits--) bytes = changed(bytes, good, roll)
  return bytes
}

function changed(bytes: Buffer, good: readonly Buffer[], roll: (below: number) => number): Buffer {
  const at = roll(bytes.length + 1)
  switch (roll(8)) {
    case 0: {
      const flipped = Buffer.from(bytes)
      if (at < flipped.length) flipped[at]! ^= 1 << roll(8)
      return flipped
    }
    case 1:
      return Buffer.concat([bytes.subarray(0, at), PIECES[roll(PIECES.length)]!, bytes.subarray(at)])
    case 2:
      return Buffer.concat([bytes.subarray(0, at), BYTES[roll(BYTES.length)]!, bytes.subarray(at + roll(4))])
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + roll(16))])
    case 4: {
      const from = roll(bytes.length + 1)
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(from, from + roll(64)), bytes.subarray(at)])
    }
    case 5: {
      const other = good[roll(good.length)]!
      const from = roll(other.length + 1)
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + roll(128))])
    }
    case 6:
      return bytes.subarray(0, at)
    default: {
      const set = Buffer.from(bytes)
      if (at < set.length) set[at] = roll(256)
      return set
    }
  }
}

/** What became of the inputs, by refusal code; 'read' counts those that were good. */
export type Tally = Record<string, number>

/**
 * Feeds a parser its share of inputs. Whatever is thrown must be a HubError; anything else is thrown on, with the input in hex.
 * Bounded by the caller's timeout: an input that makes a parser hang fails the run.
 */
export async function fuzz<Result>(
  name: Fuzzed,
  good: readonly Buffer[],
  read: (bytes: Buffer) => Result | Promise<Result>,
  holds: (result: Result, bytes: Buffer) => void = () => {},
): Promise<Tally> {
  const tally: Tally = { read: 0 }
  for (let run = 0; run < FUZZ_INPUTS[name]; run++) {
    const bytes = spoil(good, dice(SEED + run * 7919))
    try {
      const result = read(bytes)
      holds(result instanceof Promise ? await result : result, bytes)
      tally['read']!++
    } catch (thrown) {
      if (!(thrown instanceof HubError))
        throw new Error(`${name}, seed ${SEED}, input ${run}: ${bytes.toString('hex').slice(0, 4_000)}`, {
          cause: thrown,
        })
      tally[thrown.code] = (tally[thrown.code] ?? 0) + 1
    }
  }
  return tally
}
