// The process: read the configuration, build the house, listen, close on signal.
import { buildHub } from './app.ts'
import { ConfigError, readConfig } from './config.ts'

const EXIT_USAGE = 64
const EXIT_FAULT = 70
/** Closing was asked for twice, or took too long. */
const EXIT_CUT_SHORT = 75

/** What was accepted is durable; what was under way is sent again by whoever sent it. */
function onLost(why: string): void {
  process.stderr.write(`ending, to be started again: ${why}\n`)
  process.exit(EXIT_FAULT)
}

try {
  const config = readConfig(process.env)
  if (!config.cluster && process.env['HUB_MONGO_URL'])
    process.stderr.write(
      `HUB_MONGO_URL is set, but HUB_PROFILE is not cluster: the journal is kept in ${config.data}\n`,
    )
  const hub = await buildHub(config, { clock: Date.now, onLost })
  await hub.listen()
  process.stderr.write(`${config.seed.hub} listens on ${hub.address()}\n`)
  // Whoever started this process with a channel is told; the channel keeps nothing alive.
  // If that one has gone meanwhile, the hub goes on without it.
  process.send?.({ listens: hub.address() }, undefined, undefined, () => undefined)
  process.channel?.unref()
  let closing = false
  const close = async (signal: string): Promise<void> => {
    // Who asks twice does not want to wait; what was answered 201 is durable already.
    if (closing) process.exit(EXIT_CUT_SHORT)
    closing = true
    process.stderr.write(`${signal}: closing\n`)
    setTimeout(() => {
      process.stderr.write(`not closed within ${config.closeMs} ms: ending\n`)
      process.exit(EXIT_CUT_SHORT)
    }, config.closeMs).unref()
    await hub.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void close(signal))
} catch (error) {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    process.exit(EXIT_USAGE)
  }
  const { code, syscall } = error as NodeJS.ErrnoException
  if (syscall === 'listen' || syscall === 'getaddrinfo') {
    const address = process.env['HUB_LISTEN'] ?? 'its default address'
    process.stderr.write(`the hub cannot listen on ${address} (${code}); set HUB_LISTEN to a free address and port\n`)
    process.exit(EXIT_USAGE)
  }
  process.stderr.write(`the hub cannot start: ${reasons(error).join('\n  because ')}\n`)
  if (process.env['HUB_LOG'] === 'debug') process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`)
  process.exit(EXIT_FAULT)
}

/** What went wrong and why, outermost first: sentences for the operator. */
function reasons(error: unknown): string[] {
  if (!(error instanceof Error)) return [String(error)]
  return [error.message, ...(error.cause === undefined ? [] : reasons(error.cause))]
}
