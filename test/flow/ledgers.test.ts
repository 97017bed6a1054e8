// Ledgers and lanes through the front door of a hub that is connected to none: what is signed about them, what is shown, what is refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { laneId } from '../../src/crosschain/lane.ts'
import type { ShownLane, ShownLedger, ShownPacket } from '../../src/crosschain/shown.ts'
import { declared } from '../support/consignment.ts'
import { type Answer, ask, expectRefused, expectTaken, post } from '../support/doors.ts'
import {
  believe,
  LEDGERS,
  openBody,
  openLaneOf,
  OPERATOR,
  OWNERS,
  say,
  termsOf,
  trustOf,
  validatorBody,
} from '../support/ledger-acts.ts'
import { enrol } from '../support/papers.ts'
import { openWorld, type World } from '../support/world.ts'

const STRANGER = 'guangxi-exporter'
let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const codesOf = ({ body }: Answer): string[] => body.findings?.map(({ code }) => code) ?? []
const ledgers = async (): Promise<ShownLedger[]> => (await world.client(STRANGER).ledgers()).ledgers
const lane = async (id: string): Promise<ShownLane> => world.client(STRANGER).lane(id)
const trust = (folder: string, body: object) => say(world, folder, 'ledger.trust', body)
const act = (folder: string, body: object) => say(world, folder, 'ledger.lane', body)

describe('trust in a ledger', () => {
  it('is in force when the authority of its country and the operator have signed the same', async () => {
    expect(await ledgers()).toEqual([])
    const body = trustOf(LEDGERS.source)
    expectTaken(await trust(OWNERS.source, body))
    expect(await ledgers()).toEqual([{ ledger: LEDGERS.source, proposedBy: 'country', frozen: false }])
    expect(codesOf(await trust(OWNERS.source, body))).toEqual(['TRUST_SIGNED_ALREADY'])
    expectTaken(await trust(OPERATOR, body))
    const { ledger: _, ...shown } = body
    expect(await ledgers()).toEqual([{ ledger: LEDGERS.source, trust: shown, frozen: false }])
  })

  it('stays while the next one is signed by one side alone, and nothing but the next is taken', async () => {
    const next = trustOf(LEDGERS.source, { sequence: 2, consensus: 'ibft2' })
    expect(codesOf(await trust(OPERATOR, { ...next, sequence: 3 }))).toEqual(['TRUST_SEQUENCE'])
    expect(codesOf(await trust(OPERATOR, { ...next, sequence: 1 }))).toEqual(['TRUST_SEQUENCE'])
    expectTaken(await trust(OPERATOR, next))
    expect(await ledgers()).toMatchObject([{ trust: { sequence: 1 }, proposedBy: 'operator', frozen: false }])
  })

  it('is not for anybody else to sign, and is of its form', async () => {
    expect(codesOf(await trust(OWNERS.target, trustOf(LEDGERS.source, { sequence: 2 })))).toEqual(['TRUST_SIGNER'])
    expectRefused(await trust(STRANGER, trustOf(LEDGERS.target)), 'KIND_NOT_PERMITTED')
    const shapeless = { ...trustOf(LEDGERS.target), root: { height: 0, validators: [] } }
    expect(codesOf(await trust(OPERATOR, shapeless))).toEqual(['SCHEMA_MIN_ITEMS'])
  })
})

