// A sandbox with the parties of a trade: who is in it, the phones of its residents, and the papers that are sent by hand.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type {
  BorderPurchase,
  BorderTrade,
  EcommerceList,
  EcommercePayment,
  HubParty,
} from '../../../schemas/types.d.ts'
import { derOf, openPartyFolder } from '../../../src/client/party-folder.ts'
import { fixture } from '../../../src/client/sandbox/fixtures.ts'
import { makePhone, openPhone, phoneCaFiles } from '../../../src/client/sandbox/phones.ts'
import { writePapers } from '../../../src/client/sandbox/papers.ts'
import { initSandbox, type Sandbox } from '../../../src/client/sandbox.ts'
import { sandboxVerb } from '../../../src/client/verbs/sandbox.ts'
import { readCertificate } from '../../../src/hub/identity/certificate.ts'
import { verifyPath } from '../../../src/hub/identity/path.ts'
import { receiveMessageFile } from '../../../src/hub/message/decode.ts'
import { compileKinds } from '../../../src/hub/message/validate.ts'
import { roomKinds } from '../../../src/rooms.ts'

const NOW_MS = Date.UTC(2031, 4, 7, 17)
const PASSPHRASE = 'three lychees in the rain'
let dir: string
let made: Sandbox
const making = { listen: '127.0.0.1:7443', randomness: randomBytes, clock: () => NOW_MS }

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'beibu-trades-'))
  made = await initSandbox(join(dir, 'world'), {
    ...making,
    trades: ['border-market', 'ecommerce'],
    passphrase: PASSPHRASE,
  })
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const party = (folder: string) => {
  const path = join(made.dir, 'parties', folder)
  return { folder: path, ...openPartyFolder(path, PASSPHRASE) }
}
const entered = (folder: string): HubParty => {
  const file = readFileSync(join(made.dir, 'register', `20-party-${folder}.json`))
  return JSON.parse(receiveMessageFile(file, NOW_MS).body.toString()) as HubParty
}

describe('a sandbox with trades', () => {
  it('has their parties beside those that are in every sandbox, which are the same without them', async () => {
    const plain = await initSandbox(join(dir, 'plain'), making)
    const folders = (sandbox: Sandbox) => sandbox.parties.map(({ folder }) => basename(folder))
    expect(folders(made).slice(0, plain.parties.length)).toEqual(folders(plain))
    expect(folders(made)).toEqual(expect.arrayContaining(['dongxing-market', 'border-app', 'shop-platform']))
    expect(readdirSync(join(plain.dir, 'register'))).toHaveLength(plain.parties.length + 6)
    expect(() => writePapers(plain.dir, NOW_MS)).toThrow(/has the parties of no trade/)
  })

  it('enters companies under the codes that the fixtures name', () => {
    const { ebpCode, logisticsCode, agentCode } = fixture<EcommerceList>('customs/valid/ecommerce-list-direct.json')
    const { payCode } = fixture<EcommercePayment>('customs/valid/ecommerce-payment-direct.json')
    const folders = ['shop-platform', 'parcel-carrier', 'customs-broker', 'payment-institution']
    expect(folders.map((folder) => entered(folder).identifiers?.customs)).toEqual([
      ebpCode,
      logisticsCode,
      agentCode,
      payCode,
    ])
    expect(entered('nanning-bank').identifiers).toEqual({ bic: 'BNYNCNB1XXX' })
    expect(entered('border-app')).not.toHaveProperty('identifiers')
  })

  it('is asked for by names that exist', async () => {
    const io = { out: () => {}, progress: () => {}, env: {}, stop: new AbortController().signal }
    await expect(sandboxVerb.run(['init', join(dir, 'none'), '--with', 'tulips'], io)).rejects.toThrow(
      '--with takes a trade: border-market or ecommerce; got tulips',
    )
  })
})

