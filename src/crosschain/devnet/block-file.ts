// Blocks on disk: of each what cannot be computed again, one line of JSON. The rest follows, seals too, because keys and signatures are
// deterministic.
import { type FileHandle, open, readFile } from 'node:fs/promises'
import type { Word } from '../packet.ts'
import type { Vote } from './council.ts'

/** First line: whose blocks these are. */
export interface FileHead {
  devnet: string
  chainId: number
  genesis: Word
}
export interface FileBlock {
  height: number
  timestampS: number
  round: number
  seals: number
  vote?: Vote
  /** Raw transactions, hex. */
  transactions: string[]
  hash: Word
}

export interface BlockFile {
  /** Blocks that were in the file when it was opened. */
  blocks: readonly FileBlock[]
  /** Resolves when the block is on the disk. */
  append(block: FileBlock): Promise<void>
  close(): Promise<void>
}

/** Opens or begins a file. A torn last line is cut off; its block was never announced. Throws where the file is of another chain. */
export async function openBlockFile(path: string, head: FileHead): Promise<BlockFile> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  })
  const whole = bytes.lastIndexOf(0x0a) + 1
  const [first, ...rest] = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1)
  const file = await open(path, 'a')
  try {
    if (whole < bytes.length) await file.truncate(whole)
    if (first === undefined) await write(file, head)
    else if (first !== JSON.stringify(head)) throw new Error(`${path} holds the blocks of another chain: ${first}`)
    const blocks = rest.map((line, at) => readBlock(path, line, at + 1))
    let broken: unknown
    return {
      blocks,
      async append(block) {
        // After half a line nothing may follow: the next start would find it in the middle.
        if (broken !== undefined) throw broken
        await write(file, block).catch((error: unknown) => {
          broken = error
          throw error
        })
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

function readBlock(path: string, line: string, height: number): FileBlock {
  try {
    const block = JSON.parse(line) as FileBlock
    if (block.height === height && Array.isArray(block.transactions)) return block
  } catch {
    // Said below.
  }
  throw new Error(`${path} has no block ${height} on line ${height + 1}`)
}

async function write(file: FileHandle, line: unknown): Promise<void> {
  await file.appendFile(`${JSON.stringify(line)}\n`)
  await file.datasync()
}
