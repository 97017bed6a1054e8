// One consignment in all its documents, which agree: the export declaration of the fixtures, what the other side files, invoice, packing list.
import type { CommercialInvoice, CustomsDeclaration, PackingList, WcoDeclaration } from '../../../../schemas/types.d.ts'
import { alpha2Of } from '../../../../src/hub/index.ts'
import { toRec20 } from '../../../../src/customs/reference/index.ts'
import { fixture } from '../payment/area-fixtures.ts'

export const UCR = '6CN450100MA5GX0TE5M0001'

export const exported = (): CustomsDeclaration => ({ ...fixture('declaration-electronics.json'), ucr: UCR })

const IN_CHINA = { lines: ['Invented Road 1'], cityName: 'Nanning', countryCode: 'CN' }

/** The same goods as the partner country's importer declares them in the WCO Data Model. */
export const wcoImported = (from: CustomsDeclaration = exported()): WcoDeclaration => ({
  functionCode: '9',
  id: '26VN0000000001',
  typeCode: 'IM',
  declarationOfficeId: 'VNHAN01',
  goodsItemQuantity: String(from.items.length),
  declarant: { id: '0100000000' },
  exporter: { name: from.tradeName, address: IN_CHINA },
  totalGrossMass: { value: from.grossWt, unitCode: 'KGM' },
  totalPackageQuantity: from.packNo,
  goodsShipment: {
    consignor: { name: from.tradeName, address: IN_CHINA },
    consignee: { name: from.overseasTraderName, id: '0100000001' },
    tradeTerms: { conditionCode: 'FOB' },
    exportCountryId: 'CN',
    destinationCountryCode: alpha2Of(from.tradeCountry)!,
    ...(from.ucr !== undefined && { ucr: { id: from.ucr } }),
    invoices: [{ id: 'GXEE-2026/1102' }],
    transportEquipment: (from.containers ?? []).map(({ containerId }) => ({ id: containerId })),
    items: from.items.map((item, at) => ({
      sequenceNumeric: String(at + 1),
      description: `Goods ${item.gNo}`,
      classifications: [{ id: item.codeTs.slice(0, 8), identificationTypeCode: 'HS' }],
      goodsMeasure: {
        netNetWeight: { value: item.secondQty ?? '1', unitCode: 'KGM' },
        tariffQuantity: { value: item.gQty, unitCode: toRec20(item.gUnit) ?? 'C62' },
      },
      itemChargeAmount: { amount: item.declTotal, currency: item.tradeCurr },
      procedures: [{ currentCode: '4000' }],
      origins: [{ countryCode: alpha2Of(item.originCountry)! }],
      packagings: [{ typeCode: 'CT', quantity: '320' }],
    })),
  },
})

export const invoiced = (): CommercialInvoice => ({
  invoiceNumber: 'GXEE-2026/1102',
  invoiceDate: '2026-11-02',
  contractNumber: 'GXEE-VN-2026-1102',
  seller: { uscc: '91450100MA5EXAMP19', name: '广西示例电子有限公司', country: 'CN' },
  buyer: { name: 'EXAMPLE ELECTRONICS VIET NAM COMPANY LIMITED', country: 'VN' },
  originCountry: 'CN',
  tradeTermsConditionsCode: 'FOB',
  itemsShipped: [
    {
      description: 'Smartphone, no brand',
      hsCode: '851713',
      itemCount: '3200',
      unit: 'H87',
      netWeight: '1600',
      productPrice: '86.5',
      amount: '276800.00',
    },
    {
      description: 'Wireless earphones',
      hsCode: '85183000',
      itemCount: '6000',
      unit: 'SET',
      netWeight: '3008',
      productPrice: '7.2',
      amount: '43200.00',
    },
  ],
  totalAmount: { amount: '320000.00', currency: 'USD' },
})

export const packed = (): PackingList => fixture('packing-list-electronics.json')
