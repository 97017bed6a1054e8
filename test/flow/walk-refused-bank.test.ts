// A bank is refused because another has financed the goods before. Its proof holds, and says nothing whatever of the other bank.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ComposedMessage } from '../../src/client/compose.ts'
import { verifyBundle } from '../../src/hub/evidence/verify.ts'
import { financing, releasedDeclaration } from '../support/consignment.ts'
import { expectRefused, expectTaken, post, type Answer } from '../support/doors.ts'
import { spellingsOf } from '../support/kept.ts'
import { fingerprintOf } from '../support/papers.ts'
import { unfold, type Unfolded } from '../support/unfolded.ts'
import { openWorld, type World } from '../support/world.ts'

const [FIRST, SECOND] = ['nanning-bank', 'second-bank'] as const
const AMOUNT = '256123.45'
const BALANCE = '63876.55'
let world: World
/** What the second bank could know before the first has said anything: its own financing and declarations of other goods. */
let innocent: Set<string>
let firstMessages: ComposedMessage[]
let firstBundles: string[]
let refused: Answer
let refusedBundle: string
let earlier: { index: number; at: string }

const bundle = async (folder: string, index: number) => (await world.client(folder).bundle(index)).toString()

beforeAll(async () => {
  world = await openWorld()
  innocent = await beforehand()
  const { declaration } = await releasedDeclaration(world)
  const confirm = {
    kind: 'tradefinance.financing',
    to: [],
    body: { act: 'confirm', applicationId: 'FIRST-APPLICATION-77' },
  }
  firstMessages = [
    await world.compose(FIRST, financing(world, declaration, 'FIRST-APPLICATION-77', AMOUNT)),
    await world.compose(FIRST, confirm),
  ]
  const indexes: number[] = []
  for (const message of firstMessages) indexes.push(expectTaken(await post(world, FIRST, message)).body.index)
  const message = await world.compose(SECOND, financing(world, declaration, 'SECOND-APPLICATION-1', '200000.00'))
  refused = expectRefused(await post(world, SECOND, message), 'BALANCE_INSUFFICIENT')
  refusedBundle = await bundle(SECOND, refused.body.refusal!.index)
  firstBundles = await Promise.all(indexes.map((index) => bundle(FIRST, index)))
  ;({ earlier } = (JSON.parse(refusedBundle) as { refusal: { earlier: typeof earlier } }).refusal)
  expect(earlier.index).toBe(indexes[0])
})
afterAll(() => world.close())

async function beforehand(): Promise<Set<string>> {
  const { declaration, index } = await releasedDeclaration(world)
  const own = await world.compose(SECOND, financing(world, declaration, 'SECOND-APPLICATION-0', '1000.00'))
  const financed = expectTaken(await post(world, SECOND, own)).body.index
  const bundles = [await bundle('guangxi-exporter', index), await bundle(SECOND, financed)]
  return new Set(bundles.flatMap((text) => [...unfold(text).strings]))
}

