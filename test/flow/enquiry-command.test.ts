// `beibu enquire` as a bank uses it: asks, is told, keeps the answer, and has it verified where the hub is not.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { command } from '../../src/client/command.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { releasedDeclaration } from '../support/consignment.ts'
import { expectTaken, post } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'
import { LONG_MS } from '../support/patience.ts'

let world: World
let declaration: CustomsDeclaration
beforeAll(async () => {
  world = await openWorld()
  ;({ declaration } = await releasedDeclaration(world))
})
afterAll(() => world.close())

const at = (...parts: string[]): string => join(world.dir, 'sandbox', ...parts)

async function beibu(...args: string[]): Promise<{ exit: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []]
  const io = { out: (line: string) => void out.push(line), progress: (line: string) => void err.push(line) }
  const exit = await command(args, { ...io, env: {}, stop: new AbortController().signal })
  return { exit, out: out.join('\n'), err: err.join('\n') }
}

const enquire = (amount: string, ...more: string[]) =>
  beibu(
    'enquire',
    'declaration',
    '--as',
    at('parties', 'nanning-bank'),
    '--entry',
    declaration.entryId,
    '--consignor',
    declaration.tradeCoScc,
    '--amount',
    amount,
    '--currency',
    'USD',
    ...more,
  )

describe('beibu enquire', { timeout: LONG_MS }, () => {
  it('says yes with what is left, keeps the answer, and verify reads it offline', async () => {
    const file = at('answer.json')
    const { exit, out, err } = await enquire('320000', '--trust', at('trust.json'), '--out', file)
    expect({ exit, err }).toEqual({ exit: 0, err: '' })
    expect(out).toMatch(/verdict +yes/)
    expect(out).toMatch(/remaining +320000\.00 USD/)
    const verified = await beibu('verify', file, '--trust', at('trust.json'))
    expect(verified.exit).toBe(0)
    expect(JSON.parse(verified.out)).toMatchObject({ proof: 'verified', attestation: { verdict: 'yes' } })
    expect((await beibu('verify', file)).exit).toBe(2)
    writeFileSync(file, readFileSync(file, 'utf8').replace('"v": 1', '"v": 1, "more": 1'))
    expect((await beibu('verify', file, '--trust', at('trust.json'))).exit).toBe(1)
  })

  it('asks any enquiry by its name, with its question as JSON', async () => {
    const { entryId, tradeCoScc } = declaration
    const question = { entryId, shown: { consignor: tradeCoScc, declared: { amount: '320000.00', currency: 'USD' } } }
    const file = at('question.json')
    writeFileSync(file, JSON.stringify(question))
    const ask = (enquiry: string, from: string) =>
      beibu('enquire', enquiry, '--as', at('parties', 'nanning-bank'), '--question', from, '--trust', at('trust.json'))
    const { exit, out } = await ask('customs.declaration', file)
    expect(exit).toBe(0)
    expect(out).toMatch(/verdict +yes/)
    expect(await ask('customs.weather', file)).toMatchObject({
      exit: 1,
      err: expect.stringContaining('PARAMETER_INVALID'),
    })
    writeFileSync(file, '{')
    expect(await ask('customs.declaration', file)).toMatchObject({ exit: 64, err: expect.stringContaining('not JSON') })
  })

  it('says that it has not verified when nobody said whom to trust', async () => {
    const { exit, err } = await enquire('320000.00')
    expect(exit).toBe(0)
    expect(err).toContain('not verified')
  })

  it('ends with 2 when the hub cannot tell, and with 1 when it knows better', async () => {
    const { exit, out } = await enquire('320000.01', '--trust', at('trust.json'), '--json')
    expect(exit).toBe(2)
    expect(JSON.parse(out)).toMatchObject({ proof: 'verified', attestation: { verdict: 'unknown' } })
    const body = {
      entryId: declaration.entryId,
      cancelledAt: new Date(world.clock.now()).toISOString(),
      reason: 'withdrawn',
    }
    const to = [world.urn('guangxi-exporter'), world.urn('vietnam-customs')]
    const act = await world.compose('nanning-customs', { kind: 'customs.cancellation', to, body })
    expectTaken(await post(world, 'nanning-customs', act))
    const no = await enquire('320000.00', '--trust', at('trust.json'), '--suite', 'SM2SM3')
    expect(no.exit).toBe(1)
    expect(no.out).toMatch(/reason +cancelled/)
  })

  it.each([
    ['no number', ['enquire', 'declaration', '--as', 'X'], 'Give its number'],
    ['nothing shown', ['enquire', 'declaration', '--as', 'X', '--entry', '1'], 'show what you hold'],
    ['another subject without its question', ['enquire', 'weather', '--as', 'X'], 'what is the question?'],
    ['a suite there is not', ['enquire', 'declaration', '--as', 'X', '--entry', '1', '--suite', 'RS256'], '--suite is'],
  ])('called with %s says what to do instead', async (_what, args, said) => {
    const { exit, err } = await beibu(...args.map((arg) => (arg === 'X' ? at('parties', 'nanning-bank') : arg)))
    expect(exit).toBe(64)
    expect(err).toContain(said)
  })

  it('asked in the name of a trader is refused by the hub', async () => {
    const args = ['enquire', 'declaration', '--as', at('parties', 'guangxi-exporter'), '--entry', declaration.entryId]
    const { exit, err } = await beibu(...args, '--commitment', '0'.repeat(64))
    expect(exit).toBe(1)
    expect(err).toContain('READ_NOT_PERMITTED')
  })
})