describe('a phone', () => {
  it('leads to the national CA by way of its party, and is kept to its owner', async () => {
    const app = party('border-app')
    const { path } = await makePhone(app, 'first', NOW_MS, PASSPHRASE)
    const { countries } = JSON.parse(readFileSync(made.trust, 'utf8')) as { countries: Record<string, string[]> }
    const anchors = countries['CN']!.map((pem) => ({ certificate: readCertificate(derOf(pem)) }))
    const chain = path.map((der) => readCertificate(der))
    const { leaf } = await verifyPath({ path: chain, anchors, atMs: NOW_MS })
    expect(leaf.party).toBe(app.card.party)
    for (const key of [phoneCaFiles(app.folder).key, join(app.folder, 'phones', 'first', 'key.pem')]) {
      expect(statSync(key).mode & 0o777).toBe(0o600)
      expect(readFileSync(key, 'utf8')).toContain('ENCRYPTED')
    }
    expect(openPhone(app, 'first', PASSPHRASE).path).toEqual(path)
  })

  it('is made once, under a name that stays in its folder, by a party that gives out phones', async () => {
    const app = party('border-app')
    await makePhone(app, 'once', NOW_MS, PASSPHRASE)
    await expect(makePhone(app, 'once', NOW_MS, PASSPHRASE)).rejects.toThrow(/never overwritten/)
    await expect(makePhone(app, '../once', NOW_MS, PASSPHRASE)).rejects.toThrow(/small letters/)
    await expect(makePhone(party('dongxing-market'), 'one', NOW_MS)).rejects.toThrow(/gives out no phones/)
    expect(() => openPhone(app, 'absent', PASSPHRASE)).toThrow(/is no phone/)
  })
})

describe('papers to send by hand', () => {
  const paper = <T>(name: string): T => JSON.parse(readFileSync(join(made.dir, 'papers', name), 'utf8')) as T
  const KINDS: Record<string, string> = {
    'border-market/1-resident.json': 'customs.border-resident',
    'border-market/2-stall.json': 'customs.border-stall',
    'border-market/3-group.json': 'customs.border-group',
    'border-market/4-purchase.json': 'customs.border-purchase',
    'border-market/5-declaration.json': 'customs.border-trade',
    'border-market/7-release.json': 'customs.border-status',
    'border-market/8-settlement.json': 'customs.border-settlement',
    'border-market/9-report.json': 'customs.border-settlement',
    'ecommerce/1-order.json': 'customs.ecommerce-order',
    'ecommerce/2-payment-short.json': 'customs.ecommerce-payment',
    'ecommerce/3-waybill.json': 'customs.ecommerce-logistics',
    'ecommerce/4-list.json': 'customs.ecommerce-list',
    'ecommerce/5-payment.json': 'customs.ecommerce-payment',
    'ecommerce/6-release.json': 'customs.ecommerce-status',
  }

  it('have no findings of their own, in any year', () => {
    const kinds = compileKinds(roomKinds)
    const files = writePapers(made.dir, NOW_MS)
    for (const [name, kind] of Object.entries(KINDS)) {
      const body = readFileSync(join(made.dir, 'papers', name))
      const { findings } = kinds.checkBody(kinds.find(kind, 1), body)
      expect({ name, findings }).toEqual({ name, findings: [] })
    }
    // The question that is asked is no message.
    expect(files).toHaveLength(Object.keys(KINDS).length + 1)
  })

  it('are of the day in China on which they are written', () => {
    writePapers(made.dir, NOW_MS)
    expect(paper<EcommerceList>('ecommerce/4-list.json').declTime).toBe('20310508')
    expect(paper<BorderPurchase>('border-market/4-purchase.json').tradedAt).toBe('2031-05-07T16:30:00.000Z')
    writePapers(made.dir, NOW_MS + 86_400_000)
    expect(paper<EcommerceList>('ecommerce/4-list.json').declTime).toBe('20310509')
  })

  it('name the parties of the sandbox', () => {
    writePapers(made.dir, NOW_MS)
    const declared = paper<BorderTrade>('border-market/5-declaration.json')
    expect(declared).toMatchObject({ site: party('dongxing-market').card.party, totalCny: '8000.01' })
    expect(paper('border-market/6-question.json')).toEqual({
      declarant: party('border-app').card.party,
      declarationNo: declared.declarationNo,
    })
  })
})
