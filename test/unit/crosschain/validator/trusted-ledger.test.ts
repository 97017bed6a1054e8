// What a validator believes of a ledger: on from its trust root, over restarts, and frozen by two sealed blocks of one height.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addressOfKey } from '../../../../src/crosschain/attestation.ts'
import { clearDesk, codeOf, createDesk, type Desk, openValidator, type Wanted } from './desk.ts'
import { START_S } from './sample-ledger.ts'

let desk: Desk
let open: Awaited<ReturnType<typeof openValidator>>
const begin = async (wanted: Wanted = {}): Promise<void> => {
  open = await openValidator(desk, wanted)
}
const restart = async (wanted: Wanted = {}): Promise<void> => {
  await open.close()
  await begin(wanted)
}
const attest = (sequence = 1) => open.validator.attest({ lane: desk.lane, sequence, act: 'deliver' })
const trustPath = (): string => join(desk.folder, 'trust-source.json')
/** From now on the node shows another block in place of the newest. */
async function equivocate(sealing = {}): Promise<void> {
  const height = desk.source.head()
  const other = await desk.source.seal(height, desk.source.blocks[height]!.storage, { gasUsed: 5n }, sealing)
  desk.source.lies = {
    header: async (asked) => (asked === height ? other : desk.source.blocks[asked]!).rlp,
  }
}

beforeEach(async () => {
  desk = await createDesk()
  await begin()
  await desk.source.send(desk.packet(1))
  await attest()
})
afterEach(async () => {
  await open.close()
  clearDesk(desk)
})

describe('two sealed blocks of one height', () => {
  it('freeze the ledger, with both kept', async () => {
    await equivocate()
    expect(await codeOf(attest())).toBe('LEDGER_FROZEN')
    const { frozen } = JSON.parse(readFileSync(trustPath(), 'utf8')) as { frozen: Record<string, string> }
    expect(frozen['one']).toBe(desk.source.blocks[1]!.rlp.toString('base64url'))
    expect(frozen['other']).not.toBe(frozen['one'])
  })
  it('keep it frozen when the node is honest again, and after a restart', async () => {
    await equivocate()
    await codeOf(attest())
    desk.source.lies = {}
    expect(await codeOf(attest())).toBe('LEDGER_FROZEN')
    await restart()
    expect(await codeOf(attest())).toBe('LEDGER_FROZEN')
    expect(open.validator.state().ledgers['source']).toEqual({ height: 1, frozen: true })
  })
  it('are noticed after a restart as well', async () => {
    await restart()
    await equivocate()
    expect(await codeOf(attest())).toBe('LEDGER_FROZEN')
  })
  it('leave the other ledger alone', async () => {
    await equivocate()
    await codeOf(attest())
    await desk.target.mine()
    expect(await open.validator.follow()).toMatchObject([{ ledger: 'source' }])
    expect(open.validator.state().ledgers['target']).toEqual({ height: 1 })
  })
  it('end with a new trust root, and the evidence stays', async () => {
    await equivocate()
    await codeOf(attest())
    desk.source.lies = {}
    await restart({ root: { ...desk.source.root(), height: 1, hash: desk.source.blocks[1]!.hash } })
    await desk.source.mine()
    await attest()
    expect(existsSync(`${trustPath()}.frozen-1`)).toBe(true)
    await restart({ root: { ...desk.source.root(), height: 1, hash: desk.source.blocks[1]!.hash } })
    await attest()
  })
})

describe('what does not freeze', () => {
  it('the same block, sealed in another round', async () => {
    const again = await desk.source.seal(1, desk.source.blocks[1]!.storage, {}, { round: 3 })
    expect(again.hash).toBe(desk.source.blocks[1]!.hash)
    desk.source.lies = { header: async () => again.rlp }
    await attest()
    await restart()
    await attest()
  })
  it('another block that too few have sealed: the node lies, the ledger does not', async () => {
    await equivocate({ sealers: [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] })
    expect(await codeOf(attest())).toBe('SEAL_QUORUM')
    desk.source.lies = {}
    await attest()
  })
  it('a node that is behind', async () => {
    desk.source.lies = { head: async () => 0 }
    expect(await codeOf(attest())).toBe('node answer')
    desk.source.lies = {}
    await attest()
  })
})

