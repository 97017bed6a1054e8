// The attachments of any sealed place, as a backup sees them. Their heads are opened and sealed again, since a place gives them opened; they
// are bound to the same name and key, so that what one place gives another takes.
import { SEALED_CHUNK_BYTES } from '../attachments/chunks.ts'
import { openHead, sealHead } from '../attachments/key-file.ts'
import type { SealedPlace } from '../attachments/sealed-place.ts'
import type { KeptFiles } from './kept-files.ts'

const IV_BYTES = 12
const NAME_BYTES = 32
/** What is read at a time: whole sealed chunks. */
const PIECE_BYTES = 8 * SEALED_CHUNK_BYTES

export function keptInPlace(
  place: SealedPlace,
  deps: { sealingKey: Buffer; randomness: (size: number) => Buffer; clock: () => number },
): KeptFiles {
  const { sealingKey, randomness, clock } = deps
  return {
    async head(name) {
      const head = await place.head('kept', name)
      return head && sealHead(name, head, sealingKey, randomness(IV_BYTES))
    },
    async has(name) {
      return (await place.kept(name)) !== undefined
    },
    async data(name) {
      const kept = await place.kept(name)
      return kept && piecesOf(await kept.open())
    },
    async put(name, data, sealed) {
      const head = openHead(sealed, name, sealingKey)
      if (!head) throw new Error(`the head of attachment ${name} cannot be opened with the sealing key given`)
      if (await place.kept(name)) return
      // A place gives an entry only what waits on its shelf: it waits there under a name of its own for as long as that takes.
      const waiting = randomness(NAME_BYTES).toString('hex')
      const { party, sha256, bytes, type } = head
      const begun = await place.begin({ party, sha256, bytes, type }, clock())
      try {
        await place.write(begun, inChunks(data))
        if (!(await place.put(waiting, begun, head, clock()))) throw new Error('two attachments wait under one name')
      } catch (error) {
        await place.giveUp(begun)
        throw error
      }
      const given = await place.keep(waiting, name, head, clock())
      await place.destroy('staged', waiting)
      if (!given) throw new Error(`attachment ${name} was lost on its way`)
    },
  }
}

async function* piecesOf(
  data: Awaited<ReturnType<NonNullable<Awaited<ReturnType<SealedPlace['kept']>>>['open']>>,
): AsyncGenerator<Buffer> {
  try {
    for (let at = 0; ; ) {
      const piece = await data.read(at, PIECE_BYTES)
      if (piece.length > 0) yield piece
      at += piece.length
      if (piece.length < PIECE_BYTES) return
    }
  } finally {
    await data.close()
  }
}

/** The same bytes in sealed chunks, as a place takes them. */
async function* inChunks(data: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0)
  for await (const piece of data) {
    held = held.length === 0 ? piece : Buffer.concat([held, piece])
    let at = 0
    for (; held.length - at >= SEALED_CHUNK_BYTES; at += SEALED_CHUNK_BYTES)
      yield Buffer.from(held.subarray(at, at + SEALED_CHUNK_BYTES))
    held = held.subarray(at)
  }
  if (held.length > 0) yield Buffer.from(held)
}
