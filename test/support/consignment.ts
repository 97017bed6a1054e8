// Documents of made-up consignments, each under a number of its own, and the messages that carry them.
import { application, electronics, release } from '../../src/client/demo/documents.ts'
import type { Composition } from '../../src/client/compose.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { expectTaken, post } from './doors.ts'
import type { World } from './world.ts'

type Document = Pick<Composition, 'kind' | 'to'> & { body: object }

let serial = 0

/** A declaration that nobody has filed yet: USD 320,000.00 of electronics. */
export const newDeclaration = (world: World): CustomsDeclaration => electronics(world.clock.now(), ++serial)

/** A declaration as the exporter sends it to the customs of both sides. */
export const declared = (world: World, body: object = newDeclaration(world)): Document => ({
  kind: 'customs.declaration',
  to: [world.urn('nanning-customs'), world.urn('vietnam-customs')],
  body,
})

/** A release as the customs of the declaration sends it. */
export const released = (world: World, declaration: CustomsDeclaration): Document => ({
  kind: 'customs.release',
  to: [world.urn('guangxi-exporter'), world.urn('vietnam-customs')],
  body: release(declaration, world.clock.now() - 1_000),
})

/** An application of a bank for part of a declaration. */
export const financing = (
  world: World,
  declaration: CustomsDeclaration,
  applicationId: string,
  amount = '256000.00',
): Document => ({
  kind: 'tradefinance.financing',
  to: [],
  body: application(declaration, { applicationId, amount, currency: 'USD' }, world.clock.now()),
})

/** The smallest message any party may send, as often as it likes: that it has received the first item of its own feed. */
export const receivedOne = (world: World, party: string): Document => ({
  kind: 'hub.acknowledgement',
  to: [],
  body: { feed: party, epoch: 1, from: 1, to: 1, root: world.firstRoot(party) },
})

/** Files and releases a new declaration; gives it and the index it was filed at. */
export async function releasedDeclaration(world: World): Promise<{ declaration: CustomsDeclaration; index: number }> {
  const declaration = newDeclaration(world)
  const filed = await world.compose('guangxi-exporter', declared(world, declaration))
  const { body } = expectTaken(await post(world, 'guangxi-exporter', filed))
  expectTaken(
    await post(world, 'nanning-customs', await world.compose('nanning-customs', released(world, declaration))),
  )
  return { declaration, index: body.index }
}
