// The process: read the configuration, build the house, listen, close on signal.
import { buildHub } from './app.ts'
import { ConfigError, readConfig } from './config.ts'

const EXIT_USAGE = 64
const EXIT_FAULT = 70

try {
  const config = readConfig(process.env)
  const hub = await buildHub(config, { clock: Date.now })
  await hub.listen()
  process.stderr.write(`${config.seed.hub} listens on ${hub.address()}\n`)
  let closing = false
  const close = async (signal: string): Promise<void> => {
    if (closing) return
    closing = true
    process.stderr.write(`${signal}: closing\n`)
    await hub.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void close(signal))
} catch (error) {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`)
    process.exit(EXIT_USAGE)
  }
  process.stderr.write(
    `the hub cannot start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  process.exit(EXIT_FAULT)
}
