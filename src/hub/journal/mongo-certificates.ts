// Certificates on MongoDB: each once, by its fingerprint.
import type { Collection } from 'mongodb'
import { bufferOf } from './mongo-entry.ts'
import { duplicatesIn } from './mongo-faults.ts'
import type { WriteBatch } from './store.ts'

export interface CertificateDocument {
  _id: string
  der: Buffer
}

export function mongoCertificates(certificates: Collection<CertificateDocument>) {
  const known = new Set<string>()
  return {
    async keep(batch: WriteBatch['certificates']): Promise<void> {
      const fresh = [...batch].filter(([fingerprint]) => !known.has(fingerprint))
      if (fresh.length === 0) return
      const documents = fresh.map(([_id, der]) => ({ _id, der }))
      await certificates.insertMany(documents, { ordered: false }).catch(duplicatesIn)
      for (const [fingerprint] of fresh) known.add(fingerprint)
    },
    async read(fingerprint: string): Promise<Buffer | undefined> {
      const found = await certificates.findOne({ _id: fingerprint })
      return found ? bufferOf(found.der) : undefined
    },
    async list(after: string, limit: number): Promise<{ fingerprint: string; der: Buffer }[]> {
      const found = await certificates
        .find({ _id: { $gt: after } }, { batchSize: limit })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ _id, der }) => ({ fingerprint: _id, der: bufferOf(der) }))
    },
  }
}
