// Declarations that others write in XML: what is found in them, what is lost, what is missing, and that nothing else is said.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkBody } from '../../../../src/client/verbs/check.ts'
import { looksLikeXml, readForeign, type ForeignReading } from '../../../../src/customs/foreign.ts'
import { ACDD, DECLARATION, WCO } from '../../../../src/customs/wco/index.ts'

const bytesOf = (name: string) =>
  readFileSync(new URL(`../../../../fixtures/customs/foreign/${name}.xml`, import.meta.url))
const read = (bytes: Uint8Array | string, kind = WCO): ForeignReading =>
  readForeign(typeof bytes === 'string' ? Buffer.from(bytes) : bytes, kind)!.reading!
const codes = ({ findings }: ForeignReading) => findings.map(({ code, path }) => `${code} ${path}`)
const declaration = (inner: string) =>
  `<Declaration xmlns="urn:wco:datamodel:WCO:DEC-DMS:2"><FunctionCode>9</FunctionCode>${inner}</Declaration>`
const equipment = (id: string) =>
  declaration(
    `<GoodsShipment><Consignment><TransportEquipment><ID>${id}</ID></TransportEquipment></Consignment></GoodsShipment>`,
  )

describe('nothing spurious', () => {
  it.each(['dms-export', 'dms-amendment', 'tsw-import', 'dec-message-export'])(
    'is found in %s, as any kind',
    (name) => {
      for (const kind of [WCO, DECLARATION, ACDD]) expect(codes(read(bytesOf(name), kind))).toEqual([])
    },
  )

  it.each([
    ['a wagon', '318012345678'],
    ['a trailer', 'EX-TRAILER-7'],
    ['a swap body (EN 13044)', 'ABCK1234567'],
    ['a name', 'CONTAINERNUMBER17'],
    ['a container, printed with blanks', 'CSQU 305438 3'],
    ['a container, in small letters', 'csqu3054383'],
    ['ten digits', '3054383123'],
  ])('is found in the number of %s', (_, id) => {
    expect(codes(read(equipment(id)))).toEqual([])
  })

  it.each([
    '<TypeCode>QQQ</TypeCode>',
    '<InvoiceAmount currencyID="GBP">-12.50</InvoiceAmount>',
    '<BorderTransportMeans><ModeCode>01</ModeCode></BorderTransportMeans>',
    '<GoodsItemQuantity>0</GoodsItemQuantity>',
    '<DeclarationOfficeID>{{office}}</DeclarationOfficeID>',
    '<InvoiceAmount currencyID="HRK">1000.000</InvoiceAmount>',
    '<InvoiceAmount>.5</InvoiceAmount>',
    '<TotalGrossMassMeasure unitCode="KGM#G">+007.0</TotalGrossMassMeasure>',
    '<IssueDateTime>2026-11-04</IssueDateTime>',
    '<IssueDateTime><DateTimeString>20261104</DateTimeString></IssueDateTime>',
    '<IssueDateTime formatCode="101">261104</IssueDateTime>',
    '<BorderTransportMeans><ID>12345</ID><IdentificationTypeCode>10</IdentificationTypeCode></BorderTransportMeans>',
    '<GoodsShipment><UCR><ID>P198/R65</ID></UCR><TradeTerms><ConditionCode>XXX</ConditionCode><LocationID>1234</LocationID></TradeTerms></GoodsShipment>',
    '<GoodsShipment><ExportCountry><ID>XI</ID></ExportCountry><Destination><CountryCode>QR</CountryCode></Destination></GoodsShipment>',
    '<GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric><Origin><CountryCode>EU</CountryCode></Origin></GovernmentAgencyGoodsItem></GoodsShipment>',
    '<GoodsShipment><GovernmentAgencyGoodsItem><Commodity><Classification><ID>901420209000000000</ID><IdentificationTypeCode>SRZ</IdentificationTypeCode></Classification></Commodity></GovernmentAgencyGoodsItem></GoodsShipment>',
  ])('is found in %s', (inner) => {
    expect(codes(read(declaration(inner)))).toEqual([])
  })
})

