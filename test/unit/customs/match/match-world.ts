// A world with the documents of one consignment in its journal, and what customs would state of them.
import type { CustomsDeclaration, CustomsMatch, WcoDeclaration } from '../../../../schemas/types.d.ts'
import { declarationKey } from '../../../../src/customs/declaration-head.ts'
import { matchDocuments } from '../../../../src/customs/match/index.ts'
import { wcoKey } from '../../../../src/customs/wco/wco-head.ts'
import { commitmentOf, PARTIES, type World } from '../fake-views.ts'
import { exported, packed, UCR, wcoImported } from './consignment.ts'

const { trader, customsCn, customsVn } = PARTIES
export const IMPORTER = 'urn:hub:vn:trader:example-importer'

/** The import declaration of the consignment, with another number of packages. */
export const otherPackages = (): WcoDeclaration => ({ ...wcoImported(), totalPackageQuantity: '604' })

/** Puts both declarations and the packing list into the journal, as entries 0 to 2; gives the match of them. */
export function stated(world: World): CustomsMatch {
  const documents = { exportDeclaration: exported(), importDeclaration: otherPackages(), packingList: packed() }
  const named = [
    ['exportDeclaration', 'customs.declaration', trader],
    ['importDeclaration', 'customs.wco-declaration', IMPORTER],
    ['packingList', 'customs.packing-list', trader],
  ] as const
  return {
    ucr: UCR,
    documents: named.map(([document, kind, from], at) => ({
      document,
      kind,
      from,
      id: put(world, kind, documents[document], from, [customsCn]),
      commitment: commitmentOf(at),
    })),
    report: matchDocuments(documents),
  }
}

/** An entry told to these parties, with the head that it would have moved; gives its id. */
export function put(world: World, kind: string, body: unknown, from: string, readers: string[]): string {
  const index = world.entries.length
  const id = `id-${index}`
  world.filed.push({ kind, from, id, readers: [from, ...readers] })
  const envelope = { kind, from, to: readers, id } as never
  world.entries.push({ index, atMs: world.nowMs, kind, sender: from, envelope, body })
  const act = { from, customs: customsCn, version: 1, state: 'declared' }
  if (kind === 'customs.declaration') {
    const { entryId, ieFlag } = body as CustomsDeclaration
    world.heads.set(declarationKey(world.views, entryId), { version: 1, index, value: { ...act, ieFlag } })
  } else if (kind === 'customs.wco-declaration') {
    const { id: number, functionCode } = body as WcoDeclaration
    const key = wcoKey(world.views, 'VN', number)
    const { version = 0, value } = world.heads.get(key) ?? {}
    const stands = /^[459]$/.test(functionCode)
    const moved = {
      ...act,
      customs: customsVn,
      version: Number(value?.['version'] ?? 0) + (stands ? 1 : 0),
      declaration: value?.['declaration'] ?? index,
      standing: stands ? index : value!['standing']!,
    }
    world.heads.set(key, { version: version + 1, index, value: moved })
  }
  return id
}
