// ledgers.json: read strictly, with all that is wrong said at once, and a key never shown.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readLedgerConfig, readLedgerKey } from '../../../../src/crosschain/ledger-config.ts'
import { HubError } from '../../../../src/hub/index.ts'
import { SOURCE, TARGET, word } from './paper.ts'
import { OFFICE_CN, OFFICE_VN } from './world.ts'

let folder: string
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'beibu-ledgers-'))))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const read = (file: unknown) => readLedgerConfig(write('ledgers.json', JSON.stringify(file)))
const trigger = { ledger: SOURCE, contract: '66'.repeat(20), topic: word('7'), to: OFFICE_CN, name: 'bill-endorsed' }

describe('readLedgerConfig', () => {
  it('needs nothing but a ledger, and fills in the rest', () => {
    expect(read({ ledgers: { [SOURCE]: { urls: ['http://127.0.0.1:1'] } } })).toEqual({
      ledgers: { [SOURCE]: { urls: ['http://127.0.0.1:1'], deployedAt: 0 } },
      validators: [],
      supervision: [],
      events: [],
      everyMs: 1_000,
    })
  })

  it('reads keys and tokens from the files beside it', () => {
    write('payer.key', `0x${'aB'.repeat(32)}\n`)
    write('validator.token', ' a-token-of-some-length \n')
    const config = read({
      ledgers: { [SOURCE]: { urls: ['https://node.example'], keyFile: 'payer.key', deployedAt: 7 } },
      validators: [
        { party: OFFICE_VN, url: 'http://127.0.0.1:2', address: '77'.repeat(20), tokenFile: 'validator.token' },
      ],
      anchoring: { ledger: SOURCE },
      supervision: [{ ledger: SOURCE, regulator: OFFICE_VN }],
      events: [trigger],
      everyMs: 500,
    })
    expect(config.ledgers[SOURCE]).toEqual({
      urls: ['https://node.example'],
      key: Buffer.from('ab'.repeat(32), 'hex'),
      deployedAt: 7,
    })
    expect(config.validators[0]).toEqual({
      party: OFFICE_VN,
      url: 'http://127.0.0.1:2',
      address: '77'.repeat(20),
      token: 'a-token-of-some-length',
    })
    expect(config.anchoring).toEqual({ ledger: SOURCE, everyEntries: 1_000, everyMs: 600_000 })
    expect(config.supervision).toEqual([{ ledger: SOURCE, regulator: OFFICE_VN, everyMs: 60_000 }])
    expect([config.events, config.everyMs]).toEqual([[{ ...trigger, assurance: 'claimed' }], 500])
  })

  const ledgers = { [SOURCE]: { urls: ['http://127.0.0.1:1'] } }
  it.each<[string, unknown, RegExp]>([
    ['no ledgers', {}, /ledgers/],
    ['a member nobody knows', { ledgers, remark: 1 }, /remark|additional/],
    ['a name that is no party', { ledgers: { domestic: ledgers[SOURCE] } }, /domestic|property/],
    ['a ledger without a node', { ledgers: { [SOURCE]: { urls: [] } } }, /urls/],
    ['a node that is no address', { ledgers: { [SOURCE]: { urls: ['file:///etc/passwd'] } } }, /urls/],
    ['a contract in upper-case hex', { ledgers, events: [{ ...trigger, contract: 'AB'.repeat(20) }] }, /contract/],
    ['a time that is too short', { ledgers, everyMs: 1 }, /everyMs/],
    ['an anchoring elsewhere', { ledgers, anchoring: { ledger: TARGET } }, /lacks .*example-target/],
    ['a supervision lane elsewhere', { ledgers, supervision: [{ ledger: TARGET, regulator: OFFICE_VN }] }, /lacks/],
    ['an event elsewhere', { ledgers, events: [{ ...trigger, ledger: TARGET }] }, /lacks/],
    ['two triggers of one name', { ledgers, events: [trigger, { ...trigger, to: OFFICE_VN }] }, /bill-endorsed/],
    [
      'two supervision lanes for one',
      { ledgers, supervision: [1, 2].map(() => ({ ledger: SOURCE, regulator: OFFICE_VN })) },
      /twice/,
    ],
  ])('refuses %s', (_, file, said) => {
    expect(() => read(file)).toThrow(said)
    expect(() => read(file)).toThrow(HubError)
  })

  it('says all that is wrong at once', () => {
    const wrong = { ledgers, everyMs: 1, events: [{ ...trigger, topic: 'x' }] }
    expect(() => read(wrong)).toThrow(/everyMs.*;|;.*everyMs/)
    expect(() => read(wrong)).toThrow(/topic/)
  })

  it('refuses any other JSON, and text that is none', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(() => read(value)).toThrow(HubError)
      }),
      { numRuns: 50 },
    )
    for (const text of ['', '{', '{"ledgers":{},"ledgers":{}}'])
      expect(() => readLedgerConfig(write('broken.json', text))).toThrow(HubError)
  })
})

describe('readLedgerKey', () => {
  it.each([
    ['too short', 'ab'.repeat(31)],
    ['too long', 'ab'.repeat(33)],
    ['no hex', 'zz'.repeat(32)],
    ['a list', `${'ab'.repeat(32)}\n${'ab'.repeat(32)}`],
    ['nothing', ''],
  ])('refuses what is no key, and does not show it: %s', (_, text) => {
    const path = write('wrong.key', text)
    expect(() => readLedgerKey(path)).toThrow(/wrong\.key is no key/)
    if (text !== '') expect(() => readLedgerKey(path)).not.toThrow(text)
  })
})