describe('a lane', () => {
  it('is proposed by one end, open by both, paused by either, resumed by who paused it, closed for good', async () => {
    const terms = termsOf(world)
    const id = laneId(terms)
    expectRefused(await ask(world, STRANGER, `/v1/lanes/${id}`), 'NOT_FOUND')
    expectTaken(await act(OWNERS.source, openBody(terms)))
    expect(await lane(id)).toEqual({ lane: id, state: 'proposed', terms, signed: ['source'], paused: [] })
    expect(codesOf(await act(OWNERS.source, openBody(terms)))).toEqual(['LANE_STATE'])
    expectTaken(await act(OWNERS.target, openBody(terms)))
    const waits = `no trust in ${LEDGERS.target} is in force`
    expect(await lane(id)).toEqual({ lane: id, state: 'open', terms, signed: ['source', 'target'], paused: [], waits })
    expect((await world.client(STRANGER).lanes()).lanes).toEqual([await lane(id)])

    const change = (what: string, folder: string) => act(folder, { lane: id, act: what, ground: 'exercise' })
    expectTaken(await change('pause', OWNERS.target))
    expect(await lane(id)).toMatchObject({ state: 'paused', paused: ['target'] })
    expect(codesOf(await change('resume', OWNERS.source))).toEqual(['LANE_STATE'])
    expectTaken(await change('resume', OWNERS.target))
    expect(await lane(id)).toMatchObject({ state: 'open', paused: [] })
    expectTaken(await change('close', OWNERS.source))
    expect(await lane(id)).toMatchObject({ state: 'closed' })
    expect(codesOf(await change('close', OWNERS.target))).toEqual(['LANE_STATE'])
  })

  it('on other terms is another lane, and terms of another id are refused', async () => {
    const terms = termsOf(world, { name: 'other-terms' })
    expectTaken(await act(OWNERS.source, openBody(terms)))
    const changed = { ...terms, threshold: 3 }
    expect(codesOf(await act(OWNERS.target, { ...openBody(changed), lane: laneId(terms) }))).toEqual([
      'LANE_ID_DIFFERS',
    ])
    expectTaken(await act(OWNERS.target, openBody(changed)))
    expect((await lane(laneId(terms))).state).toBe('proposed')
    expect(await lane(laneId(changed))).toMatchObject({ state: 'proposed', signed: ['target'] })
  })

  it.each<[string, (terms: ReturnType<typeof termsOf>) => object, string]>([
    ['of which the other end is the same gateway', ({ source }) => ({ target: { ...source } }), 'LANE_ENDS_ALIKE'],
    [
      'with an owner of another country',
      ({ source, target }) => ({ source: { ...source, owner: target.owner } }),
      'LANE_OWNER_COUNTRY',
    ],
    ['that wants more operators than signatures', () => ({ operators: 3 }), 'LANE_OPERATORS'],
  ])('%s is refused', async (_what, changeOf, code) => {
    const terms = { ...termsOf(world, { name: 'refused' }), ...changeOf(termsOf(world)) }
    expect(codesOf(await act(OWNERS.source, openBody(terms)))).toContain(code)
    expectRefused(await ask(world, STRANGER, `/v1/lanes/${laneId(terms)}`), 'NOT_FOUND')
  })

  it('is acted on by the owners of its ends alone, not before it is known; the operator may pause it', async () => {
    const terms = termsOf(world, { name: 'owners-alone' })
    expect(codesOf(await act(OPERATOR, openBody(terms)))).toEqual(['LANE_NOT_OWNER'])
    const pause = { lane: laneId(terms), act: 'pause', ground: 'exercise' }
    expect(codesOf(await act(OWNERS.source, pause))).toEqual(['LANE_UNKNOWN'])
    await openLaneOf(world, terms)
    expectRefused(await act(STRANGER, pause), 'KIND_NOT_PERMITTED')
    expect((await lane(laneId(terms))).state).toBe('open')
    expect(codesOf(await act(OPERATOR, { ...pause, act: 'close' }))).toEqual(['LANE_NOT_OWNER'])
    expectTaken(await act(OPERATOR, pause))
    expect(await lane(laneId(terms))).toMatchObject({ state: 'paused', paused: ['operator'] })
    expect(codesOf(await act(OWNERS.source, { ...pause, act: 'resume' }))).toEqual(['LANE_STATE'])
    expectTaken(await act(OPERATOR, { ...pause, act: 'resume' }))
    expect((await lane(laneId(terms))).state).toBe('open')
  })
})

describe('a relay validator', () => {
  const KEY = Buffer.alloc(32, 0x61)
  const enter = (folder: string, body: object) => say(world, folder, 'ledger.validator', body)

  it('is entered by the party its key has signed for, and by no other', async () => {
    const own = validatorBody(world.urn('nanning-bank'), KEY)
    expect(codesOf(await enter('second-bank', own))).toEqual(['VALIDATOR_POSSESSION'])
    expectTaken(await enter('nanning-bank', own))
    expect(codesOf(await enter('second-bank', validatorBody(world.urn('second-bank'), KEY)))).toEqual([
      'VALIDATOR_TAKEN',
    ])
    expectTaken(await enter('nanning-bank', { ...own, state: 'withdrawn' }))
  })
})

