// CEB messages as others write them: read into the kinds, with nothing found that their form does not owe, and nothing dropped in silence.
import { describe, expect, it } from 'vitest'
import type { EcommerceList } from '../../../../schemas/types.d.ts'
import { cebForms, readCebList } from '../../../../src/customs/ecommerce/xml.ts'
import { withXml } from '../../../../src/hub/index.ts'
import { valid } from './shop.ts'

const tag = (name: string, inner: string): string => `<ceb:${name}>${inner}</ceb:${name}>`
const fields = (body: object): string =>
  Object.entries(body)
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) => tag(name, value as string))
    .join('\n')

/** A document of the fixtures as one element of its message. */
const written = (body: object, [document, head, lines]: readonly string[], more = ''): string =>
  tag(
    document!,
    (head ? tag(head, fields(body) + more) : fields(body) + more) +
      ((body as { items?: object[] }).items ?? []).map((item) => tag(lines!, fields(item))).join(''),
  )

const message = (name: string, inner: string): Buffer =>
  Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>
<ceb:${name} xmlns:ceb="http://www.chinaport.gov.cn/ceb" guid="4CDE1CFD-EDED-46B1-946C-000000000099" version="1.0">
${inner}
<ceb:BaseTransfer><ceb:copCode>4501980EX5</ceb:copCode></ceb:BaseTransfer></ceb:${name}>`,
  )

const INVENTORY = ['Inventory', 'InventoryHead', 'InventoryList']
const states = '<ceb:appType>1</ceb:appType><ceb:appStatus>2</ceb:appStatus><ceb:preNo></ceb:preNo>'
const list = valid<EcommerceList>('list-direct')

describe('a CEB621', () => {
  it('is read as the list it holds', () => {
    const read = readCebList(message('CEB621Message', written(list, INVENTORY, states)))
    expect(read).toEqual({
      body: list,
      findings: [],
      losses: [],
      missing: [],
      unread: ['/CEB621Message/BaseTransfer'],
    })
  })

  it('is read in any namespace, and wrapped', () => {
    const text = message('CEB621Message', written(list, INVENTORY, states)).toString()
    const bare = Buffer.from(text.replaceAll('ceb:', '').replace('xmlns:ceb', 'xmlns'))
    const wrapped = Buffer.from(`<Envelope><Data>${text.replace(/<\?.*\?>/, '')}</Data></Envelope>`)
    for (const bytes of [bare, wrapped]) expect(readCebList(bytes)?.body).toEqual(list)
  })

  it('is read in UTF-16', () => {
    const text = message('CEB621Message', written(list, INVENTORY, states))
      .toString()
      .replace('UTF-8', 'UTF-16')
    expect(readCebList(Buffer.from(`\uFEFF${text}`, 'utf16le'))?.body).toEqual(list)
  })

  it('is told of at the place of the element, whatever document of the file it is in', () => {
    const second = { ...list, buyerIdNumber: '450681199001010013', items: [{ ...list.items[0]!, totalPrice: '36.00' }] }
    const read = readCebList(message('CEB621Message', written(list, INVENTORY) + written(second, INVENTORY)))!
    expect(read.body).toEqual(list)
    expect(read.findings.map(({ code, path }) => [code, path])).toEqual([
      ['RESIDENT_ID_CHECK_DIGIT', '/CEB621Message/Inventory[2]/InventoryHead/buyerIdNumber'],
      ['LINE_TOTAL_DIFFERS', '/CEB621Message/Inventory[2]/InventoryList/totalPrice'],
    ])
    expect(read.losses).toMatchObject([{ path: '/CEB621Message/Inventory[2]' }])
    expect(JSON.stringify(read.findings)).not.toContain('45068119900101')
  })

  it('has what it does not state as missing, and what it states besides as not read or lost', () => {
    const { trafNo: _trafNo, assureCode: _assureCode, ...others } = list
    const more = '<ceb:appStatus>1</ceb:appStatus><ceb:extra>x</ceb:extra>'
    const read = readCebList(
      message('CEB621Message', written({ ...others, wrapType: '1', note: 'n'.repeat(1001) }, INVENTORY, more)),
    )!
    expect(read.findings).toEqual([])
    expect(read.missing.map(({ path }) => path).sort()).toEqual(['/assureCode', '/trafNo'])
    expect(read.losses.map(({ path }) => path)).toEqual([
      '/CEB621Message/Inventory/InventoryHead/appStatus',
      '/CEB621Message/Inventory/InventoryHead/note',
    ])
    expect(JSON.stringify(read.losses)).not.toContain('nnnn')
    expect(read.unread).toContain('/CEB621Message/Inventory/InventoryHead/extra')
  })

  it('may state amounts in five decimals and with leading zeros', () => {
    const read = readCebList(
      message('CEB621Message', written({ ...list, freight: '015.00000', insuredFee: '5.00001' }, INVENTORY)),
    )!
    expect(read.findings).toEqual([])
    expect(read.body).toMatchObject({ freight: '15.00000', insuredFee: '5.00001' })
  })
})

describe('the other messages', () => {
  it.each([
    ['CEB603Message', 'list-export', INVENTORY],
    ['CEB311Message', 'order-direct', ['Order', 'OrderHead', 'OrderList']],
    ['CEB303Message', 'order-export', ['Order', 'OrderHead', 'OrderList']],
    ['CEB411Message', 'payment-direct', ['Payment', 'PaymentHead']],
    ['CEB511Message', 'logistics-direct', ['Logistics', 'LogisticsHead']],
  ])('%s', (name, file, elements) => {
    const body = valid<{ items?: object[] }>(file)
    withXml(message(name, written(body, elements)), ({ root }) => {
      const form = cebForms.find((one) => one.recognises(root))!
      expect(form.read({ root }, form.kinds[0]!)).toMatchObject({
        body,
        findings: [],
        losses: [],
        missing: [],
      })
    })
  })

  it.each([
    [
      'CEB403Message',
      'payment-export',
      'Receipts',
      { payTransactionId: 'payNo', amountPaid: 'charge', payTime: 'accountingDate' },
    ],
    ['CEB505Message', 'logistics-export', 'Logistics', { weight: 'grossWeight' }],
  ])('%s, whose names differ', (name, file, document, names) => {
    const { orderType: _type, ...body } = valid<Record<string, string>>(file)
    const renamed = Object.fromEntries(
      Object.entries(body).map(([member, value]) => [(names as Record<string, string>)[member] ?? member, value]),
    )
    withXml(message(name, written(renamed, [document])), ({ root }) => {
      const form = cebForms.find((one) => one.recognises(root))!
      const read = form.read({ root }, form.kinds[0]!)
      expect(read).toMatchObject({ body: valid(file), findings: [], missing: [] })
    })
  })

  it('are no lists', () => {
    expect(readCebList(message('CEB311Message', ''))).toBeUndefined()
    expect(readCebList(Buffer.from('<Document/>'))).toBeUndefined()
  })
})

describe('what is hostile', () => {
  it.each([
    ['<!DOCTYPE a [<!ENTITY b "c">]><CEB621Message>&b;</CEB621Message>', 'XML_UNSAFE'],
    ['<CEB621Message><Inventory>', 'XML_MALFORMED'],
    ['<a>'.repeat(500) + '</a>'.repeat(500), 'XML_UNSAFE'],
  ])('%.40s', (text, code) => {
    expect(() => readCebList(Buffer.from(text))).toThrow(expect.objectContaining({ code }))
  })

  it('many documents and lines are bounded, and that is told', () => {
    const many = Array.from({ length: 101 }, () => '<ceb:Inventory><ceb:InventoryHead/></ceb:Inventory>').join('')
    const read = readCebList(message('CEB621Message', many))!
    expect(read.losses.map(({ path }) => path)).toContain('/CEB621Message/Inventory[101]')
    const lines = { ...list, items: Array.from({ length: 120 }, () => list.items[0]!) }
    const { losses, body } = readCebList(message('CEB621Message', written(lines, INVENTORY)))!
    expect((body as EcommerceList).items).toHaveLength(99)
    expect(losses.map(({ why }) => why)).toContain('more than 99 are not taken')
  })
})
