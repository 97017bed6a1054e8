// Identity numbers of people stand in the filing and nowhere else: not in numbers of trades, reasons, names of goods, nor in what is found.
import { describe, expect, it } from 'vitest'
import { borderPeopleKinds } from '../../../../src/customs/border/people/index.ts'
import { borderTradeKinds } from '../../../../src/customs/border/trade/index.ts'
import { compileKinds } from '../../../../src/hub/message/validate.ts'
import { BORDER, BorderWorld, fixture, identityNo } from './border-world.ts'

const NUMBER = identityNo(7)
const kinds = compileKinds([...borderPeopleKinds, ...borderTradeKinds])
const found = (name: string, body: object) =>
  kinds.checkBody(kinds.find(`customs.border-${name}`, 1), Buffer.from(JSON.stringify(body))).findings
const at = (path: string) => expect.objectContaining({ code: 'BORDER_IDENTITY_NUMBER', path })

describe('an identity number', () => {
  it.each<[string, string, object, string]>([
    ['purchase', 'purchase-yuan', { tradeNo: NUMBER }, '/tradeNo'],
    ['purchase', 'purchase-void', { reason: `bought by ${NUMBER}` }, '/reason'],
    ['trade', 'trade-alone', { declarationNo: `HS-${NUMBER}` }, '/declarationNo'],
    ['trade', 'trade-alone', { vehiclePlate: NUMBER }, '/vehiclePlate'],
    ['status', 'status-seized', { reason: `of ${NUMBER.toLowerCase()}` }, '/reason'],
    ['settlement', 'settlement-paid', { settlementNo: NUMBER }, '/settlementNo'],
    ['settlement', 'settlement-reversed', { reason: [...NUMBER].join(' ') }, '/reason'],
    ['resident', 'resident-suspend', { reason: `人员${NUMBER}` }, '/reason'],
    ['resident', 'resident-file', { filingNo: NUMBER }, '/filingNo'],
    ['group', 'group-form', { groupNo: NUMBER }, '/groupNo'],
    ['unmasking', 'unmasking-request', { reason: `${NUMBER.slice(0, 6)} ${NUMBER.slice(6)}` }, '/reason'],
    ['stall', 'stall-open', { stallNo: NUMBER }, '/stallNo'],
    ['entrustment', 'entrustment-entrust', { batchNo: NUMBER }, '/batchNo'],
  ])('in a %s (%s) is found without being repeated: %j', (kind, file, change, path) => {
    const findings = found(kind, { ...fixture<object>(file), ...change })
    expect(findings).toContainEqual(at(path))
    expect(JSON.stringify(findings)).not.toContain(NUMBER)
  })

  it('that is the name of a member is pointed at by the parent', () => {
    const filed = fixture<{ filing: object }>('resident-file')
    const findings = found('resident', { ...filed, filing: { ...filed.filing, [NUMBER]: NUMBER } })
    expect(findings.map(({ code, path }) => [code, path])).toEqual([
      ['SCHEMA_ADDITIONAL_PROPERTIES', '/filing'],
      ['BORDER_IDENTITY_NUMBER', '/filing'],
      ['BORDER_IDENTITY_NUMBER', '/filing'],
    ])
    expect(JSON.stringify(findings)).not.toContain(NUMBER)
  })

  it.each(['450681202611050012', 'HS720020261105000001', '450681190001010012', '621700450681190001010'])(
    'is not what is no number of a grown person: %s',
    (tradeNo) => {
      expect(found('purchase', { ...fixture<object>('purchase-yuan'), tradeNo })).toEqual([])
    },
  )

  it.each([{ id: `for-${NUMBER}` }, { id: 'one', ref: NUMBER }])('stands in no envelope: %j', async (envelope) => {
    const world = new BorderWorld()
    const kind = borderPeopleKinds.find(({ name }) => name === 'customs.border-stall')!
    const sent = { from: BORDER.site, to: [], ...envelope }
    expect(await world.did(kind, fixture<object>('stall-open'), sent)).toBe('BORDER_IDENTITY_NUMBER')
  })
})
