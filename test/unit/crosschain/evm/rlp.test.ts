// Strict RLP against the library: what it encodes is read back byte for byte, what it would not have encoded is refused.
import { RLP } from '@ethereumjs/rlp'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encodeBytes,
  readBytes,
  readCount,
  readItem,
  readList,
  readScalar,
  RlpFault,
  type RlpItem,
  spliceList,
} from '../../../../src/crosschain/ledgers/evm/rlp.ts'

type Tree = Uint8Array | Tree[]
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small' }, fc.uint8Array({ maxLength: 80 }), fc.array(tie('tree'), { maxLength: 6 })),
}))

const read = (item: RlpItem): Tree => (item.list ? readList(item, 10).map(read) : Uint8Array.from(item.payload))
/** Everything in it spliced again from what was read. */
const splice = (item: RlpItem): Uint8Array =>
  item.list ? spliceList(readList(item, 10).map(splice)) : encodeBytes(item.payload)
/** Reads all levels, as a header's reader would. */
const readAll = (bytes: Uint8Array): Tree => read(readItem(bytes))
const from = (hex: string): Buffer => Buffer.from(hex, 'hex')

describe('RLP', () => {
  it('of the library is read as what was encoded, and spliced to the same bytes', () => {
    fc.assert(
      fc.property(tree, (value) => {
        const bytes = RLP.encode(value)
        const item = readItem(bytes)
        expect(read(item)).toEqual(value)
        expect(Buffer.from(splice(item)).equals(bytes)).toBe(true)
      }),
    )
  })
  it('that is read from any bytes is what the library encodes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        let value: Tree
        try {
          value = readAll(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(RlpFault)
          return
        }
        expect(Buffer.from(RLP.encode(value)).equals(bytes)).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })
  it.each([55, 56, 255, 256, 65_535, 65_536])(
    'of a string in a list of about %i bytes has the right prefix',
    (size) => {
      const value = new Uint8Array(size).fill(7)
      expect(Buffer.from(spliceList([encodeBytes(value)])).equals(RLP.encode([value]))).toBe(true)
      expect(readAll(RLP.encode([value]))).toEqual([value])
    },
  )
  it.each([
    ['nothing', ''],
    ['a byte with a prefix', '8101'],
    ['a short string with a long prefix', 'b801ff'],
    ['a length that begins with a zero', `b90040${'00'.repeat(64)}`],
    ['a length of more than four bytes', 'bc0100000000'],
    ['a length without its bytes', 'b9ff'],
    ['a string that ends too early', '83ffff'],
    ['a list that ends too early', 'c2ff'],
    ['something after the item', '8080'],
    ['a list whose last item reaches out of it', 'c1820102'],
  ])('with %s is refused', (_what, hex) => {
    expect(() => readAll(from(hex))).toThrow(RlpFault)
  })
  it('that nests ten thousand lists is read one level at a time', () => {
    const DEPTH = 10_000
    const prefixes: Buffer[] = []
    for (let depth = 0, length = 0; depth <= DEPTH; depth++) {
      const prefix = spliceList([Buffer.alloc(length)]).subarray(0, -length || undefined)
      prefixes.unshift(prefix)
      length += prefix.length
    }
    let item = readItem(Buffer.concat(prefixes))
    for (let depth = 0; depth < DEPTH; depth++) item = readList(item, 1)[0]!
    expect(readList(item, 0)).toEqual([])
  })
  it('of another shape than asked for is refused', () => {
    expect(() => readList(readItem(from('80')), 1)).toThrow('a string stands in place of a list')
    expect(() => readBytes(readItem(from('c0')))).toThrow('a list stands in place of a string')
    expect(() => readList(readItem(from('c20102')), 1)).toThrow('more than 1')
    expect(() => readBytes(readItem(from('8201ff')), 3)).toThrow('2 bytes in place of 3')
  })
})

describe('numbers', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), (value) => {
        expect(readScalar(readItem(RLP.encode(value)))).toBe(value)
      }),
    )
  })
  it('with zeros before them, of more than 32 bytes or beyond what is counted with are refused', () => {
    expect(() => readScalar(readItem(from('00')))).toThrow(RlpFault)
    expect(() => readScalar(readItem(from('820001')))).toThrow(RlpFault)
    expect(() => readScalar(readItem(RLP.encode(2n ** 256n)))).toThrow(RlpFault)
    expect(() => readCount(readItem(RLP.encode(2n ** 53n)))).toThrow(RlpFault)
    expect(readCount(readItem(RLP.encode(2n ** 53n - 1n)))).toBe(Number.MAX_SAFE_INTEGER)
  })
})
