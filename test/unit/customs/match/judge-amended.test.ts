// A stated match of a declaration that customs has amended since it was filed: in which version it is compared, and what is said of an older one.
import { beforeEach, expect, it } from 'vitest'
import type { CustomsAmendment, CustomsMatch } from '../../../../schemas/types.d.ts'
import { asAmended } from '../../../../src/customs/amended-declaration.ts'
import { amendedKey, declarationKey } from '../../../../src/customs/declaration-head.ts'
import { matchDocuments, matchKinds } from '../../../../src/customs/match/index.ts'
import type { MessageKind } from '../../../../src/hub/index.ts'
import { commitmentOf, PARTIES, World, type Sent } from '../fake-views.ts'
import { exported, packed } from './consignment.ts'
import { IMPORTER, otherPackages, put, stated } from './match-world.ts'

const [, matchKind] = matchKinds as [unknown, MessageKind<CustomsMatch>]
const { trader, customsCn, customsVn } = PARTIES

let world: World
let body: CustomsMatch
beforeEach(() => {
  world = new World()
  body = stated(world)
})

const say = (
  change: (body: CustomsMatch) => void = () => undefined,
  sent: Sent = { from: customsCn, to: [trader, customsVn] },
) => {
  const copy = structuredClone(body)
  change(copy)
  return world.say(matchKind, copy, sent)
}

const amendment = (version: number, changes: CustomsAmendment['changes']): CustomsAmendment => ({
  entryId: exported().entryId,
  version,
  reason: 'x',
  changes,
})
const second = amendment(2, [{ path: '/packNo', from: '640', to: '604' }])
const third = amendment(3, [{ path: '/noteS', to: 'x' }])

/** Customs amends; the head counts up. Gives the name of the message. */
function amend(act: CustomsAmendment, readers: string[] = [trader]) {
  const index = world.entries.length
  const id = put(world, 'customs.amendment', act, customsCn, readers)
  const key = declarationKey(world.views, exported().entryId)
  const { version, value } = world.heads.get(key)!
  const moved = { ...value, version: act.version, declaration: 0 }
  world.heads.set(key, { version: version + 1, index, value: moved })
  const told = amendedKey(world.views, act.entryId, act.version)
  for (const reader of [customsCn, ...readers])
    world.heads.set(world.views.key('told', told, reader), { version: 1, index, value: { told: true } })
  return { version: act.version, from: customsCn, id, commitment: commitmentOf(index) }
}
const reportOf = (...acts: CustomsAmendment[]) =>
  matchDocuments({
    exportDeclaration: asAmended(exported(), acts)!,
    importDeclaration: otherPackages(),
    packingList: packed(),
  })
const amendedBy = (amendments: ReturnType<typeof amend>[], report: CustomsMatch['report']) => (one: CustomsMatch) => {
  one.documents[0]!.amendments = amendments
  one.report = report
}

it('is taken as amended, refers to the amendments, and rests on the heads that say that nothing newer stands', async () => {
  const names = [amend(second), amend(third)]
  const report = reportOf(third, second)
  expect(report.documents[0]).toEqual({ document: 'exportDeclaration', version: 3 })
  const key = declarationKey(world.views, exported().entryId)
  expect(await say(amendedBy(names, report))).toMatchObject({
    result: 'accepted',
    judgement: { refers: [0, 3, 4, 1, 2], expects: [{ key, version: 3 }, { version: 1 }] },
  })
})

it('says in which version it was compared and which one stands', async () => {
  const first = amend(second)
  const outdated = await say()
  expect(outdated).toMatchObject({ findings: ['MATCH_OUTDATED'] })
  expect(outdated.judgement.findings).toMatchObject([
    {
      path: '/documents/0',
      message: 'The exportDeclaration is compared in version 1; customs has amended it, and version 2 stands.',
    },
  ])
  amend(third)
  const { judgement } = await say(amendedBy([first], reportOf(second)))
  expect(judgement.findings).toMatchObject([{ code: 'MATCH_OUTDATED', params: { value: 2, expected: 3 } }])
})

