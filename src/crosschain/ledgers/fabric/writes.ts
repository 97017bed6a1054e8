// What transactions write: public keys, and of private collections the hashes. The updates of a block in the form peers hash.
import { readEnvelope, TRANSACTION } from './envelope.ts'
import { decode, messages } from './messages.ts'
import { readActions } from './transaction.ts'

/** One write; an empty value deletes. `collection` is empty for public keys, and key and value are hashes in a collection. */
interface Write {
  namespace: Buffer
  collection: Buffer
  key: Buffer
  value: Buffer
  /** Number of the transaction in its block. */
  transaction: number
}

/** The last write of each key, by namespace, collection and key. */
export type Updates = Map<string, Write>

/** Thrown where the updates do not follow from the block: they rest on the state before it, or one transaction writes a key twice. */
export class StateNeeded extends Error {}

/**
 * Takes over the writes of one transaction; other types write nothing that counts here.
 * Throws BlockRefused, or StateNeeded where only the metadata of a key changes (its value is then that of an earlier block).
 */
export function applyWrites(updates: Updates, envelopeBytes: Uint8Array, transaction: number): void {
  const envelope = readEnvelope(envelopeBytes)
  if (envelope.type !== TRANSACTION) return
  for (const { results } of readActions(envelope)) {
    const set = decode(messages.TxReadWriteSet, results, 'ENVELOPE', 'the read and write set')
    const written = new Set<string>()
    const put = (write: Write) => {
      const id = idOf(write)
      if (written.has(id)) throw new StateNeeded()
      written.add(id)
      updates.set(id, write)
    }
    for (const space of set.getNsRwsetList()) applySpace(put, space, transaction)
    for (const id of metadataKeys(set)) if (!written.has(id)) throw new StateNeeded()
  }
}

/** The namespaces a read and write set writes to, its metadata and collections included. Throws BlockRefused ENVELOPE. */
export function writtenNamespaces(results: Uint8Array): string[] {
  const set = decode(messages.TxReadWriteSet, results, 'ENVELOPE', 'the read and write set')
  return set.getNsRwsetList().flatMap((space) => {
    const writes = readWrites(space)
    const hashed = space.getCollectionHashedRwsetList().map((one) => readHashedWrites(one.getHashedRwset_asU8()))
    const count =
      writes.getWritesList().length +
      writes.getMetadataWritesList().length +
      hashed.reduce((sum, one) => sum + one.getHashedWritesList().length + one.getMetadataWritesList().length, 0)
    return count > 0 ? [space.getNamespace()] : []
  })
}

type Space = InstanceType<typeof messages.NsReadWriteSet>

function applySpace(put: (write: Write) => void, space: Space, transaction: number): void {
  const namespace = Buffer.from(space.getNamespace())
  for (const write of readWrites(space).getWritesList()) {
    const value = write.getIsDelete() ? EMPTY : Buffer.from(write.getValue_asU8())
    put({ namespace, collection: EMPTY, key: Buffer.from(write.getKey()), value, transaction })
  }
  for (const hashed of space.getCollectionHashedRwsetList()) {
    for (const write of readHashedWrites(hashed.getHashedRwset_asU8()).getHashedWritesList()) {
      const gone = write.getIsDelete() || write.getIsPurge()
      put({
        namespace,
        collection: Buffer.from(hashed.getCollectionName()),
        key: Buffer.from(write.getKeyHash_asU8()),
        value: gone ? EMPTY : Buffer.from(write.getValueHash_asU8()),
        transaction,
      })
    }
  }
}

function metadataKeys(set: InstanceType<typeof messages.TxReadWriteSet>): string[] {
  return set.getNsRwsetList().flatMap((space) => {
    const namespace = Buffer.from(space.getNamespace())
    const keys = readWrites(space)
      .getMetadataWritesList()
      .map((write) => idOf({ namespace, collection: EMPTY, key: Buffer.from(write.getKey()) }))
    const hashed = space.getCollectionHashedRwsetList().flatMap((one) =>
      readHashedWrites(one.getHashedRwset_asU8())
        .getMetadataWritesList()
        .map((write) =>
          idOf({
            namespace,
            collection: Buffer.from(one.getCollectionName()),
            key: Buffer.from(write.getKeyHash_asU8()),
          }),
        ),
    )
    return [...keys, ...hashed]
  })
}

const EMPTY = Buffer.alloc(0)
const idOf = ({ namespace, collection, key }: Pick<Write, 'namespace' | 'collection' | 'key'>): string =>
  `${namespace.toString('hex')}/${collection.toString('hex')}/${key.toString('hex')}`
const readWrites = (space: Space) => decode(messages.KVRWSet, space.getRwset_asU8(), 'ENVELOPE', 'a write set')
const readHashedWrites = (bytes: Uint8Array) => decode(messages.HashedRWSet, bytes, 'ENVELOPE', 'a write set')

/**
 * The updates of a block as peers hash them: sorted by namespace, collection and key, names only where they change.
 * Fields: 1 namespace, 2 collection, 3 key, 4 is deleted, 5 value, 6 version (block and transaction).
 */
export function updateBytes(updates: Updates, blockNumber: number): Buffer {
  const sorted = [...updates.values()].toSorted(
    (one, other) =>
      Buffer.compare(one.namespace, other.namespace) ||
      Buffer.compare(one.collection, other.collection) ||
      Buffer.compare(one.key, other.key),
  )
  // The channel configuration is kept under the empty namespace and left out.
  const counted = sorted.filter(({ namespace }) => namespace.length > 0)
  return Buffer.concat(
    counted.map((write, at) => {
      const before = counted[at - 1]
      const newSpace = !before?.namespace.equals(write.namespace)
      const newCollection = newSpace || !before?.collection.equals(write.collection)
      return field(
        1,
        Buffer.concat([
          field(1, newSpace ? write.namespace : EMPTY),
          field(2, newCollection ? write.collection : EMPTY),
          field(3, write.key),
          write.value.length === 0 ? DELETED : EMPTY,
          field(5, write.value),
          field(6, Buffer.concat([orderedNumber(blockNumber), orderedNumber(write.transaction)])),
        ]),
      )
    }),
  )
}

const DELETED = Buffer.from([4 << 3, 1])

/** A field of bytes; an empty one is left out. */
const field = (number: number, bytes: Buffer): Buffer =>
  bytes.length === 0 ? EMPTY : Buffer.concat([Buffer.from([(number << 3) | 2]), varint(bytes.length), bytes])

export function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; bytes.length === 0 || rest > 0; rest = Math.floor(rest / 128))
    bytes.push((rest % 128) | (rest >= 128 ? 0x80 : 0))
  return Buffer.from(bytes)
}

/** A number behind the count of its bytes, so that bytes sort as numbers do; zero has none. */
function orderedNumber(value: number): Buffer {
  if (value === 0) return Buffer.from([0])
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
  return Buffer.concat([Buffer.from([bytes.length]), bytes])
}
