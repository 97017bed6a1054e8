// The desk of a bank that sends the smallest good message there is, and the same message spoilt in one place.
import { messageFile, type ComposedMessage, type MessageFile } from '../../src/client/compose.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import type { Envelope } from '../../src/hub/message/envelope.ts'
import { receivedOne } from './consignment.ts'
import { signed } from './doors.ts'
import type { World } from './world.ts'

export const BANK = 'nanning-bank'

export interface Desk {
  bank: ClientIdentity
  composed(more?: object): Promise<ComposedMessage>
  file(more?: object): Promise<MessageFile>
  /** A signed message whose envelope or body text is what `change` makes of a good one; digests fit the body. */
  rewritten(change: {
    envelope?: (good: Envelope) => string | Buffer
    body?: (good: string) => string | Buffer
  }): Promise<MessageFile>
}

export function deskOf(world: World): Desk {
  const bank = world.party(BANK).identity
  const composed = (more: object = {}): Promise<ComposedMessage> =>
    world.compose(BANK, { ...receivedOne(world, bank.party), ...more })
  return {
    bank,
    composed,
    file: async (more) => messageFile(await composed(more)),
    async rewritten(change) {
      const good = await composed()
      const body = Buffer.from(change.body?.(good.body.toString()) ?? good.body)
      const { envelope } = await composed({ body })
      return signed(bank, change.envelope?.(envelope) ?? JSON.stringify(envelope), body)
    },
  }
}
