// A process of readers that subscribe and then do not read, until they are told to. Started by StalledReaders below, by its own file.
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'

export interface StalledLine {
  token: string
  name: string
}
type Asked = { open: { url: string; lines: StalledLine[] } } | { read: { lines: number; items: number } } | 'open?'
/** Sockets that are open, or the items each reading line got, by seq. */
type Answered = { open: number } | { seqs: number[][] } | { failed: string }

const AT_ONCE = 100
const CREDIT = 65_536

/** The process as the test sees it. */
export class StalledReaders {
  readonly #child: ChildProcess
  #answer: (answer: Answered) => void = () => {}

  constructor() {
    this.#child = fork(fileURLToPath(import.meta.url), ['stalled'], {
      execArgv: ['--import', import.meta.resolve('tsx')],
    })
    this.#child.on('message', (answer: Answered) => this.#answer(answer))
    this.#child.on('exit', (code) => this.#answer({ failed: `the readers ended (${code})` }))
  }

  /** Opens and proves each line, subscribes it, and stops reading. */
  async open(url: string, lines: StalledLine[]): Promise<void> {
    await this.#ask({ open: { url, lines } })
  }

  async openCount(): Promise<number> {
    return ((await this.#ask('open?')) as { open: number }).open
  }

  /** Lets the first lines read until each has so many items. */
  async read(lines: number, items: number): Promise<number[][]> {
    return ((await this.#ask({ read: { lines, items } })) as { seqs: number[][] }).seqs
  }

  close(): void {
    this.#child.kill('SIGKILL')
  }

  async #ask(asked: Asked): Promise<Answered> {
    const answer = await new Promise<Answered>((resolve) => {
      this.#answer = resolve
      this.#child.send(asked)
    })
    if ('failed' in answer) throw new Error(answer.failed)
    return answer
  }
}

interface Reading {
  socket: WebSocket
  seqs: number[]
  came(): void
}

function serve(): void {
  const readings: Reading[] = []
  const open = async (url: string, { token, name }: StalledLine): Promise<void> => {
    const socket = new WebSocket(url, 'hub.feed.v1', { perMessageDeflate: false })
    const reading: Reading = { socket, seqs: [], came: () => {} }
    readings.push(reading)
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.on('open', () => socket.send(JSON.stringify({ type: 'auth', token })))
      socket.on('message', (data) => {
        const frame = JSON.parse(String(data)) as { type: string; seq: number; code?: string }
        if (frame.type === 'error') reject(new Error(frame.code))
        if (frame.type === 'ready') socket.send(JSON.stringify({ type: 'subscribe', name, after: 0, credit: CREDIT }))
        if (frame.type === 'item') reading.seqs.push(frame.seq)
        reading.came()
        if (frame.type !== 'subscribed') return
        socket.pause()
        resolve()
      })
    })
  }
  const read = async (reading: Reading, items: number): Promise<number[]> => {
    reading.socket.resume()
    while (reading.seqs.length < items) await new Promise<void>((came) => (reading.came = came))
    return reading.seqs
  }
  const perform = async (asked: Asked): Promise<Answered> => {
    const openCount = () => readings.filter(({ socket }) => socket.readyState === WebSocket.OPEN).length
    if (asked === 'open?') return { open: openCount() }
    if ('read' in asked)
      return { seqs: await Promise.all(readings.slice(0, asked.read.lines).map((one) => read(one, asked.read.items))) }
    const { url, lines } = asked.open
    for (let at = 0; at < lines.length; at += AT_ONCE)
      await Promise.all(lines.slice(at, at + AT_ONCE).map((line) => open(url, line)))
    return { open: openCount() }
  }
  process.on('message', (asked: Asked) => {
    perform(asked).then(
      (answer) => process.send!(answer),
      (error: Error) => process.send!({ failed: error.message } satisfies Answered),
    )
  })
  process.on('disconnect', () => process.exit(0))
}

if (process.argv[2] === 'stalled' && process.send) serve()
