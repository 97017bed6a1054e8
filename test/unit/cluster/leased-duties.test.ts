// Duties of several processes: each runs in one at a time, and goes on in another when that one is gone, cut off or asleep.
import { afterEach, describe, expect, it } from 'vitest'
import { LeasedDuties } from '../../../src/hub/cluster/leased-duties.ts'
import { LeaseLost } from '../../../src/hub/cluster/lease.ts'
import type { Views } from '../../../src/hub/journal/journal.ts'
import { memoryViews } from '../../../src/hub/journal/memory-views.ts'
import { leaseTable, type LeaseTable, memoryLeases } from '../../support/memory-leases.ts'

const open: LeasedDuties[] = []
afterEach(async () => {
  for (const duties of open.splice(0)) await duties.close()
})

/** What runs where, as the duties themselves say it. */
class Stage {
  readonly table: LeaseTable = leaseTable()
  readonly running = new Map<string, string[]>()
  readonly opened: string[] = []
  readonly faults: string[] = []

  process(name: string, views: Partial<Views> = {}): { duties: LeasedDuties; leases: ReturnType<typeof memoryLeases> } {
    const leases = memoryLeases(this.table, { process: name, url: `http://${name}` })
    const duties = new LeasedDuties({
      leases,
      fenced: () => ({ ...memoryViews(), ...views }),
      first: 'append',
      before: async () => {},
      onHolders: () => {},
      onFault: (what) => this.faults.push(`${name}/${what}`),
    })
    open.push(duties)
    return { duties, leases }
  }

  work(process: string, duty: string): () => Promise<{ close(): Promise<void> }> {
    return async () => {
      this.opened.push(`${duty}@${process}`)
      const here = this.running.get(duty) ?? []
      this.running.set(duty, [...here, process])
      return {
        close: async () => {
          const left = this.running.get(duty)!.filter((one) => one !== process)
          this.running.set(duty, left)
        },
      }
    }
  }

  async run(process: string, duties: LeasedDuties, names: readonly string[]): Promise<void> {
    for (const name of names) await duties.run(name, this.work(process, name))
  }

  where(duty: string): string[] {
    return this.running.get(duty) ?? []
  }
}

const NAMES = ['append', 'feed', 'evidence']
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

describe('duties of several processes', () => {
  it('run once each, where the first of them is', async () => {
    const stage = new Stage()
    const [a, b] = [stage.process('a'), stage.process('b')]
    await stage.run('a', a.duties, NAMES)
    await stage.run('b', b.duties, NAMES)
    for (let turn = 0; turn < 6; turn++) {
      await a.duties.turn()
      await b.duties.turn()
    }
    for (const name of NAMES) expect(stage.where(name)).toEqual(['a'])
    expect(a.duties.names()).toEqual(NAMES)
    expect(b.duties.names()).toEqual([])
  })

  it('go on elsewhere when a process is gone without a word, after its leases have run out and not before', async () => {
    const stage = new Stage()
    const [a, b] = [stage.process('a'), stage.process('b')]
    await stage.run('a', a.duties, NAMES)
    await stage.run('b', b.duties, NAMES)
    a.leases.cutOff = true
    await a.duties.turn()
    await b.duties.turn()
    expect(b.duties.names()).toEqual([])
    stage.table.nowMs += 3_001
    for (let turn = 0; turn < 4; turn++) {
      await b.duties.turn()
      await settled()
    }
    expect(b.duties.names()).toEqual(NAMES)
    expect(a.duties.names()).toEqual([])
    expect(stage.faults).toContain('a/leases')
  })

  it('close what was taken while a process slept, and open it again when it comes back', async () => {
    const stage = new Stage()
    const [a, b] = [stage.process('a'), stage.process('b')]
    await stage.run('a', a.duties, NAMES)
    a.leases.cutOff = true
    stage.table.nowMs += 3_001
    await stage.run('b', b.duties, NAMES)
    await b.duties.turn()
    await settled()
    a.leases.cutOff = false
    await a.duties.turn()
    await settled()
    for (const name of NAMES) expect(stage.where(name)).toEqual(['b'])
    await b.duties.close()
    for (let turn = 0; turn < 5; turn++) {
      await a.duties.turn()
      await settled()
    }
    for (const name of NAMES) expect(stage.where(name)).toEqual(['a'])
    expect(stage.opened.filter((one) => one === 'append@a')).toHaveLength(2)
  })

  it('are left to others by a process that cannot open them, and told', async () => {
    const stage = new Stage()
    const [a, b] = [stage.process('a'), stage.process('b')]
    await a.duties.run('feed', async () => {
      throw new Error('a view cannot be read')
    })
    await b.duties.run('feed', stage.work('b', 'feed'))
    for (let turn = 0; turn < 8; turn++) {
      await a.duties.turn()
      await settled()
      await b.duties.turn()
      await settled()
    }
    expect(stage.faults).toContain('a/feed')
    expect(stage.where('feed')).toEqual(['b'])
  })

  it('are closed at once when a write is refused because the lease is another’s', async () => {
    const stage = new Stage()
    const a = stage.process('a', {
      apply: async () => {
        throw new LeaseLost('the view feed')
      },
    })
    let write = async (): Promise<void> => {}
    await a.duties.run('feed', async (views) => {
      write = () => views.apply('feed', [], 1)
      return stage.work('a', 'feed')()
    })
    expect(stage.where('feed')).toEqual(['a'])
    await expect(write()).rejects.toThrow(LeaseLost)
    await settled()
    expect(stage.where('feed')).toEqual([])
  })

  it('keep their leases while one of them takes long to open', async () => {
    const stage = new Stage()
    const [a, b] = [stage.process('a'), stage.process('b')]
    let opened = (): void => {}
    await a.duties.run('append', stage.work('a', 'append'))
    const long = a.duties.run('evidence', async () => {
      await new Promise<void>((resolve) => (opened = resolve))
      return stage.work('a', 'evidence')()
    })
    for (let turn = 0; turn < 6; turn++) {
      stage.table.nowMs += 1_000
      await a.duties.turn()
    }
    await stage.run('b', b.duties, ['append', 'evidence'])
    opened()
    await long
    await settled()
    expect(stage.where('evidence')).toEqual(['a'])
    expect(stage.where('append')).toEqual(['a'])
  })
})
