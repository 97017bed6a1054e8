// Commit hashes: made here as a peer makes them, byte by byte, so that the product is compared with something that is not itself.
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { FabricBlock } from '../../../../src/crosschain/ledgers/fabric/block.ts'
import { CommitHashes } from '../../../../src/crosschain/ledgers/fabric/commit-hash.ts'
import { messages } from '../../../../src/crosschain/ledgers/fabric/messages.ts'
import { makeBlock, makeTransaction } from '../../../support/fabric-blocks.ts'
import { type Member, organisation, START_MS } from '../../../support/fabric-organisations.ts'

interface Written {
  namespace: string
  key: string
  value?: string
  collection?: string
  /** Metadata of the key besides, or instead. */
  metadata?: 'too' | 'only'
}

function resultsOf(writes: readonly Written[]): Buffer {
  const set = new messages.TxReadWriteSet()
  for (const { namespace, key, value, collection, metadata } of writes) {
    const space = new messages.NsReadWriteSet()
    space.setNamespace(namespace)
    if (collection === undefined) {
      const inside = new messages.KVRWSet()
      const write = new messages.KVWrite()
      write.setKey(key)
      if (value === undefined) write.setIsDelete(true)
      else write.setValue(Buffer.from(value))
      if (metadata !== 'only') inside.setWritesList([write])
      const changed = new messages.KVMetadataWrite()
      changed.setKey(key)
      if (metadata) inside.setMetadataWritesList([changed])
      space.setRwset(inside.serializeBinary())
    } else {
      const inside = new messages.HashedRWSet()
      const write = new messages.KVWriteHash()
      write.setKeyHash(Buffer.from(key))
      if (value === undefined) write.setIsDelete(true)
      else write.setValueHash(Buffer.from(value))
      inside.setHashedWritesList([write])
      const hashed = new messages.CollectionHashedReadWriteSet()
      hashed.setCollectionName(collection)
      hashed.setHashedRwset(inside.serializeBinary())
      space.setCollectionHashedRwsetList([hashed])
    }
    set.addNsRwset(space)
  }
  return Buffer.from(set.serializeBinary())
}

/** One write in hex, from its fields: 0a namespace, 12 collection, 1a key, 20 deleted, 2a value, 32 version (block 1, transaction 0 or 1). */
const written = (...fieldsHex: string[]): string => {
  const fields = fieldsHex.join('')
  return `0a${(fields.length / 2).toString(16).padStart(2, '0')}${fields}`
}
const sha = (hex: string): string => createHash('sha256').update(Buffer.from(hex, 'hex')).digest('hex')
const metadataOf = (hashHex: string): Buffer => {
  const metadata = new messages.Metadata()
  metadata.setValue(Buffer.from(hashHex, 'hex'))
  return Buffer.from(metadata.serializeBinary())
}
const withHash = (block: FabricBlock, hashHex: string): FabricBlock => ({
  ...block,
  metadata: block.metadata.with(4, metadataOf(hashHex)),
})

describe('commit hashes', async () => {
  const org = await organisation('SellerMSP')
  const creator: Member = await org.member('client')
  const transaction = (...writes: Written[]) =>
    makeTransaction({ atMs: START_MS, creator, endorsers: [], results: resultsOf(writes) })
  const genesis = makeBlock(undefined, { data: [Buffer.from('configuration')] })
  const blockWith = (data: Buffer[], flags = new Uint8Array(data.length)) => makeBlock(genesis, { data, flags })
  /** What is found of block 1 with this hash. */
  const foundOf = (block: FabricBlock, hashHex: string) => {
    const hashes = new CommitHashes()
    hashes.follow(genesis)
    return hashes.follow(withHash(block, hashHex))
  }

  it('follow from flags, sorted writes, deletions, collections and versions', () => {
    const block = blockWith([
      transaction(
        { namespace: 'b', key: 'k', value: 'old' },
        { namespace: 'b', collection: 'c', key: 'h', value: 'v' },
        { namespace: 'b', collection: 'a', key: 'h' },
      ),
      transaction(
        { namespace: 'b', key: 'k', value: 'new' },
        { namespace: 'a', key: 'z' },
        { namespace: '', key: 'x', value: 'y' },
      ),
    ])
    const updates = [
      written('0a0161', '1a017a', '2001', '320401010101'),
      written('0a0162', '1a016b', '2a036e6577', '320401010101'),
      written('120161', '1a0168', '2001', '3203010100'),
      written('120163', '1a0168', '2a0176', '3203010100'),
    ].join('')
    expect(foundOf(block, sha(`020000${updates}`))).toBe('same')
    expect(foundOf(block, sha(`020001${updates}`))).toBe('differs')
  })

  it('leave out what the flags call invalid', () => {
    const data = [
      transaction({ namespace: 'a', key: 'k', value: 'v' }),
      transaction({ namespace: 'a', key: 'l', value: 'w' }),
    ]
    const first = written('0a0161', '1a016b', '2a0176', '3203010100')
    expect(foundOf(blockWith(data, Uint8Array.of(0, 11)), sha(`02000b${first}`))).toBe('same')
    expect(foundOf(blockWith(data, Uint8Array.of(11, 0)), sha(`02000b${first}`))).toBe('differs')
  })

  it('cannot be told where a key changes in its metadata alone, and can where its value comes along', () => {
    const both = blockWith([transaction({ namespace: 'a', key: 'k', value: 'v', metadata: 'too' })])
    expect(foundOf(both, sha(`0100${written('0a0161', '1a016b', '2a0176', '3203010100')}`))).toBe('same')
    const only = blockWith([transaction({ namespace: 'a', key: 'k', metadata: 'only' })])
    expect(foundOf(only, '00'.repeat(32))).toBe('untold')
  })

  it('go on after a damaged one, on the hash that should have stood there', () => {
    const first = blockWith([transaction()])
    const right = sha('0100')
    const next = makeBlock(first, { data: [transaction()] })
    const hashes = new CommitHashes()
    hashes.follow(genesis)
    expect(hashes.follow(withHash(first, '00'.repeat(32)))).toBe('differs')
    expect(hashes.follow(withHash(next, sha(`0100${right}`)))).toBe('same-empty')
    expect(hashes.follow(makeBlock(next, { data: [transaction()] }))).toBe('missing')
  })

  it('cannot be told before there is one, or behind an unreadable block', () => {
    const hashes = new CommitHashes()
    hashes.follow(genesis)
    expect(hashes.follow(blockWith([transaction()]))).toBe('none')
    hashes.lose()
    expect(hashes.follow(withHash(blockWith([transaction()]), '00'.repeat(32)))).toBe('untold')
  })
})
