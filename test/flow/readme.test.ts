// Every command of the README is run as it stands there, in its order; only the folder and the port are this test's own.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../support/world.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')
const lines = [...README.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'))
const commands = lines
  .filter((line) => line.startsWith('npm run -s beibu -- '))
  .map((line) => line.slice('npm run -s beibu -- '.length))

let dir: string
let port: number
let serving: ChildProcess | undefined
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'beibu-readme-'))
  port = await freePort()
})
afterAll(() => {
  serving?.kill('SIGTERM')
  rmSync(dir, { recursive: true, force: true })
})

/** The words of a command line; the README uses no quoting but double quotes. */
const words = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)]
    .map(([, quoted, bare]) => quoted ?? bare!)
    .map((word) =>
      word.replace(
        /^(?:\.\/sandbox$|sandbox\/)/,
        (found) => `${join(dir, 'sandbox')}${found.endsWith('/') ? '/' : ''}`,
      ),
    )

function beibu(args: string[]): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', 'src/client/beibu.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, BEIBU_TRUST: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

it('sets up with exactly two commands on its first screen', () => {
  expect(lines.slice(0, 2)).toEqual(['npm ci && npm run demo', 'npm ci && npm test'])
})

it.each(commands)('beibu %s', { timeout: 60_000 }, async (line) => {
  const args = words(line)
  if (args[0] === 'sandbox' && args[1] === 'init') args.push('--listen', `127.0.0.1:${port}`)
  const child = beibu(args)
  let out = ''
  child.stdout!.on('data', (chunk) => (out += String(chunk)))
  child.stderr!.on('data', (chunk) => (out += String(chunk)))
  if (args[0] === 'serve') {
    serving = child
    for (let tries = 0; tries < 200 && !out.includes('hub ready'); tries++)
      await new Promise((done) => setTimeout(done, 100))
    expect(out).toContain('hub ready')
    return
  }
  const [exit] = (await once(child, 'close')) as [number]
  expect({ exit, out: exit === 0 ? '' : out }).toEqual({ exit: 0, out: '' })
})

it('names only files that are there', () => {
  for (const [, target] of README.matchAll(/\]\(([^)#:]+)\)/g))
    expect(existsSync(join(ROOT, target!)), target).toBe(true)
})
