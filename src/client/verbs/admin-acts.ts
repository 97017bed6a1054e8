// The acts of `beibu admin` made from what stands on the command line.
import type { HubAdmin } from '../../../schemas/types.d.ts'
import { UsageError } from '../usage.ts'

export interface ActOptions {
  party?: string | undefined
  kind?: string | undefined
  country?: string | undefined
  reason?: string | undefined
  text?: string | undefined
  to?: string[] | undefined
  limit?: string[] | undefined
}

const LIMITS = ['messagesPerMinute', 'bytesPerMinute', 'refusedPerMinute', 'uploadBytesPerMinute'] as const

/** The body of hub.admin. Throws UsageError with what is missing. */
export function adminAct(act: string, given: ActOptions): HubAdmin {
  const need = (name: 'party' | 'reason' | 'text'): string => {
    const value = given[name]
    if (value === undefined || value.trim() === '') throw new UsageError(`admin ${act} needs --${name}`)
    return value
  }
  if (act === 'pause' || act === 'resume') return { act, what: whatOf(act, given), reason: need('reason') }
  if (act === 'quota') return { act, party: need('party'), limits: limitsOf(given.limit ?? []), reason: need('reason') }
  if (act === 'close-sessions') return { act, party: need('party'), reason: need('reason') }
  if (act === 'notice') return { act, text: need('text'), ...(given.to && { to: given.to as [string, ...string[]] }) }
  if (act === 'note') return { act, text: need('text'), ...(given.party !== undefined && { party: given.party }) }
  throw new UsageError(`admin knows no act ${act}. See: beibu admin --help`)
}

function whatOf(
  act: string,
  { party, kind, country }: ActOptions,
): { party?: string; kind?: string; country?: string } {
  const given = Object.entries({ party, kind, country }).filter(([, value]) => value !== undefined)
  if (given.length !== 1) throw new UsageError(`admin ${act} takes exactly one of --party, --kind and --country`)
  return Object.fromEntries(given)
}

function limitsOf(texts: readonly string[]): Partial<Record<(typeof LIMITS)[number], number>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^(\w+)=([1-9]\d{0,14})$/.exec(text) ?? []
      if (!LIMITS.some((one) => one === name))
        throw new UsageError(`--limit takes <name>=<number>; the names are ${LIMITS.join(', ')}`)
      return [name!, Number(value)]
    }),
  )
}