describe('what a document says against itself', () => {
  it('a container number with a wrong check digit is found, with its place in the file', () => {
    const path = '/MetaData/Declaration/GoodsShipment/Consignment/TransportEquipment[1]/ID'
    for (const kind of [WCO, DECLARATION, ACDD])
      expect(codes(read(bytesOf('dms-export-container'), kind))).toEqual([`CONTAINER_CHECK_DIGIT ${path}`])
    expect(codes(read(equipment('CSQU 305438-4')))).toEqual([
      'CONTAINER_CHECK_DIGIT /Declaration/GoodsShipment/Consignment/TransportEquipment/ID',
    ])
  })

  it('a container that only an item names is looked at too, and one that both name once', () => {
    const item = (id: string) =>
      `<GovernmentAgencyGoodsItem><Commodity><TransportEquipment><ID>${id}</ID></TransportEquipment></Commodity></GovernmentAgencyGoodsItem>`
    const listed = '<Consignment><TransportEquipment><ID>CSQU3054384</ID></TransportEquipment></Consignment>'
    const shipment = (inner: string) => codes(read(declaration(`<GoodsShipment>${inner}</GoodsShipment>`)))
    expect(shipment(item('CSQU3054384'))).toEqual([
      'CONTAINER_CHECK_DIGIT /Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/TransportEquipment/ID',
    ])
    expect(shipment(listed + item('CSQU3054384'))).toHaveLength(1)
  })

  it('identifiers, codes, numbers, days and sums are found at once', () => {
    const item = '/Declaration/GoodsShipment/GovernmentAgencyGoodsItem'
    expect(codes(read(bytesOf('dms-contradicting'))).sort()).toEqual(
      [
        'DATE_INVALID /Declaration/AcceptanceDateTime/DateTimeString',
        `WCO_NUMBER_MALFORMED ${item}[1]/Commodity/InvoiceLine/ItemChargeAmount`,
        'IMO_CHECK_DIGIT /Declaration/BorderTransportMeans/ID',
        'WCO_COUNTRY_UNKNOWN /Declaration/GoodsShipment/ExportCountry/ID',
        'WCO_CURRENCY_UNKNOWN /Declaration/InvoiceAmount/@currencyID',
        `TARIFF_CHAPTER_UNKNOWN ${item}[1]/Commodity/Classification/ID`,
        'WCO_ITEM_COUNT_DIFFERS /Declaration/GoodsItemQuantity',
        `WCO_ITEM_SEQUENCE ${item}[2]/SequenceNumeric`,
        'WCO_PACKAGES_DIFFER /Declaration/TotalPackageQuantity',
        `WCO_ITEM_NET_EXCEEDS_GROSS ${item}[2]/Commodity/GoodsMeasure/NetNetWeightMeasure`,
        'WCO_GROSS_BELOW_NET /Declaration/TotalGrossMassMeasure',
      ].sort(),
    )
  })

  it('the single window of China: identifiers, weights, prices and days', () => {
    expect(codes(read(bytesOf('dec-message-contradicting'), DECLARATION)).sort()).toEqual([
      'CONTAINER_CHECK_DIGIT /DecMessage/DecContainers/Container/ContainerId',
      'DATE_INVALID /DecMessage/DecHead/IEDate',
      'ITEM_TOTAL_DIFFERS /DecMessage/DecLists/DecList/DeclTotal',
      'NET_WEIGHT_EXCEEDS_GROSS /DecMessage/DecHead/NetWt',
      'USCC_CHECK_DIGIT /DecMessage/DecHead/TradeCoScc',
    ])
  })
})

