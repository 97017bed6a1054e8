// What a validator has signed, one line for each, on disk before a signature leaves. A second value for the same act is never signed; that it
// was asked for is written beside the first.
import { type FileHandle, open } from 'node:fs/promises'
import type { Act } from '../attestation.ts'
import type { Word } from '../packet.ts'
import { type AlarmLine, readSignedLines, type SignedLine } from './signed-line.ts'

/** Of what: one signature each, whatever the epoch. */
export interface ActKey {
  lane: Word
  sequence: number
  act: Act
}
/** What was proved, in the state of which block. */
export interface ProvedValue {
  value: Word
  height: number
  block: Word
}

export interface SignedLog {
  /** The value that was signed or is about to be. */
  find(key: ActKey): Word | undefined
  /** Resolves when the value is on disk. Gives the value that stands: another one than was handed in means that no signature may leave. */
  remember(key: ActKey, proved: ProvedValue): Promise<Word>
  /** Writes down another value than the signed one, with what shows it. The same one is written once. */
  alarm(key: ActKey, alarm: Omit<AlarmLine, keyof ActKey | 't' | 'atMs'>): Promise<void>
  size(): number
  alarms(): number
  close(): Promise<void>
}

export interface SignedLogOptions {
  path: string
  clock: () => number
  /** Takes the file for this process and gives the release; throws if another has it. */
  lock(): () => void
}

/** Opens the file or makes it. A torn last line is dropped. Throws Error for any other line that is none of ours. */
export async function openSignedLog({ path, clock, lock }: SignedLogOptions): Promise<SignedLog> {
  const release = lock()
  let file: FileHandle | undefined
  try {
    file = await open(path, 'a+', 0o600)
    const { whole, lines } = readSignedLines(await file.readFile(), path)
    await file.truncate(whole)
    await file.sync()
    return signedLog(file, lines, clock, release)
  } catch (error) {
    await file?.close()
    release()
    throw error
  }
}

function signedLog(
  file: FileHandle,
  lines: readonly (SignedLine | AlarmLine)[],
  clock: () => number,
  release: () => void,
): SignedLog {
  const values = new Map<string, Word>()
  const alarms = new Set<string>()
  for (const line of lines)
    if (line.t === 'signed') values.set(nameOf(line), line.value)
    else alarms.add(alarmName(line, line))
  const append = appender(file)
  const written = new Map<string, Promise<void>>()
  return {
    find: (key) => values.get(nameOf(key)),
    async remember({ lane, sequence, act }, { value, height, block }) {
      const name = nameOf({ lane, sequence, act })
      const stands = values.get(name)
      if (stands === undefined) {
        values.set(name, value)
        const line: SignedLine = { t: 'signed', lane, sequence, act, value, height, block, atMs: clock() }
        written.set(name, append(line))
      }
      // Whoever asks for the same at the same time waits for the disk as well.
      await written.get(name)
      written.delete(name)
      return stands ?? value
    },
    async alarm({ lane, sequence, act }, { signed, found, height, evidence }) {
      const name = alarmName({ lane, sequence, act }, { signed, found })
      if (alarms.has(name)) return
      alarms.add(name)
      await append({ t: 'alarm', lane, sequence, act, signed, found, height, evidence, atMs: clock() })
    },
    size: () => values.size,
    alarms: () => alarms.size,
    async close() {
      await append()
      await file.close()
      release()
    },
  }
}

/** Writes line after line, each on disk before it resolves. After a fault nothing more is written: what follows a torn line could not be read. */
function appender(file: FileHandle): (line?: SignedLine | AlarmLine) => Promise<void> {
  let last = Promise.resolve()
  let broken: unknown
  return (line) => {
    const turn = last.then(async () => {
      if (line === undefined) return
      if (broken !== undefined) throw new Error('the signed log cannot be written; start again', { cause: broken })
      try {
        await file.appendFile(`${JSON.stringify(line)}\n`)
        await file.datasync()
      } catch (error) {
        broken = error
        throw error
      }
    })
    last = turn.catch(() => {})
    return turn
  }
}

const nameOf = ({ lane, sequence, act }: ActKey): string => `${lane}/${sequence}/${act}`
const alarmName = (key: ActKey, { signed, found }: { signed: Word; found: Word }): string =>
  `${nameOf(key)}/${signed}/${found}`