describe('the bundle of the refused bank', () => {
  it('verifies, and shows the entry before that had moved the account', async () => {
    const { verdict, broken, notProved } = await verifyBundle(
      Buffer.from(refusedBundle),
      readFileSync(`${world.dir}/sandbox/trust.json`),
    )
    expect(broken).toBeUndefined()
    expect(verdict).toBe('verified')
    expect(notProved.join(' ')).toMatch(/amount/)
  })

  it('has no string in common with a bundle of the first bank but what the hub says of itself, checkpoint, index and time', () => {
    const theirs = unfold(refusedBundle).strings
    for (const text of firstBundles) {
      const { note } = (JSON.parse(text) as { checkpoint: { note: string } }).checkpoint
      const ofTheHub = unfold(JSON.stringify([note, earlier.at])).strings
      const common = [...unfold(text).strings].filter((one) => theirs.has(one))
      expect(common.length, 'the comparison sees what both have').toBeGreaterThan(20)
      expect(common.filter((one) => !innocent.has(one) && !ofTheHub.has(one))).toEqual([])
    }
  })

  it('the comparison would find a single string of the first bank', () => {
    const [first] = firstBundles as [string]
    const planted = JSON.parse(refusedBundle) as { status: { note?: string }[] }
    const salt = (JSON.parse(first) as { log: { open: { sender: string } } }).log.open.sender
    planted.status.push({ note: Buffer.from(JSON.stringify({ deep: salt })).toString('base64url') })
    const theirs = unfold(JSON.stringify(planted)).strings
    expect([...unfold(first).strings].filter((one) => theirs.has(one) && !innocent.has(one))).toContain(salt)
  })

  describe.each<[string, () => string]>([
    ['the bundle', () => refusedBundle],
    ['the answer', () => JSON.stringify(refused.body)],
  ])('in %s, in any encoding', (_where, text) => {
    const secrets = (): [string, Buffer | string][] => {
      const { card, identity } = world.party(FIRST)
      const [der] = identity.path as [Buffer]
      return [
        ['urn', card.party],
        ['its last part', card.party.split(':').at(-1)!],
        ['name', card.name],
        ['certificate', der],
        ['certificate fingerprint', Buffer.from(fingerprintOf(der), 'hex')],
        ['application', 'FIRST-APPLICATION-77'],
        ['amount', AMOUNT],
        ['amount in minor units', AMOUNT.replace('.', '')],
        ['what is left of the balance', BALANCE],
        ['what is left in minor units', BALANCE.replace('.', '')],
        ...firstMessages.flatMap(
          ({ envelope, envelopeBytes, commitment, body, signatures }): [string, Buffer | string][] => [
            ['envelope id', envelope.id],
            ['envelope id as bytes', Buffer.from(envelope.id.replaceAll('-', ''), 'hex')],
            ['envelope salt', envelope.salt],
            ['envelope', envelopeBytes],
            ['commitment', commitment],
            ['body', body],
            ['body digest', Buffer.from(envelope.body.sha256, 'hex')],
            ['signature', Buffer.from(signatures[0]!.signature, 'base64url')],
          ],
        ),
        ...firstBundles.map((one): [string, string] => [
          'receipt payload',
          (JSON.parse(one) as { receipt: { payload: string } }).receipt.payload,
        ]),
        ...firstBundles.flatMap((one): [string, string][] =>
          Object.entries((JSON.parse(one) as { log: { open: Record<string, string> } }).log.open).map(
            ([part, salt]) => [`salt of ${part}`, salt],
          ),
        ),
      ]
    }
    const holds = ({ blobs, strings }: Unfolded, secret: Buffer | string): boolean => {
      const spellings = spellingsOf(Buffer.from(secret as string))
      const texts = [...strings]
      return spellings.some(
        (one) =>
          blobs.some((blob) => blob.includes(one)) ||
          (typeof one === 'string' && texts.some((text) => text.includes(one))),
      )
    }
    it('there is nothing of the first bank', () => {
      const unfolded = unfold(text())
      for (const [name, secret] of secrets()) expect(holds(unfolded, secret), name).toBe(false)
    })
    it('though each of it is found where it belongs', () => {
      const own = unfold(
        JSON.stringify([
          ...firstBundles.map((one) => JSON.parse(one) as unknown),
          firstMessages.map(({ body }) => body.toString()),
          world.party(FIRST).card,
        ]),
      )
      const nowhere = /minor units|balance|id as bytes/
      for (const [name, secret] of secrets()) if (!nowhere.test(name)) expect(holds(own, secret), name).toBe(true)
    })
  })

  it('nor is there anything in the feed of the refused bank', async () => {
    const feed = JSON.stringify(await world.client(SECOND).feed({ limit: 500 }))
    const { strings } = unfold(feed)
    const { card } = world.party(FIRST)
    for (const secret of [card.party, card.name, AMOUNT, ...firstMessages.map(({ envelope }) => envelope.id)])
      expect([...strings].filter((one) => one.includes(secret))).toEqual([])
  })
  it('the regulator is told of the refusal, and not who came before', async () => {
    const { items } = await world.client('fx-supervision').feed({ limit: 500, kinds: ['hub.refusal'] })
    expect(items.map(({ index }) => index)).toContain(refused.body.refusal!.index)
    const { strings } = unfold(JSON.stringify(items))
    expect([...strings].filter((one) => one.includes(world.urn(FIRST)))).toEqual([])
    expect([...strings].filter((one) => one.includes(world.urn(SECOND)))).not.toEqual([])
  })
})
