// What the couriers of a hub hold, counted by purpose and state.
import { describe, expect, it } from 'vitest'
import { countedCouriers } from '../../../src/hub/courier/counted-couriers.ts'
import { inProcessCouriers } from '../../../src/hub/courier/in-process-courier.ts'
import { Report } from '../../../src/hub/report.ts'

const bad = async (): Promise<void> => {
  throw new Error('it never works')
}

describe('couriers that are counted', () => {
  it('show what each purpose holds, and nothing of one that is closed', async () => {
    const counted = countedCouriers(inProcessCouriers({ clock: () => 1_000 }))
    const relay = counted.open('relay', { concurrencyPerQueue: 1, giveUp: { faults: 1, pauseMs: 60_000 } })
    const expiry = counted.open('expiry')
    let open = (): void => {}
    relay.offer({ id: 'bad', queue: 'one', priority: 0, run: bad })
    await relay.idle()
    const run = () => new Promise<void>((resolve) => (open = resolve))
    for (const id of ['a', 'b', 'c']) relay.offer({ id, queue: 'two', priority: 0, run })
    expiry.offer({ id: 'rests', queue: 'expiry', priority: 0, run: bad })
    await new Promise(setImmediate)
    expect(counted.jobs()).toEqual({
      'relay waiting': 2,
      'relay running': 1,
      'relay failed': 0,
      'relay dead': 1,
      'expiry waiting': 1,
      'expiry running': 0,
      'expiry failed': 1,
      'expiry dead': 0,
    })
    expect(counted.dead()).toMatchObject([{ purpose: 'relay', id: 'bad', fault: 'it never works', untilMs: 61_000 }])

    const report = new Report()
    report.watch({ hub_courier_jobs: () => counted.jobs() })
    expect(await report.text()).toContain('hub_courier_jobs{purpose="relay",state="waiting"} 2')
    await expiry.close()
    expect(Object.keys(counted.jobs())).not.toContain('expiry waiting')
    const closing = relay.close()
    open()
    await closing
    expect(counted.jobs()).toEqual({})
  })
})