describe('what only a ledger proves', () => {
  it.each(['packet', 'receipt', 'event', 'freeze'])('as a ledger.%s is sent by no party', async (stem) => {
    const body = (await import(`../../fixtures/ledger/valid/${stem}.json`, { with: { type: 'json' } })) as {
      default: object
    }
    for (const folder of [STRANGER, OPERATOR, OWNERS.source])
      expectRefused(await say(world, folder, `ledger.${stem}`, body.default), 'KIND_NOT_PERMITTED')
  })
})

describe('what is shown', () => {
  const PATHS = ['/v1/ledgers', '/v1/lanes', `/v1/lanes/${'0'.repeat(64)}`, `/v1/lanes/${'0'.repeat(64)}/packets`]

  it.each([...PATHS, '/v1/messages/0/relayed'])('at %s is for sessions only', async (path) => {
    expectRefused(await ask(world, undefined, path), 'SESSION_REQUIRED')
  })

  it('of the packets of a lane: to the owners of its ends and the operator', async () => {
    const id = await openLaneOf(world, termsOf(world, { name: 'shown-to' }))
    for (const folder of [OWNERS.source, OWNERS.target, OPERATOR])
      expect((await ask(world, folder, `/v1/lanes/${id}/packets`)).body).toEqual({ lane: id, packets: [] })
    for (const folder of [STRANGER, 'th-register-office', 'customs-supervision'])
      expectRefused(await ask(world, folder, `/v1/lanes/${id}/packets`), 'READ_NOT_PERMITTED')
    const { client } = await enrol(world, 'urn:hub:vn:operator:other-hub', 'vn-p256')
    await expect(client.packets(id)).rejects.toMatchObject({ problem: { code: 'READ_NOT_PERMITTED' } })
    expectRefused(await ask(world, OPERATOR, `/v1/lanes/${'0'.repeat(64)}/packets`), 'NOT_FOUND')
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'from=-1', 'from=1&from=2'])
      expectRefused(await ask(world, OPERATOR, `/v1/lanes/${id}/packets?${query}`), 'PARAMETER_INVALID')
  })

  it('of the packets of a message: to whoever may see the message, to a regulator for a purpose', async () => {
    const { index } = expectTaken(await post(world, STRANGER, await world.compose(STRANGER, declared(world)))).body
    const path = `/v1/messages/${index}/relayed`
    const relayed = { index, relayed: [] as ShownPacket[] }
    for (const folder of [STRANGER, 'nanning-customs']) expect((await ask(world, folder, path)).body).toEqual(relayed)
    expectRefused(await ask(world, 'nanning-bank', path), 'NOT_FOUND')
    expectRefused(await ask(world, 'customs-supervision', path), 'PURPOSE_REQUIRED')
    const headers = { 'hub-purpose': 'audit; ref="case 7"' }
    expect((await ask(world, 'customs-supervision', path, { headers })).body).toEqual(relayed)
    expectRefused(await ask(world, STRANGER, '/v1/messages/999999/relayed'), 'NOT_FOUND')
    expectRefused(await ask(world, STRANGER, '/v1/messages/x/relayed'), 'PARAMETER_INVALID')
  })

  it('holds every act that was answered before, though others are on their way', async () => {
    const busy = Array.from({ length: 40 }, async () =>
      expectTaken(await post(world, STRANGER, await world.compose(STRANGER, declared(world)))),
    )
    for (let n = 0; n < 10; n++) {
      const terms = termsOf(world, { name: `busy-${n}` })
      expectTaken(await act(OWNERS.source, openBody(terms)))
      expect(await lane(laneId(terms))).toMatchObject({ state: 'proposed' })
    }
    await Promise.all(busy)
  })

  it('is the same after a restart', async () => {
    await believe(world, trustOf(LEDGERS.target))
    const shown = async () => [await ledgers(), (await world.client(STRANGER).lanes()).lanes]
    const before = await shown()
    expect(before[1]!.length).toBeGreaterThan(10)
    await world.restart()
    expect(await shown()).toEqual(before)
  })
})
