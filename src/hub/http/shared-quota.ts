// The quotas of parties, shared by all processes of a hub through Redis. Each takes tokens ahead in portions of a second, so that most
// messages ask nobody, and gives back what it has not used within a second or two. What is taken ahead is gone for the others: together they
// never let more through than one process would. While Redis is away each has its part of the limit by itself.
import { setTimeout as after } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { ProcessesSeen } from '../cluster/redis-processes.ts'
import { type Redis, type RedisScript, SERVER_NOW } from '../cluster/redis.ts'
import type { PartyUrn } from '../message/envelope.ts'
import { MINUTE_MS, partyExceeded, Quotas, type PartyLimits, type PartyQuotas, type QuotaDeps } from './quota.ts'

export interface SharedQuotaDeps extends QuotaDeps {
  redis: Redis
  processes: Pick<ProcessesSeen, 'count'>
  clock: Clock
}

type Name = keyof PartyLimits

/** Tokens taken ahead; less than none: used before they were taken. */
interface Portion {
  left: Map<Name, number>
  untilMs: number
  /** The operator's own limits for the party when it was taken: with others it is not to be used up. */
  under: Partial<PartyLimits> | undefined
  /** Somebody is asking for more. */
  asking: boolean
}

const PORTIONS_A_MINUTE = 60
const KEPT_MS = 1_000
const GIVE_BACK_EVERY_MS = 500
const ANSWER_WITHIN_MS = 250
/** After it has not answered, nobody is kept waiting for it for so long. */
const AWAY_MS = 1_000

/**
 * For each name: limit, what is given back (or was used before), whether something must be there, what is taken, what is taken ahead.
 * Answers the milliseconds to wait and for which name, or 0 and what was taken ahead of each. A bucket that would be full is forgotten.
 */
const TAKE: RedisScript = {
  name: 'hubQuotaTake',
  lua: `
    ${SERVER_NOW}
    local levels, wait, which = {}, 0, 0
    for i = 1, #ARGV, 6 do
      local limit = tonumber(ARGV[i + 1])
      local level = limit
      local known = redis.call('HMGET', KEYS[1], ARGV[i], ARGV[i] .. '@')
      if known[1] then level = tonumber(known[1]) + math.max(0, now - tonumber(known[2])) * limit / ${MINUTE_MS} end
      level = math.min(limit, math.min(limit, level) + tonumber(ARGV[i + 2]))
      levels[i] = level
      if ARGV[i + 3] == '1' and level < 0.999999 and wait == 0 then
        wait = math.max(1, math.ceil((1 - level) * ${MINUTE_MS} / limit))
        which = (i - 1) / 6
      end
    end
    local answer, fullAfter = { wait, which }, 0
    for i = 1, #ARGV, 6 do
      local limit, level, ahead = tonumber(ARGV[i + 1]), levels[i], 0
      if wait == 0 then
        level = level - tonumber(ARGV[i + 4])
        ahead = math.max(0, math.min(tonumber(ARGV[i + 5]), math.floor(level)))
        level = level - ahead
      end
      redis.call('HSET', KEYS[1], ARGV[i], string.format('%.6f', level), ARGV[i] .. '@', now)
      fullAfter = math.max(fullAfter, math.ceil((limit - level) * ${MINUTE_MS} / limit))
      answer[#answer + 1] = ahead
    end
    redis.call('PEXPIRE', KEYS[1], math.max(fullAfter, ${MINUTE_MS}) + 1000)
    return answer
  `,
}

export class SharedQuotas implements PartyQuotas {
  readonly #deps: SharedQuotaDeps
  readonly #alone: Quotas
  readonly #portions = new Map<PartyUrn, Portion>()
  readonly #timer: NodeJS.Timeout
  #awayUntilMs = 0

  constructor(deps: SharedQuotaDeps) {
    this.#deps = deps
    const { limits, clock } = deps
    this.#alone = new Quotas({ limits, clock, own: (party) => this.#partOf(this.limitsOf(party)) })
    this.#timer = setInterval(() => this.#giveBack(performance.now()), GIVE_BACK_EVERY_MS).unref()
  }

  message(party: PartyUrn, bytes: number): Promise<void> | void {
    const wanted = { messagesPerMinute: 1, bytesPerMinute: bytes, refusedPerMinute: 0 }
    return this.#take(party, wanted, () => this.#alone.message(party, bytes))
  }

  upload(party: PartyUrn, bytes: number): Promise<void> | void {
    return this.#take(party, { uploadBytesPerMinute: bytes }, () => this.#alone.upload(party, bytes))
  }

