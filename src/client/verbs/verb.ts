// What a verb of the command is, and the few things all verbs share: options, printing, exit codes.
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { UsageError } from '../usage.ts'

/** Exit codes of the command. */
export const EXIT = { good: 0, refused: 1, unknown: 2, usage: 64, fault: 70 } as const

/** Where a verb reads and writes; handed in, so that tests can look. `out` is standard output, `progress` standard error. */
export interface CommandIo {
  out(line: string): void
  progress(line: string): void
  env: Record<string, string | undefined>
  /** Raised when the person stops the command. */
  stop: AbortSignal
}

export interface Verb {
  name: string
  summary: string
  /** Teaches by examples; printed by --help. */
  help: string
  run(args: string[], io: CommandIo): Promise<number>
}

type Options = NonNullable<ParseArgsConfig['options']>

/** Options every verb takes. */
const COMMON = { json: { type: 'boolean' } } as const satisfies Options

/** Options of verbs that speak to a hub in the name of a party. */
export const ACTING = {
  as: { type: 'string' },
  url: { type: 'string' },
  passphrase: { type: 'string' },
  purpose: { type: 'string' },
} as const satisfies Options

/** What parseArgs makes of a verb's options and the common ones. */
export type Read<O extends Options> = ReturnType<
  typeof parseArgs<{ options: typeof COMMON & O; allowPositionals: true; strict: true }>
>

/** parseArgs with --json and a UsageError that names the verb's help. */
export function readArgs<O extends Options>(verb: string, args: string[], options: O): Read<O> {
  try {
    return parseArgs({ args, options: { ...COMMON, ...options }, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(`${optionFault(verb, error as Error, { ...COMMON, ...options })}. See: beibu ${verb} --help`)
  }
}

/** What is wrong with the options; of one that does not exist, which ones do. */
function optionFault(verb: string, { message }: Error, options: Options): string {
  const unknown = /^Unknown option '([^']+)'/.exec(message)?.[1]
  if (unknown === undefined) return message
  const known = Object.keys(options).map((name) => `--${name}`)
  return `${verb} has no option ${unknown}; it has ${known.join(', ')}`
}

/** The one positional argument a verb needs. */
export function only(verb: string, what: string, positionals: readonly string[]): string {
  if (positionals.length !== 1)
    throw new UsageError(`${verb} takes exactly one ${what}, got ${positionals.length}. See: beibu ${verb} --help`)
  return positionals[0]!
}

/** A whole number option or argument, zero or more. */
export function wholeNumber(text: string, what: string): number {
  if (!/^(?:0|[1-9]\d{0,14})$/.test(text)) throw new UsageError(`${what} must be a whole number, got ${text}`)
  return Number(text)
}

/** Prints one value: as JSON when asked, else the lines for people. */
export function show(io: CommandIo, json: boolean | undefined, value: unknown, lines: () => string[]): void {
  if (json === true) io.out(JSON.stringify(value))
  else for (const line of lines()) io.out(plain(line))
}

/** A line for people: what others have written in it cannot steer a terminal. */
export const plain = (line: string): string => line.replace(/\p{Cc}/gu, ' ')
