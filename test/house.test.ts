// The rules of the house, small enough to read: who may import whom, one library one door, every schema has its fixtures.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')
const SRC = join(ROOT, 'src')
const files = (folder: string, ending: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))

interface Import {
  from: string
  to: string
}
const imports: Import[] = files(SRC, '.ts').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/(?:from|import)\s+'([^']+)'/g)].map(([, target]) => ({
    from: relative(SRC, file),
    to: target!.startsWith('.') ? relative(SRC, resolve(dirname(file), target!)) : target!,
  })),
)
const roomOf = (path: string): string => path.split('/')[0]!
/** The files that put the house together. */
const COMPOSITION = ['app.ts', 'kept.ts', 'followers.ts', 'doors.ts', 'rooms.ts', 'main.ts', 'config.ts']
const ROOMS = ['customs', 'tradefinance', 'fx', 'trace', 'crosschain']

describe('direction of imports', () => {
  it('lets rooms know the hub by its door only, and not one another', () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        ROOMS.includes(roomOf(from)) &&
        !to.includes('schemas/') &&
        (to.startsWith('hub/')
          ? to !== 'hub/index.ts'
          : [...ROOMS, 'client', ...COMPOSITION].includes(roomOf(to)) && roomOf(to) !== roomOf(from)),
    )
    expect(wrong).toEqual([])
  })
  it('keeps the hub free of rooms, client and composition', () => {
    expect(
      imports.filter(
        ({ from, to }) => roomOf(from) === 'hub' && [...ROOMS, 'client', ...COMPOSITION].includes(roomOf(to)),
      ),
    ).toEqual([])
  })
  it('keeps values, errors and envelope at the bottom', () => {
    const bottom = imports.filter(({ from }) => from.startsWith('hub/values/') || from === 'hub/errors.ts')
    expect(
      bottom.filter(({ to }) => to.startsWith('hub/') && !to.startsWith('hub/values/') && to !== 'hub/errors.ts'),
    ).toEqual([])
  })
  it('lets the offline verifier reach neither storage nor server', () => {
    const seen = new Set<string>()
    const queue = ['hub/evidence/verify.ts']
    for (let file = queue.pop(); file; file = queue.pop()) {
      if (seen.has(file)) continue
      seen.add(file)
      // Imports of types are erased; what counts is what is loaded.
      const text = readFileSync(join(SRC, file), 'utf8')
      for (const [, target] of text.matchAll(/^(?:import|export)\s+(?!type\b)[^']*?from\s+'(\.[^']+)'/gm))
        queue.push(relative(SRC, resolve(dirname(join(SRC, file)), target!)))
    }
    expect([...seen].filter((file) => /^hub\/(journal|http|feed)\//.test(file) && !file.endsWith('heads.ts'))).toEqual(
      [],
    )
  })
})

describe('one library, one door', () => {
  const doors: Record<string, RegExp> = {
    fastify: /^hub\/http\/|^hub\/feed\/socket\.ts$/,
    '@fastify/websocket': /^hub\/feed\/socket\.ts$/,
    ws: /^hub\/feed\/socket\.ts$|^client\//,
    libsql: /^hub\/journal\/sqlite\.ts$/,
    mongodb: /^hub\/journal\/mongo[^/]*\.ts$/,
    ioredis: /^hub\/cluster\/redis[^/]*\.ts$/,
    bullmq: /^hub\/courier\/bullmq-courier[^/]*\.ts$/,
    'ajv/dist/2020.js': /^hub\/message\//,
    'libxml2-wasm': /^hub\/message\/xml\.ts$/,
    '@peculiar/x509': /^hub\/identity\//,
    '@peculiar/asn1-ocsp': /^hub\/identity\/ocsp/,
    'prom-client': /^hub\/report\.ts$/,
    tsyringe: /^hub\/identity\//,
    viem: /^crosschain\/ledgers\/evm\//,
    solc: /^crosschain\/ledgers\/evm\/gateway\/compile\.ts$/,
    '@ethereumjs/vm': /^crosschain\/devnet\//,
    '@hyperledger/fabric-protos': /^crosschain\/ledgers\/fabric\//,
  }
  it.each(Object.entries(doors))('%s', (library, door) => {
    const used = imports.filter(({ to }) => to === library)
    expect(used.filter(({ from }) => !door.test(from))).toEqual([])
  })
  it('never uses the test cross-check for signing: sm-crypto is not in the product', () => {
    expect(imports.filter(({ to }) => to.startsWith('sm-crypto'))).toEqual([])
  })
  it('reads the environment in config.ts alone', () => {
    const readers = files(SRC, '.ts').filter((file) => readFileSync(file, 'utf8').includes('process.env'))
    expect(
      readers
        .map((file) => relative(SRC, file))
        .filter((file) => !['main.ts', 'config.ts'].includes(file) && !file.startsWith('client/')),
    ).toEqual([])
  })
})

describe('schemas and fixtures', () => {
  const kinds = files(join(ROOT, 'schemas'), '.v1.json')
    .map((file) => relative(join(ROOT, 'schemas'), file))
    .filter((name) => name !== 'hub/envelope.v1.json')
  it.each(kinds)('%s has a valid and an invalid fixture', (name) => {
    const [room, file] = name.split('/') as [string, string]
    const kind = `${room}.${file.replace('.v1.json', '')}`
    const valid = join(ROOT, 'fixtures', room, 'valid')
    const invalid = join(ROOT, 'fixtures', room, 'invalid')
    expect(existsSync(valid) && existsSync(invalid), `fixtures/${room}/{valid,invalid}`).toBe(true)
    const stem = file.replace('.v1.json', '')
    expect(
      readdirSync(valid).some((one) => one.startsWith(stem)),
      `a valid fixture of ${kind}`,
    ).toBe(true)
    expect(
      readdirSync(invalid).some(
        (one) => (JSON.parse(readFileSync(join(invalid, one), 'utf8')) as { kind: string }).kind === kind,
      ),
      `an invalid fixture of ${kind}`,
    ).toBe(true)
  })
})