  refused(party: PartyUrn): void {
    if (this.#isAway()) return this.#alone.refused(party)
    const { left } = this.#portionOf(party)
    left.set('refusedPerMinute', (left.get('refusedPerMinute') ?? 0) - 1)
  }

  limitsOf(party: PartyUrn): PartyLimits {
    return { ...this.#deps.limits, ...this.#deps.own(party) }
  }

  /** Gives back what was taken ahead. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.race([Promise.allSettled(this.#giveBack(Infinity)), after(ANSWER_WITHIN_MS)])
  }

  #take(party: PartyUrn, wanted: Partial<Record<Name, number>>, alone: () => void): Promise<void> | void {
    if (this.#isAway()) return alone()
    if (!this.#takeHere(party, wanted)) return this.#ask(party, wanted, alone)
  }

  /** Of what was taken ahead; false if that is not enough. */
  #takeHere(party: PartyUrn, wanted: Partial<Record<Name, number>>): boolean {
    const names = Object.keys(wanted) as Name[]
    const { left, untilMs, under } = this.#portionOf(party)
    if (performance.now() >= untilMs || under !== this.#deps.own(party)) return false
    if (names.some((name) => (left.get(name) ?? 0) < Math.max(1, wanted[name]!))) return false
    for (const name of names) left.set(name, left.get(name)! - wanted[name]!)
    return true
  }

  async #ask(party: PartyUrn, wanted: Partial<Record<Name, number>>, alone: () => void): Promise<void> {
    const names = Object.keys(wanted) as Name[]
    const limits = this.limitsOf(party)
    const before = this.#portionOf(party)
    // Of many who ask at once one takes ahead, or they would have a portion each.
    const takesAhead = !before.asking
    // What was taken ahead of a wider limit would fill a narrower one, given back.
    const isOld = before.under !== this.#deps.own(party)
    const rows = names.flatMap((name) => {
      const left = before.left.get(name) ?? 0
      const back = isOld ? Math.min(0, left) : left
      before.left.set(name, 0)
      const ahead = takesAhead ? Math.floor(limits[name] / PORTIONS_A_MINUTE) : 0
      return [name, limits[name], back, 1, wanted[name]!, ahead]
    })
    before.asking = true
    before.under = this.#deps.own(party)
    const answer = await this.#run(party, rows)
    if (takesAhead) before.asking = false
    if (!answer) return alone()
    const [waitMs, which, ...ahead] = answer as [number, number, ...number[]]
    // Another who asked may have taken the last of it ahead.
    if (waitMs > 0 && this.#takeHere(party, wanted)) return
    if (waitMs > 0) throw partyExceeded(names[which]!, limits, waitMs)
    // Read again: others have asked meanwhile.
    const portion = this.#portionOf(party)
    for (const [n, name] of names.entries()) portion.left.set(name, (portion.left.get(name) ?? 0) + ahead[n]!)
    if (takesAhead) portion.untilMs = performance.now() + KEPT_MS
  }

  async #run(party: PartyUrn, rows: (string | number)[]): Promise<number[] | undefined> {
    try {
      return (await this.#deps.redis.run(TAKE, [`quota:${party}`], rows, ANSWER_WITHIN_MS)) as number[]
    } catch {
      this.#awayUntilMs = performance.now() + AWAY_MS
      return undefined
    }
  }

  /** Of portions that are not used any more. */
  #giveBack(nowMs: number): Promise<unknown>[] {
    const given: Promise<unknown>[] = []
    for (const [party, { left, untilMs, asking, under }] of this.#portions) {
      if (untilMs > nowMs || asking) continue
      this.#portions.delete(party)
      if (under !== this.#deps.own(party)) continue
      const limits = this.limitsOf(party)
      const rows = [...left].filter(([, count]) => count !== 0)
      if (rows.length === 0 || this.#isAway()) continue
      given.push(
        this.#run(
          party,
          rows.flatMap(([name, count]) => [name, limits[name], count, 0, 0, 0]),
        ),
      )
    }
    return given
  }

  #portionOf(party: PartyUrn): Portion {
    const portion = this.#portions.get(party) ?? {
      left: new Map<Name, number>(),
      untilMs: 0,
      under: undefined,
      asking: false,
    }
    this.#portions.set(party, portion)
    return portion
  }

  #isAway(): boolean {
    return !this.#deps.redis.ready() || performance.now() < this.#awayUntilMs
  }

  /** Of as many processes as were last seen: if each went on with the whole, a party would gain by every outage. */
  #partOf(limits: PartyLimits): PartyLimits {
    const count = this.#deps.processes.count()
    const part = (limit: number): number => Math.max(1, Math.floor(limit / count))
    return {
      messagesPerMinute: part(limits.messagesPerMinute),
      bytesPerMinute: part(limits.bytesPerMinute),
      refusedPerMinute: part(limits.refusedPerMinute),
      uploadBytesPerMinute: part(limits.uploadBytesPerMinute),
    }
  }
}
