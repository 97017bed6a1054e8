// validator.json: all that is wrong at once, and no secret in what is said about it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readValidatorConfig } from '../../../../src/crosschain/validator/config.ts'
import { HubError } from '../../../../src/hub/index.ts'
import { CHAINS, PARTY } from './desk.ts'

let folder: string
const GATEWAYS = { domestic: 'aa'.repeat(20), partner: 'bb'.repeat(20) }

const ledger = (chainId: number, address: string) => ({
  family: 'evm',
  consensus: 'qbft',
  chainId,
  urls: ['http://127.0.0.1:8545'],
  trust: { height: 0, validators: ['11'.repeat(20)] },
  contracts: { gateway: { address, codeHash: 'cc'.repeat(32) } },
})
const end = (country: string, chainId: number, gateway: string) => ({
  ledger: `urn:hub:${country}:ledger:sample`,
  chainId,
  gateway,
  owner: `urn:hub:${country}:authority:sample`,
})
const lane = {
  name: 'sample',
  source: end('cn', CHAINS.source, GATEWAYS.domestic),
  target: end('vn', CHAINS.target, GATEWAYS.partner),
  kinds: ['customs.declaration/1'],
  ordered: false,
  timeoutS: 3600,
  assurance: 'proof',
  threshold: 2,
  operators: 2,
  ratePerHour: 100,
  feePayer: PARTY,
  hash: 'keccak',
}
const good = () => ({
  party: PARTY,
  keyFile: 'key',
  listen: '127.0.0.1:8701',
  dataFolder: 'data',
  ledgers: {
    domestic: ledger(CHAINS.source, GATEWAYS.domestic),
    partner: ledger(CHAINS.target, GATEWAYS.partner),
  },
  lanes: [lane],
})
const read = (config: unknown) => {
  writeFileSync(join(folder, 'validator.json'), JSON.stringify(config))
  return readValidatorConfig(join(folder, 'validator.json'))
}
function faultOf(config: unknown): string {
  try {
    read(config)
  } catch (error) {
    if (error instanceof HubError) return error.message
    throw error
  }
  return ''
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'config-'))
  writeFileSync(join(folder, 'key'), `${'07'.repeat(32)}\n`)
})
afterEach(() => rmSync(folder, { recursive: true }))

it('is read with names of files relative to it', () => {
  writeFileSync(join(folder, 'token'), 'some-token-to-ask-with\n')
  const config = read({ ...good(), tokenFile: 'token', epochs: { partner: 2 } })
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 8701,
    token: 'some-token-to-ask-with',
    epochs: { partner: 2 },
  })
  expect(config.dataFolder).toBe(join(folder, 'data'))
  expect(config.key).toEqual(Buffer.alloc(32, 7))
})
it('takes an IPv6 address to listen at', () => {
  expect(read({ ...good(), listen: '[::1]:0' })).toMatchObject({ host: '::1', port: 0 })
})

describe('is refused', () => {
  it('with all faults of its form together', () => {
    const { ledgers, ...rest } = good()
    const fault = faultOf({
      ...rest,
      party: 'somebody',
      listen: 'everywhere',
      more: 1,
      ledgers: { domestic: { ...ledgers.domestic, consensus: 'clique', urls: [] } },
    })
    for (const path of ['/party', '/listen', '/more', '/ledgers/domestic/consensus', '/ledgers/domestic/urls'])
      expect(fault).toContain(path)
  })
  it('with all faults of its meaning together', () => {
    const fault = faultOf({
      ...good(),
      keyFile: 'absent',
      tokenFile: 'key-that-is-not-there',
      listen: '127.0.0.1:70000',
      epochs: { elsewhere: 1 },
      lanes: [lane, { ...lane, target: { ...lane.target, chainId: 1 } }, lane],
    })
    for (const part of [
      'absent',
      'key-that-is-not-there',
      '/listen',
      'elsewhere',
      '/lanes/1 ends',
      '/lanes/2 is there twice',
    ])
      expect(fault).toContain(part)
  })
  it('with one place under two names', () => {
    const config = good()
    const fault = faultOf({ ...config, ledgers: { ...config.ledgers, again: config.ledgers.partner } })
    expect(fault).toContain('twice')
  })
  it('without showing what a key file holds', () => {
    writeFileSync(join(folder, 'key'), 'my secret phrase')
    expect(faultOf(good())).toContain('key')
    expect(faultOf(good())).not.toContain('secret phrase')
  })
  it('when the token is too short to be one', () => {
    writeFileSync(join(folder, 'token'), 'short')
    expect(faultOf({ ...good(), tokenFile: 'token' })).toContain('token')
  })
  it('when a name of a ledger could lead out of the data folder', () => {
    const { ledgers, ...rest } = good()
    expect(faultOf({ ...rest, ledgers: { ...ledgers, '../x': ledgers.domestic } })).toContain('/ledgers')
  })
  it('when it is no JSON, or a folder', () => {
    writeFileSync(join(folder, 'validator.json'), '{"party":1,"party":2}')
    expect(() => readValidatorConfig(join(folder, 'validator.json'))).toThrow(HubError)
    mkdirSync(join(folder, 'folder'))
    expect(() => readValidatorConfig(join(folder, 'folder'))).toThrow()
  })
})
