// Settings of operation: their faults are reported together, a token is read from its file and never shown.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../../src/config.ts'
import { readLedgerConfig } from '../../../src/crosschain/index.ts'

const dir = mkdtempSync(join(tmpdir(), 'beibu-settings-'))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

function faultsOf(env: Record<string, string>): string[] {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('settings of operation', () => {
  it('are all named when all are wrong', () => {
    const wrong = [
      'HUB_QUOTA_MESSAGES',
      'HUB_QUOTA_MIB',
      'HUB_QUOTA_REFUSED',
      'HUB_QUOTA_UPLOAD_MIB',
      'HUB_QUOTA_SOCKETS',
      'HUB_QUOTA_REQUESTS',
      'HUB_QUOTA_ATTEMPTS',
      'HUB_REQUESTS_MAX',
      'HUB_BODY_MIB',
      'HUB_LOOP_LAG_MS',
      'HUB_DISK_RESERVE_MB',
      'HUB_CLOSE_MS',
    ]
    const faults = faultsOf({
      ...Object.fromEntries(wrong.map((name) => [name, '-1'])),
      HUB_METRICS_TOKEN: join(dir, 'nothing'),
      HUB_QUOTA: '1',
    })
    for (const name of [...wrong, 'HUB_METRICS_TOKEN', 'HUB_QUOTA is not a setting'])
      expect(faults.filter((fault) => fault.startsWith(name))).not.toEqual([])
  })

  it('refuse a token that is too short, without showing it', () => {
    const file = join(dir, 'token')
    writeFileSync(file, 'tiny-secret\n')
    const faults = faultsOf({ HUB_METRICS_TOKEN: file })
    expect(faults.some((fault) => fault.startsWith('HUB_METRICS_TOKEN'))).toBe(true)
    expect(faults.join()).not.toContain('tiny-secret')
  })
})

describe('HUB_LEDGERS', () => {
  const LEDGER = 'urn:hub:cn:ledger:red-river'
  const KEY = 'ab'.repeat(32)
  const VALIDATOR = { party: 'urn:hub:cn:bank:banyan', url: 'http://127.0.0.1:1', address: '11'.repeat(20) }
  const write = (name: string, content: string): string => {
    writeFileSync(join(dir, name), content)
    return join(dir, name)
  }
  const readFrom = (file: object) => readLedgerConfig(write('ledgers.json', JSON.stringify(file)))
  /** What is said of the file, among the other settings that are wrong. */
  function faultOf(file: object | string): string {
    const path = write('ledgers.json', typeof file === 'string' ? file : JSON.stringify(file))
    const faults = faultsOf({ HUB_LEDGERS: path, HUB_LOG: 'loud' })
    expect(faults).toContain('HUB_LOG is not a log level')
    return faults.find((fault) => fault.startsWith('HUB_LEDGERS')) ?? ''
  }

  it('reads keys and tokens from files beside it, and has its defaults', () => {
    write('account.key', `0x${KEY}\n`)
    write('validator.token', 'sixteen-visible-characters\n')
    const config = readFrom({
      ledgers: { [LEDGER]: { urls: ['https://node.example'], keyFile: 'account.key', deployedAt: 7 } },
      validators: [{ ...VALIDATOR, tokenFile: 'validator.token' }],
      anchoring: { ledger: LEDGER },
      supervision: [{ ledger: LEDGER, regulator: 'urn:hub:cn:regulator:office' }],
    })
    expect(config).toEqual({
      ledgers: { [LEDGER]: { urls: ['https://node.example'], key: Buffer.from(KEY, 'hex'), deployedAt: 7 } },
      validators: [{ ...VALIDATOR, token: 'sixteen-visible-characters' }],
      anchoring: { ledger: LEDGER, everyEntries: 1_000, everyMs: 600_000 },
      supervision: [{ ledger: LEDGER, regulator: 'urn:hub:cn:regulator:office', everyMs: 60_000 }],
      events: [],
      everyMs: 1_000,
    })
  })

  it('names all that is wrong with its form at once', () => {
    const fault = faultOf({
      ledgers: { 'urn:hub:cn:bank:banyan': { urls: [] } },
      validators: [{ party: 'nobody', url: 'ws://127.0.0.1', address: '0x11' }],
      anchoring: { ledger: LEDGER, everyMs: 1 },
      supervision: 7,
      everyMs: 0,
      more: true,
    })
    for (const what of [
      '/ledgers/urn:hub:cn:bank:banyan/urls',
      '/ledgers property name',
      '/validators/0/party',
      '/validators/0/url',
      '/validators/0/address',
      '/anchoring/everyMs',
      '/supervision',
      '/everyMs',
      '/more',
    ])
      expect(fault).toContain(what)
  })

  it('names all that is wrong beyond its form at once', () => {
    write('short.key', 'abcd')
    const fault = faultOf({
      ledgers: {
        [LEDGER]: { urls: ['http://['], keyFile: 'short.key' },
        'urn:hub:vn:ledger:bamboo': { urls: ['http://127.0.0.1:1'], keyFile: 'nowhere.key' },
      },
      validators: [VALIDATOR, { ...VALIDATOR, tokenFile: 'nowhere.token' }],
      anchoring: { ledger: 'urn:hub:th:ledger:river' },
      supervision: [{ ledger: 'urn:hub:la:ledger:falls', regulator: 'urn:hub:la:regulator:office' }],
    })
    for (const what of [
      `a URL of ${LEDGER} is none`,
      'short.key is no key of 32 bytes in hex',
      'nowhere.key',
      'nowhere.token',
      `validators has ${VALIDATOR.address} twice`,
      'ledgers lacks urn:hub:th:ledger:river',
      'ledgers lacks urn:hub:la:ledger:falls',
    ])
      expect(fault).toContain(what)
  })

  it.each([
    ['no JSON', '{"ledgers":'],
    ['no object', '[]'],
    ['nothing in it', '{}'],
    ['a key twice', '{"ledgers":{},"ledgers":{}}'],
  ])('with %s is a fault of the configuration', (_what, text) => {
    expect(faultOf(text)).not.toBe('')
  })

  it('shows no key, token or password in what it says is wrong', () => {
    write('long.key', `${KEY}77`)
    write('odd.token', 'rosebud')
    const faults = [
      faultOf({ ledgers: { [LEDGER]: { urls: ['http://desk:rosebud@['], keyFile: 'long.key' } } }),
      faultOf({ ledgers: { [LEDGER]: { urls: ['ws://desk:rosebud@127.0.0.1'] } } }),
      faultOf({ ledgers: {}, validators: [{ ...VALIDATOR, tokenFile: 'odd.token' }] }),
      faultOf({ ledgers: {}, validators: [{ ...VALIDATOR, url: 'http://desk:rosebud@[' }] }),
      faultOf({ ledgers: {}, validators: [{ ...VALIDATOR, url: 'http://desk:rosebud@127.0.0.1' }] }),
    ]
    for (const fault of faults) {
      expect(fault).not.toBe('')
      for (const secret of ['rosebud', KEY]) expect(fault).not.toContain(secret)
    }
  })
})
