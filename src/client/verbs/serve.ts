// `beibu serve`: runs a hub in the foreground, with the settings of a sandbox or of the environment.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SETTINGS } from '../../config.ts'
import { HubEnded, hubListens, readEnvFile, spawnHub, stopHub } from '../hub-process.ts'
import { UsageError } from '../usage.ts'
import { type CommandIo, EXIT, readArgs, show, type Verb } from './verb.ts'

const STOP_WITHIN_MS = 20_000
/** Width of the help's text. */
const WIDTH = 84

export const serveVerb: Verb = {
  name: 'serve',
  summary: 'run a hub',
  help: `beibu serve [--sandbox <dir>] [--env <file>] [--json]

Runs a hub in the foreground until it is told to stop (Ctrl-C or SIGTERM).
Settings come from the environment; those of the file given with --env, or of the
sandbox, are used where the environment says nothing.

  beibu serve --sandbox ./sandbox                  the hub of \`beibu sandbox init ./sandbox\`
  HUB_LISTEN=127.0.0.1:9000 HUB_ORIGIN=http://127.0.0.1:9000 beibu serve --sandbox ./sandbox
  beibu serve --env /etc/beibu/hub.env

Says on standard error when it is ready; with --json also {"ready":true,"url":...} on
standard output. The hub's own report goes to standard error.

Settings:
${SETTINGS.map(settingLines).join('\n')}`,
  async run(args, io) {
    const { values, positionals } = readArgs('serve', args, { sandbox: { type: 'string' }, env: { type: 'string' } })
    if (positionals.length > 0) throw new UsageError(`serve takes no arguments, got ${positionals.join(' ')}`)
    const env = { ...settings(values.sandbox, values.env), ...given(io.env) }
    if (env['HUB_SEED'] === undefined)
      throw new UsageError('no settings: give --sandbox <dir>, --env <file>, or set HUB_SEED and the others')
    const hub = spawnHub(env, ['ignore', 2, 2])
    const ended = new Promise<number>((done) => hub.once('exit', (code) => done(code ?? EXIT.fault)))
    io.stop.addEventListener('abort', () => void stopHub(hub, STOP_WITHIN_MS))
    let url: string
    try {
      // Without a limit: a hub that reads a long journal is starting, not stuck.
      const address = await hubListens(hub)
      url = env['HUB_ORIGIN'] ?? address
    } catch (error) {
      // It has said itself what was wrong.
      if (error instanceof HubEnded && !io.stop.aborted) return error.exit ?? EXIT.fault
      await stopHub(hub, STOP_WITHIN_MS)
      if (io.stop.aborted) return EXIT.good
      throw error
    }
    show(io, values.json, { ready: true, url }, () => [`hub ready at ${url}; stop it with Ctrl-C`])
    return await ended
  },
}

function settingLines({ name, meaning, required, default: otherwise }: (typeof SETTINGS)[number]): string {
  const rest = required === true ? ' (required)' : otherwise === undefined ? '' : ` (${otherwise})`
  return `  ${name}${rest}\n${wrapped(meaning).join('\n')}`
}

/** Words in indented lines of help. */
function wrapped(text: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length > WIDTH) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines.map((line) => `      ${line}`)
}

/** Settings of an env file, or of a sandbox. Throws UsageError. */
export function settings(sandbox: string | undefined, file: string | undefined): Record<string, string> {
  const from = file ?? (sandbox === undefined ? undefined : join(sandbox, 'hub.env'))
  if (from === undefined) return {}
  if (!existsSync(from)) throw new UsageError(`${from} does not exist; make a sandbox first: beibu sandbox init <dir>`)
  return readEnvFile(from)
}

/** The settings that the environment gives. */
export const given = (env: CommandIo['env']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name.startsWith('HUB_') && value !== undefined),
  ) as Record<string, string>
