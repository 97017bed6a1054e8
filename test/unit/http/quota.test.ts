// Token buckets: what fits passes, what does not is told when to come again, and nobody gains by asking.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HubError } from '../../../src/hub/errors.ts'
import { PartySockets } from '../../../src/hub/feed/party-sockets.ts'
import { ConnectionQuotas, Quotas, TokenBucket, type PartyLimits } from '../../../src/hub/http/quota.ts'

const LIMITS: PartyLimits = {
  messagesPerMinute: 3,
  bytesPerMinute: 1_000,
  refusedPerMinute: 2,
  uploadBytesPerMinute: 500,
}
const BANK = 'urn:hub:cn:bank:banyan'
const OTHER = 'urn:hub:vn:bank:lotus'

function world(own: Record<string, Partial<PartyLimits>> = {}) {
  const clock = { nowMs: 1_000_000 }
  return { clock, quotas: new Quotas({ limits: LIMITS, clock: () => clock.nowMs, own: (party) => own[party] }) }
}

function refusalOf(act: () => void): HubError | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    return error as HubError
  }
}

describe('quotas of parties', () => {
  it('take as many messages as a minute has, and say when the next is welcome', () => {
    const { clock, quotas } = world()
    for (let n = 0; n < 3; n++) quotas.message(BANK, 10)
    const refusal = refusalOf(() => quotas.message(BANK, 10))
    expect(refusal).toMatchObject({ code: 'QUOTA_EXCEEDED', retryAfterS: 20 })
    quotas.message(OTHER, 10)
    clock.nowMs += 20_000
    quotas.message(BANK, 10)
    expect(refusalOf(() => quotas.message(BANK, 10))?.code).toBe('QUOTA_EXCEEDED')
  })

  it('let one message through that is larger than the rest, and then wait for it', () => {
    const { clock, quotas } = world()
    quotas.message(BANK, 2_500)
    expect(refusalOf(() => quotas.message(BANK, 1))?.code).toBe('QUOTA_EXCEEDED')
    clock.nowMs += 91_000
    quotas.message(BANK, 1)
  })

  it('cost more for those who are refused', () => {
    const { clock, quotas } = world()
    quotas.refused(BANK)
    quotas.refused(BANK)
    expect(refusalOf(() => quotas.message(BANK, 1))?.detail).toContain('refusedPerMinute')
    clock.nowMs += 60_000
    quotas.message(BANK, 1)
  })

  it('count uploads by themselves', () => {
    const { quotas } = world()
    quotas.upload(BANK, 500)
    expect(refusalOf(() => quotas.upload(BANK, 1))?.code).toBe('QUOTA_EXCEEDED')
    quotas.message(BANK, 1)
  })

  it('are those the operator has set for the party', () => {
    const { quotas } = world({ [BANK]: { messagesPerMinute: 1 } })
    quotas.message(BANK, 1)
    expect(refusalOf(() => quotas.message(BANK, 1))?.code).toBe('QUOTA_EXCEEDED')
    for (let n = 0; n < 3; n++) quotas.message(OTHER, 1)
  })
})

describe('a bucket', () => {
  it('never gives more than it holds and what has flown in since', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: -500, max: 5_000 }), { maxLength: 200 }),
        (perWindow, steps) => {
          const bucket = new TokenBucket(perWindow, 0)
          let [now, furthest, taken] = [0, 0, 0]
          for (const step of steps) {
            now = Math.max(0, now + step)
            furthest += Math.max(0, step)
            if (bucket.waitMs(perWindow, 1_000, now) > 0) continue
            bucket.take(1)
            taken++
          }
          expect(taken).toBeLessThanOrEqual(perWindow + Math.ceil((furthest * perWindow) / 1_000) + 1)
        },
      ),
    )
  })

  it('has something again when the wait is over', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 100_000 }), (perWindow, size) => {
        const bucket = new TokenBucket(perWindow, 0)
        bucket.take(size)
        expect(bucket.waitMs(perWindow, 60_000, bucket.waitMs(perWindow, 60_000, 0))).toBe(0)
      }),
    )
  })
})

describe('quotas of connections', () => {
  it('bound requests, and those that prove nobody more tightly', () => {
    let nowMs = 0
    const quotas = new ConnectionQuotas({ requestsPerSecond: 5, attemptsPerMinute: 2 }, () => nowMs)
    const [one, other] = [{}, {}]
    for (let n = 0; n < 5; n++) quotas.request(one)
    expect(refusalOf(() => quotas.request(one))?.code).toBe('QUOTA_EXCEEDED')
    for (let n = 0; n < 2; n++) {
      quotas.request(other)
      quotas.attempt(other)
    }
    expect(refusalOf(() => quotas.request(other))).toMatchObject({ code: 'QUOTA_EXCEEDED', retryAfterS: 30 })
    nowMs += 1_000
    quotas.request(one)
  })
})

describe('sockets of a party', () => {
  it('have a bound, and leaving twice counts once', () => {
    const sockets = new PartySockets(2)
    const leave = sockets.enter(BANK)
    sockets.enter(BANK)
    expect(refusalOf(() => sockets.enter(BANK))?.code).toBe('QUOTA_EXCEEDED')
    sockets.enter(OTHER)
    leave()
    leave()
    sockets.enter(BANK)
    expect(refusalOf(() => sockets.enter(BANK))?.code).toBe('QUOTA_EXCEEDED')
  })
})
