// The log of a hub that is one process: who signs and who reads, together.
import { localWake } from '../../src/hub/cluster/wake.ts'
import { type EvidenceFollower, type EvidenceOptions, followEvidence } from '../../src/hub/evidence/follower.ts'
import { EvidenceReader } from '../../src/hub/evidence/reader.ts'

export type EvidenceAlone = Omit<EvidenceReader, 'published'> & Pick<EvidenceFollower, 'step'>

/** Opens both; closing makes a last checkpoint. */
export async function evidenceFollower(options: Omit<EvidenceOptions, 'published'>): Promise<EvidenceAlone> {
  const { views, cursors, timestamps, onFault = () => {} } = options
  const reader = await EvidenceReader.open({
    views,
    cursors,
    wake: localWake(),
    stamped: timestamps !== undefined,
    onFault,
  })
  const follower = await followEvidence({ ...options, published: (checkpoint) => reader.published(checkpoint) })
  const close = async (): Promise<void> => {
    await follower.close()
    await reader.close()
  }
  return new Proxy(reader, {
    get(_, name) {
      if (name === 'step') return () => follower.step()
      if (name === 'close') return close
      const value = reader[name as keyof EvidenceReader]
      return typeof value === 'function' ? value.bind(reader) : value
    },
  }) as unknown as EvidenceAlone
}
