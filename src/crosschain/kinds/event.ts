// ledger.event: a log of a contract that needs no change to be listened to. Told to the party the operator has named for it.
import type { LedgerEvent } from '../../../schemas/types.d.ts'
import { nothingWanted, readSchemaFile, type MessageKind } from '../../hub/index.ts'
import { finding } from '../codes.ts'
import { headOf, type LedgerValue } from '../state.ts'
import { found, proved } from './small.ts'

export const eventKind: MessageKind<LedgerEvent> = {
  ...proved,
  bodyMaxBytes: 32 * 1024,
  name: 'ledger.event',
  schema: readSchemaFile('ledger/event.v1.json'),
  check: () => [],
  async judge({ body: { ledger } }, views) {
    const { key, version, index, value } = await headOf<LedgerValue>(views, 'ledger', ledger)
    if (!value?.trust) return found(finding('LEDGER_UNKNOWN', '/ledger', { ledger }))
    if (value.frozen) return found(finding('LEDGER_FROZEN', '/ledger', { ledger, index: index! }))
    return { ...nothingWanted(), expects: [{ key, version }] }
  },
  audience: ({ body }) => [{ party: body.to, view: 'full' }],
  quiet: true,
}
