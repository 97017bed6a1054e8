// The signed log: on disk first, one value for each act, strict when read again.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { lockFolder } from '../../../../src/hub/journal/sqlite-lock.ts'
import { ACTS } from '../../../../src/crosschain/attestation.ts'
import { type ActKey, openSignedLog } from '../../../../src/crosschain/validator/signed-log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signed-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const path = (): string => join(folder, 'signed.ndjson')
const open = (lock = (): (() => void) => () => {}) => openSignedLog({ path: path(), clock: () => 5, lock })
const word = (n: number): string => n.toString(16).padStart(64, '0')
const key = (sequence: number, act: ActKey['act'] = 'deliver'): ActKey => ({ lane: word(1), sequence, act })
const proved = (value: number) => ({ value: word(value), height: 7, block: word(9) })

it('gives the first value for whatever comes after it', async () => {
  const log = await open()
  expect(await log.remember(key(1), proved(1))).toBe(word(1))
  expect(await log.remember(key(1), proved(2))).toBe(word(1))
  expect(await log.remember(key(1, 'acknowledge'), proved(2))).toBe(word(2))
  await log.close()
})
it('decides between two at the same time, and both learn it only when it is on disk', async () => {
  const log = await open()
  const read = (): string => readFileSync(path(), 'utf8')
  const [one, two] = await Promise.all([
    log.remember(key(1), proved(1)).then((value) => [value, read()]),
    log.remember(key(1), proved(2)).then((value) => [value, read()]),
  ])
  expect([one![0], two![0]]).toEqual([word(1), word(1)])
  for (const [, text] of [one!, two!]) expect(text).toContain(word(1))
  expect(read()).not.toContain(word(2))
  await log.close()
})
it('remembers after a restart what any run of acts has left, and drops a torn last line', async () => {
  const act = fc.record({ sequence: fc.integer({ min: 1, max: 4 }), act: fc.constantFrom(...ACTS), value: fc.nat(3) })
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 20 }), fc.nat(60), async (acts, torn) => {
      rmSync(path(), { force: true })
      const first = new Map<string, string>()
      const log = await open()
      for (const one of acts) {
        const name = `${one.sequence}/${one.act}`
        const value = await log.remember(key(one.sequence, one.act), proved(one.value))
        expect(value).toBe(first.get(name) ?? word(one.value))
        first.set(name, value)
      }
      await log.close()
      appendFileSync(path(), `{"t":"signed","lane":"${word(1)}","sequence":9`.slice(0, torn))
      const again = await open()
      for (const [name, value] of first) {
        const [sequence, which] = name.split('/') as [string, ActKey['act']]
        expect(again.find(key(Number(sequence), which))).toBe(value)
      }
      expect(again.size()).toBe(first.size)
      await again.remember(key(9), proved(9))
      await again.close()
      const third = await open()
      expect(third.find(key(9))).toBe(word(9))
      await third.close()
    }),
    { numRuns: 25 },
  )
})
it('does not open with a line in it that is none of its own', async () => {
  const log = await open()
  await log.remember(key(1), proved(1))
  await log.remember(key(2), proved(2))
  await log.close()
  const [one, two] = readFileSync(path(), 'utf8').split('\n') as [string, string]
  const wrong = [
    `${one.slice(5)}\n${two}\n`,
    `\n${one}\n`,
    `${one}\n\n`,
    `${one}\n${two.replace('"deliver"', '"Deliver"')}\n`,
    `${one}\n${two.replace('"sequence":2', '"sequence":0')}\n`,
    `${one}\n${two.replace('"height":7', '"height":7,"height":8')}\n`,
    `${one}\n${two.replace('"t":"signed"', '"t":"signed","x":1')}\n`,
    `${one}\n\u0000\u0000\u0000\n`,
  ]
  for (const text of wrong) {
    writeFileSync(path(), text)
    await expect(open(), text).rejects.toThrow(/no line of a signed log/)
  }
})
it('does not open when two lines sign for one act, be it the same value', async () => {
  const log = await open()
  await log.remember(key(1), proved(1))
  await log.close()
  const line = readFileSync(path(), 'utf8')
  writeFileSync(path(), line + line)
  await expect(open()).rejects.toThrow('line 2 signs what was signed before')
})
it('writes an alarm once, over restarts too', async () => {
  const alarm = { signed: word(1), found: word(2), height: 3, evidence: 'AA' }
  for (let start = 0; start < 2; start++) {
    const log = await open()
    await log.alarm(key(1), alarm)
    await log.alarm(key(1), alarm)
    expect(log.alarms()).toBe(1)
    await log.close()
  }
  expect(readFileSync(path(), 'utf8').split('\n')).toHaveLength(2)
})
it('gives no value back that could not be written, then or later', async () => {
  const log = await open()
  await log.remember(key(1), proved(1))
  await log.close()
  for (let tries = 0; tries < 2; tries++) await expect(log.remember(key(2), proved(2))).rejects.toThrow()
  await expect(log.remember(key(3), proved(3))).rejects.toThrow()
  const again = await open()
  expect([again.size(), again.find(key(2))]).toEqual([1, undefined])
  await again.close()
})
it('lets no second process at the folder until it is closed', async () => {
  const log = await open(() => lockFolder(folder))
  await expect(open(() => lockFolder(folder))).rejects.toThrow()
  await log.close()
  const again = await open(() => lockFolder(folder))
  await again.close()
})
it('gives the folder back when the file cannot be opened', async () => {
  writeFileSync(path(), 'nonsense\n')
  await expect(open(() => lockFolder(folder))).rejects.toThrow()
  truncateSync(path(), 0)
  const log = await open(() => lockFolder(folder))
  await log.close()
})