describe('following', () => {
  it('goes on after a restart from the last accepted block, not from the root', async () => {
    await desk.source.mine()
    await attest()
    await restart()
    expect(open.validator.state().ledgers['source']).toEqual({ height: 2 })
    desk.source.calls.length = 0
    await attest()
    // The last block alone is looked at again.
    expect(desk.source.calls.filter((call) => call === 'header')).toHaveLength(1)
  })
  it('finds its way over a gap in which the whole set has changed, one vote at a time', async () => {
    const old = [1, 2, 3, 4].map((n) => Buffer.alloc(32, n))
    const fresh = [5, 6, 7, 8].map((n) => Buffer.alloc(32, n))
    let set = old
    for (const key of fresh) {
      for (const next of [
        [...set, key],
        [...set.slice(1), key],
      ]) {
        const sealing = { validators: next.map(addressOfKey), sealers: next.slice(0, -1) }
        for (let more = 0; more < 5; more++) await desk.source.mine({}, { ...sealing, sealers: sealersOf(next, set) })
        set = next
      }
    }
    await attest()
    expect(open.validator.state().ledgers['source']).toEqual({ height: desk.source.head() })
    expect(desk.source.calls.filter((call) => call === 'header').length).toBeLessThan(60)
  })
  /** A quorum of the new set that is one of the old set too. */
  const sealersOf = (next: Buffer[], before: Buffer[]): Buffer[] => {
    const both = next.filter((key) => before.includes(key))
    return [...both, ...next.filter((key) => !before.includes(key))].slice(
      0,
      Math.ceil((2 * Math.max(next.length, before.length)) / 3),
    )
  }
  it('passes a block in which several have joined at once, by the one after it', async () => {
    const keys = [1, 2, 3, 4, 5, 6, 7, 8, 10, 11].map((n) => Buffer.alloc(32, n))
    const addresses = keys.map(addressOfKey)
    // Blocks 2 and 3 share enough with the trusted set for a gap, but block 2 stands next to it; those after share too little.
    for (let height = 2; height <= 3; height++)
      await desk.source.mine({}, { validators: addresses.slice(0, 8), sealers: keys.slice(0, 6) })
    for (let height = 4; height <= 7; height++)
      await desk.source.mine({}, { validators: addresses, sealers: keys.slice(3) })
    await attest()
    expect(open.validator.state().ledgers['source']).toEqual({ height: 7 })
  })
  it('keeps the steps it has made when the node fails on the way', async () => {
    for (let more = 0; more < 3; more++) await desk.source.mine()
    const { length } = desk.source.blocks
    desk.source.lies = { head: async () => length }
    expect(await codeOf(attest())).toBe('node answer')
    desk.source.lies = {}
    await attest()
    expect(open.validator.state().ledgers['source']).toEqual({ height: length - 1 })
  })
  it('takes no jump by a set older than the trusting period, but still shows the block it has accepted', async () => {
    const root = { ...desk.source.root(), trustingPeriodS: 600 }
    await desk.source.mine()
    await restart({ root })
    await attest()
    await restart({ root, nowS: START_S + 10_000 })
    await attest()
    await desk.source.mine()
    await desk.source.mine()
    expect(await codeOf(attest())).toBe('TRUSTING_PERIOD')
  })
  it('shows nothing while there is no block after the trusted one', async () => {
    await open.close()
    clearDesk(desk)
    desk = await createDesk()
    await begin()
    desk.source.lies = { sent: async () => [{ packet: desk.packet(1), height: 0 }] }
    expect(await codeOf(attest())).toBe('NOT_THERE')
  })
})

describe('the file of a ledger', () => {
  it('that is none of ours ends the start', async () => {
    for (const text of ['', '{', '[]', '{"root":{}}', '{"root":{"height":0,"validators":["00"]}}']) {
      writeFileSync(trustPath(), text)
      await expect(openValidator(desk)).rejects.toThrow()
    }
  })
})