it('is not taken with a report of the declaration as filed', async () => {
  const filed = { ...body.report, documents: reportOf(second).documents }
  expect(await say(amendedBy([amend(second)], filed))).toMatchObject({ findings: ['MATCH_DIFFERS'] })
})

it('finds an amendment of another declaration, and amendments that leave no declaration', async () => {
  const other = amend({ ...second, entryId: '720820260000000102' })
  expect(await say(amendedBy([other], reportOf(second)))).toMatchObject({ findings: ['MATCH_AMENDMENT_OTHER'] })
  const empty = amend(amendment(2, [{ path: '/items/7/gName', to: 'x' }]))
  expect(await say(amendedBy([empty], reportOf(second)))).toMatchObject({ findings: ['MATCH_AMENDED_INVALID'] })
})

it('cannot tell of an amendment that is another than its name says, or erased', async () => {
  const name = amend(second)
  const cannotTell = { refusal: { code: 'NOT_KNOWN_HERE', rule: 'match-documents-known' } }
  const named = (one: typeof name) => say(amendedBy([one], reportOf(second)))
  expect(await named({ ...name, version: 3 })).toMatchObject(cannotTell)
  expect(await named({ ...name, commitment: commitmentOf(9) })).toMatchObject(cannotTell)
  world.erase(3)
  expect(await named(name)).toMatchObject(cannotTell)
})

it('cannot tell an authority that was not told of the newest version; one that was is told', async () => {
  // Customs abroad has the declarations, not the packing list.
  for (const one of world.filed) one.readers.push(customsVn)
  body.documents.pop()
  const report = matchDocuments({ exportDeclaration: exported(), importDeclaration: otherPackages() })
  const abroad = () => say((one) => (one.report = report), { from: customsVn, to: [customsCn] })
  amend(second, [trader])
  expect(await abroad()).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE', rule: 'match-documents-known' } })
  amend(third, [trader, customsVn])
  expect(await abroad()).toMatchObject({ findings: ['MATCH_OUTDATED'] })
  // Whatever customs does next with the declaration.
  const key = declarationKey(world.views, exported().entryId)
  const head = world.heads.get(key)!
  const index = world.entries.length
  put(world, 'customs.release', {}, customsCn, [])
  world.heads.set(key, { ...head, version: head.version + 1, index })
  expect(await abroad()).toMatchObject({ findings: ['MATCH_OUTDATED'] })
})

it('is of the declaration of a partner country that its declarant sent last', async () => {
  const changed = { ...otherPackages(), functionCode: '5' }
  put(world, 'customs.wco-declaration', changed, IMPORTER, [customsCn, customsVn])
  expect(await say()).toMatchObject({ findings: ['MATCH_REPLACED'] })
  const named = { ...body.documents[1]!, id: 'id-3', commitment: commitmentOf(3) }
  expect(await say((one) => (one.documents[1] = named))).toMatchObject({ result: 'accepted' })
  // A later request that changes nothing moves the head; what is replaced stays replaced, and what stands, stands.
  put(world, 'customs.wco-declaration', { ...changed, functionCode: '13' }, IMPORTER, [customsCn, customsVn])
  expect(await say()).toMatchObject({ findings: ['MATCH_REPLACED'] })
  expect(await say((one) => (one.documents[1] = named))).toMatchObject({ result: 'accepted' })
  // Where the one that stands is erased, nobody can tell whom it was told to.
  world.erase(3)
  expect(await say()).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE' } })
})

it('cannot tell an authority that was not told of a replacement', async () => {
  const changed = { ...otherPackages(), functionCode: '5' }
  put(world, 'customs.wco-declaration', changed, IMPORTER, [customsVn])
  expect(await say()).toMatchObject({ refusal: { code: 'NOT_KNOWN_HERE' } })
})