describe('what is read', () => {
  it('a declaration of the data model in members of the kind', () => {
    const { body, missing, unread } = read(bytesOf('dms-export'))
    expect(body).toMatchObject({
      functionCode: '9',
      issueDateTime: '2026-11-04T10:15:00+01:00',
      invoiceAmount: { amount: '12500.50', currency: 'EUR' },
      goodsShipment: {
        transportEquipment: [{ id: 'CSQU3054383', sealIds: ['EX77'] }, { id: '318012345678' }],
        items: [
          {
            goodsMeasure: {
              netNetWeight: { value: '900.500', unitCode: 'KGM' },
              tariffQuantity: { value: '2.000', unitCode: 'NAR' },
            },
          },
          { classifications: [{ id: '842290', identificationTypeCode: 'HS' }, { id: '90' }] },
        ],
      },
    })
    // What a country leaves out is missing, not wrong.
    expect(missing.map(({ path }) => path)).toEqual([
      '/id',
      '/declarationOfficeId',
      '/goodsShipment/items/0/origins',
      '/goodsShipment/items/1/origins',
    ])
    expect(unread).toContain('/MetaData/WCODataModelVersionCode')
    expect(unread).toContain('/MetaData/Declaration/ExitOffice')
  })

  it('countries of an export as the single window writes them, and old currency codes', () => {
    const { body } = read(bytesOf('dec-message-export'), DECLARATION)
    expect(body).toMatchObject({
      containers: [{ containerId: 'CSQU3054383' }],
      licenseDocus: [{ code: 'Y', certCode: 'EX-CERT-1' }],
      voyageNo: '1102',
      items: [{ originCountry: 'CHN', destinationCountry: 'VNM', tradeCurr: 'USD' }],
    })
    const plain = bytesOf('dec-message-export')
      .toString()
      .replace('<OriginCountry>VNM', '<OriginCountry>CHN')
      .replace('<DestinationCountry>CHN', '<DestinationCountry>VNM')
    expect(read(plain, DECLARATION).body).toMatchObject({
      items: [{ originCountry: 'CHN', destinationCountry: 'VNM' }],
    })
  })

  it('every element and attribute that is not known is told, and values that do not fit', () => {
    const { body, losses, unread } = read(
      declaration(
        '<Extension code="1"><Inner>x</Inner></Extension><TypeCode listID="L">EXTRA</TypeCode><Exporter><Name>One</Name></Exporter><Exporter><Name>Two</Name></Exporter><Empty/>',
      ),
    )
    expect(body).toEqual({ functionCode: '9', exporter: { name: 'One' } })
    expect(unread).toEqual(['/Declaration/Extension', '/Declaration/TypeCode/@listID', '/Declaration/Exporter[2]'])
    expect(losses).toEqual([{ path: '/Declaration/TypeCode', value: 'EXTRA', why: 'it does not fit /typeCode' }])
  })

  it('what is commercial or personal is told as lost without its value', () => {
    const long = 'x'.repeat(80)
    const { losses } = read(declaration(`<Exporter><Name>${long}</Name></Exporter>`))
    expect(losses).toEqual([{ path: '/Declaration/Exporter/Name', why: 'it does not fit /exporter/name' }])
  })

  it('of several shipments each may count its items anew', () => {
    const shipment =
      '<GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric></GovernmentAgencyGoodsItem></GoodsShipment>'
    const reading = read(declaration(`<GoodsItemQuantity>2</GoodsItemQuantity>${shipment}${shipment}`))
    expect(codes(reading)).toEqual([])
    expect(reading.body).toMatchObject({
      goodsShipment: { items: [{ sequenceNumeric: '1' }, { sequenceNumeric: '2' }] },
    })
    expect(reading.losses).toEqual([
      { path: '/Declaration/GoodsShipment[2]', why: 'its items are numbered on from those before it' },
    ])
  })

  it.each(['13', '34', '2'])('nothing is counted in function %s, which states a part', (code) => {
    const part = read(
      `<Declaration><FunctionCode>${code}</FunctionCode><GoodsItemQuantity>5</GoodsItemQuantity><GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric></GovernmentAgencyGoodsItem></GoodsShipment></Declaration>`,
    )
    expect(codes(part)).toEqual([])
  })

  it('blanks within an identifier stay', () => {
    expect(read(declaration('<ID>AA  0911100004</ID>')).body).toMatchObject({ id: 'AA  0911100004' })
  })

  it('numbers of items go on within the document, from whatever the first is', () => {
    const items = (...numbers: string[]) =>
      declaration(
        `<GoodsShipment>${numbers.map((n) => `<GovernmentAgencyGoodsItem><SequenceNumeric>${n}</SequenceNumeric></GovernmentAgencyGoodsItem>`).join('')}</GoodsShipment>`,
      )
    expect(codes(read(items('3', '4', '5')))).toEqual([])
    expect(codes(read(items('1', '1')))).toEqual([
      'WCO_ITEM_SEQUENCE /Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/SequenceNumeric',
    ])
  })
})

describe('beibu check', () => {
  it('tells form, losses, missing and unread beside verdict and findings', () => {
    const result = checkBody(DECLARATION, undefined, bytesOf('dms-export-container'))
    expect(result).toMatchObject({ kind: DECLARATION, form: 'wco-dec-xml', verdict: 'findings' })
    expect(result.findings.map(({ code }) => code)).toEqual(['CONTAINER_CHECK_DIGIT'])
    expect(result.losses!.length).toBeGreaterThan(10)
    expect(result.missing).toContainEqual({ path: '/entryId', why: 'it is needed and not stated' })
    expect(checkBody(DECLARATION, undefined, bytesOf('dec-message-export'))).toMatchObject({
      verdict: 'ok',
      findings: [],
    })
  })

  it('cannot tell of XML that is no declaration, and finds malformed and unsafe XML', () => {
    const verdict = (text: string) => checkBody(DECLARATION, undefined, Buffer.from(text))
    expect(verdict('<Invoice><ID>1</ID></Invoice>')).toMatchObject({ verdict: 'unknown' })
    expect(verdict('<Response><Declaration><FunctionCode>9</FunctionCode></Declaration></Response>').verdict).toBe(
      'unknown',
    )
    expect(verdict('<Declaration><FunctionCode>9</Declaration>').findings[0]?.code).toBe('XML_MALFORMED')
    expect(verdict('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>').findings[0]?.code).toBe('XML_UNSAFE')
    expect(verdict('{"entryId": 1}').findings.length).toBeGreaterThan(1)
  })

  it.each(['<a/>', '\uFEFF<a/>', '\n  <a/>'])('takes %j for XML', (text) =>
    expect(looksLikeXml(Buffer.from(text))).toBe(true),
  )
  it('takes XML of other encodings for XML', () => {
    expect(looksLikeXml(Buffer.from('\uFEFF<a/>', 'utf16le'))).toBe(true)
    expect(looksLikeXml(Buffer.from('<a/>', 'utf16le'))).toBe(true)
    expect(looksLikeXml(Buffer.from('\uFEFF<a/>', 'utf16le').swap16())).toBe(true)
    expect(looksLikeXml(Buffer.from('{"a":"<"}'))).toBe(false)
    expect(looksLikeXml(Buffer.alloc(0))).toBe(false)
  })
})
