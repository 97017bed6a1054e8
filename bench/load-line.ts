// One keep-alive connection of the load generator. No client library: a prepared request is patched and written, the answer's head is
// looked at as bytes. What it saves here is left to the server under test on the same machine.
import { connect, type Socket } from 'node:net'

const HEAD_END = Buffer.from('\r\n\r\n')
const LENGTH = Buffer.from('content-length: ')
/** In place of a status: whatever is answered is for the one who measures to judge. */
export const ANY_STATUS = '*'

/** One request at a time: `send` when idle, then `onAnswer`. A broken line or an answer of another status goes to `onFailure`. */
export class LoadLine {
  /** When the message was due, for the one who measures. */
  dueMs = 0
  /** Status of the last answer. */
  answered = ''
  /** The last answer as it came. */
  answer: Buffer = Buffer.alloc(0)
  readonly request: Buffer
  readonly #socket: Socket
  readonly #status: string
  readonly #onAnswer: (line: LoadLine) => void
  readonly #onFailure: (error: Error) => void
  #pending: Buffer | undefined

  private constructor(
    socket: Socket,
    request: Buffer,
    status: string,
    onAnswer: (line: LoadLine) => void,
    onFailure: (error: Error) => void,
  ) {
    this.#socket = socket
    this.request = request
    this.#status = status
    this.#onAnswer = onAnswer
    this.#onFailure = onFailure
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('error', onFailure)
  }

  /** Connects; `template` is copied, so that each line patches a request of its own. */
  static open(
    port: number,
    template: Buffer,
    status: string,
    onAnswer: (line: LoadLine) => void,
    onFailure: (error: Error) => void,
  ): Promise<LoadLine> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.off('error', reject)
        resolve(new LoadLine(socket, Buffer.from(template), status, onAnswer, onFailure))
      })
    })
  }

  send(): void {
    this.#socket.write(this.request)
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    const bytes = this.#pending ? Buffer.concat([this.#pending, chunk]) : chunk
    const head = bytes.indexOf(HEAD_END)
    const length = head < 0 ? -1 : bytes.indexOf(LENGTH)
    if (head >= 0 && (length < 0 || length > head))
      return this.#onFailure(new Error(`an answer without length: ${bytes.toString('utf8', 0, 300)}`))
    const whole =
      head < 0 ? Infinity : head + 4 + Number.parseInt(bytes.toString('latin1', length + 16, length + 26), 10)
    if (bytes.length < whole) {
      this.#pending = bytes
      return
    }
    this.#pending = undefined
    this.answer = bytes
    this.answered = bytes.toString('latin1', 9, 12)
    if (this.#status !== ANY_STATUS && this.answered !== this.#status)
      return this.#onFailure(new Error(`not answered ${this.#status}: ${bytes.toString('utf8', 0, 600)}`))
    this.#onAnswer(this)
  }
}
