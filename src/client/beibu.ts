#!/usr/bin/env node
// The program `beibu`: hands the arguments to the command and ends with its exit code.
// The platform ends a crash with 1, which here means "refused"; a crash, also while loading, must never look like a verdict.
const FAULT = 70

function crashed(error: unknown): never {
  process.stderr.write(`fault: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  process.exit(FAULT)
}

process.on('uncaughtException', crashed)
const { command } = await import('./command.ts').catch(crashed)

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
// A reader that has seen enough (`beibu tail | head`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : FAULT))

process.exitCode = await command(process.argv.slice(2), {
  out: (line) => void process.stdout.write(`${line}\n`),
  progress: (line) => void process.stderr.write(`${line}\n`),
  env: process.env,
  stop: stop.signal,
})
// Output that is still in a pipe is written before the process ends; worker pools and sockets do not hold it up.
process.stdout.write('', () => process.exit())
