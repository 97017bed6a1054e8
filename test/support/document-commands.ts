// Commands of a document, run as they stand there in its order; only the folder of the sandbox and the port are the test's own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from './free-port.ts'
import { LONG_MS } from './patience.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const COMMAND = 'npm run -s beibu -- '

export interface DocumentCommand {
  /** What stands after `npm run -s beibu -- `. */
  line: string
  /** Lines that it prints, of a `text` block right after the command; the last one may be `exit <n>`. */
  prints: string[]
  exit: number
}

/** Lines of the `sh` blocks of a Markdown text. */
export const shellLines = (markdown: string): string[] =>
  [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'))

/** The commands of `beibu` in the `sh` blocks of a Markdown text. */
export function commandsOf(markdown: string): DocumentCommand[] {
  return [...markdown.matchAll(/```sh\n([\s\S]*?)```(?:\s*```text\n([\s\S]*?)```)?/g)].flatMap(([, block, shown]) => {
    const lines = block!.trim().split('\n')
    const told = shown?.trim().split('\n') ?? []
    const exit = /^exit (\d+)$/.exec(told.at(-1) ?? '')?.[1]
    const prints = (exit === undefined ? told : told.slice(0, -1)).map((line) => line.trim())
    return lines
      .map((line, at) => ({ line, ...(at === lines.length - 1 ? { prints, exit: Number(exit ?? 0) } : SILENT) }))
      .filter(({ line }) => line.startsWith(COMMAND))
      .map((command) => ({ ...command, line: command.line.slice(COMMAND.length) }))
  })
}
const SILENT = { prints: [] as string[], exit: 0 }

/** Where a document is followed: a new folder, a free port, and the hub once it is served. */
export class DocumentStage {
  readonly #dir: string
  readonly #port: number
  #serving: ChildProcess | undefined

  private constructor(port: number) {
    this.#dir = mkdtempSync(join(tmpdir(), 'beibu-document-'))
    this.#port = port
  }

  static async open(): Promise<DocumentStage> {
    return new DocumentStage(await freePort())
  }

  /** Runs a command to its end, or a hub until it is ready. Gives its exit and all that it printed. */
  async run(line: string): Promise<{ exit: number; out: string }> {
    const args = this.#words(line)
    if (args[0] === 'sandbox' && args[1] === 'init') args.push('--listen', `127.0.0.1:${this.#port}`)
    const child = beibu(args)
    let out = ''
    child.stdout!.on('data', (chunk) => (out += String(chunk)))
    child.stderr!.on('data', (chunk) => (out += String(chunk)))
    if (args[0] === 'serve') {
      this.#serving = child
      const untilMs = Date.now() + LONG_MS / 2
      while (!out.includes('hub ready') && child.exitCode === null && Date.now() < untilMs)
        await new Promise((done) => setTimeout(done, 100))
      return { exit: out.includes('hub ready') ? 0 : 1, out }
    }
    const [exit] = (await once(child, 'close')) as [number]
    return { exit, out }
  }

  close(): void {
    this.#serving?.kill('SIGTERM')
    rmSync(this.#dir, { recursive: true, force: true })
  }

  /** The words of a command line; documents use no quoting but double quotes. */
  #words(line: string): string[] {
    const sandbox = join(this.#dir, 'sandbox')
    return [...line.matchAll(/"([^"]*)"|(\S+)/g)]
      .map(([, quoted, bare]) => quoted ?? bare!)
      .map((word) =>
        word.replace(/^(?:\.\/sandbox$|sandbox\/)/, (found) => `${sandbox}${found.endsWith('/') ? '/' : ''}`),
      )
  }
}

const beibu = (args: string[]): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', 'src/client/beibu.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, BEIBU_TRUST: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
