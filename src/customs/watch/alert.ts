// customs.alert: what supervisors and customs of one country should look at. The hub writes it; nobody sends it.
import { nothingWanted, readSchemaFile, type MessageKind } from '../../hub/index.ts'
import type { SupervisionAlert } from '../../../schemas/types.d.ts'

export const alertKind: MessageKind<SupervisionAlert> = {
  name: 'customs.alert',
  version: 1,
  schema: readSchemaFile('customs/alert.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 64 * 1024,
  senders: [],
  ageMaxMs: 24 * 3_600_000,
  // Whoever tries is told that the kind is not theirs to send, whatever is known of the certificate.
  statusAllows: ['good', 'stale', 'unknown'],
  check: () => [],
  judge: async () => nothingWanted(),
  audience: () => [],
  views: {},
}
