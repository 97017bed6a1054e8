// The paper of a declaration in the WCO Data Model: what the partner country's declarants file.
import { checkContainer } from '../../hub/index.ts'
import type { WcoDeclaration } from '../../../schemas/types.d.ts'
import {
  cell,
  hs6Of,
  mass,
  money,
  present,
  quantity,
  sumOf,
  type Cell,
  type CellField,
  type DocumentName,
  type Line,
  type Paper,
} from './paper.ts'
import { includedIn } from './terms.ts'

type Shipment = NonNullable<WcoDeclaration['goodsShipment']>
type Item = NonNullable<Shipment['items']>[number]
type Party = { name?: string } | undefined

export function wcoPaper(body: WcoDeclaration, document: DocumentName): Paper {
  const shipment: Shipment = body.goodsShipment ?? {}
  const items = shipment.items ?? []
  const consignor = nameOf(shipment.consignor, '/goodsShipment/consignor', body.exporter, '/exporter')
  const consignee = nameOf(shipment.consignee, '/goodsShipment/consignee', body.importer, '/importer')
  const terms = cell('/goodsShipment/tradeTerms/conditionCode', shipment.tradeTerms?.conditionCode)
  const lines = items.map(lineOf)
  const currency = body.invoiceAmount?.currency ?? items[0]?.itemChargeAmount?.currency
  const linesPath = '/goodsShipment/items'
  return {
    document,
    cells: present<Record<CellField, Cell>>({
      ucr: cell('/goodsShipment/ucr/id', shipment.ucr?.id),
      contractNumber: undefined,
      consignor,
      consignorId: undefined,
      consignee,
      consigneeId: undefined,
      departureCountry: cell('/goodsShipment/exportCountryId', shipment.exportCountryId),
      arrivalCountry: cell('/goodsShipment/destinationCountryCode', shipment.destinationCountryCode),
      packages: cell('/totalPackageQuantity', body.totalPackageQuantity),
    }),
    masses: present({
      grossMass: mass('/totalGrossMass/value', body.totalGrossMass?.value, body.totalGrossMass?.unitCode),
      netMass: sumOf(
        items.map(({ goodsMeasure: { netNetWeight } }) => mass('', netNetWeight.value, netNetWeight.unitCode)),
        linesPath,
        'KGM',
      ),
    }),
    invoiceNumbers: (shipment.invoices ?? []).map(({ id }, at) => ({
      path: `/goodsShipment/invoices/${at}/id`,
      value: id,
    })),
    // Wagons and trailers stand among the equipment too; containers are those whose number has the form and the check digit.
    containers: (shipment.transportEquipment ?? []).flatMap(({ id }, at) =>
      id !== undefined && !checkContainer(id)
        ? [{ path: `/goodsShipment/transportEquipment/${at}/id`, value: id }]
        : [],
    ),
    containersPath: '/goodsShipment/transportEquipment',
    linesPath,
    ...present({
      currency: cell('/invoiceAmount/currency', currency),
      terms,
      included: includedIn(terms?.value),
      total:
        money('/invoiceAmount/amount', body.invoiceAmount?.amount, currency) ??
        sumOf(
          lines.map(({ amount }) => amount),
          linesPath,
          currency ?? '',
        ),
    }),
    charges: {},
    adjusted: false,
    lines,
  }
}

/**
 * The parties of the shipment stand before those of the declaration. Their identifiers have 17 characters at most, so none is a credit code:
 * they are not compared.
 */
const nameOf = (shipped: Party, shippedPath: string, declared: Party, declaredPath: string): Cell | undefined =>
  shipped ? cell(`${shippedPath}/name`, shipped.name) : cell(`${declaredPath}/name`, declared?.name)

function lineOf(item: Item, at: number): Line {
  const path = `/goodsShipment/items/${at}`
  const { netNetWeight, tariffQuantity, grossMass } = item.goodsMeasure
  const code = item.classifications.findIndex(({ id }) => hs6Of(id) !== undefined)
  const hs = item.classifications[code]?.id
  const measure = `${path}/goodsMeasure`
  return {
    paths: [path],
    description: item.description,
    quantities: quantity(`${measure}/tariffQuantity/value`, tariffQuantity?.value, tariffQuantity?.unitCode),
    ...present({
      hs6: hs6Of(hs),
      hs: cell(`${path}/classifications/${code}/id`, hs, hs6Of(hs)),
      origin: cell(`${path}/origins/0/countryCode`, item.origins[0]?.countryCode),
      net: mass(`${measure}/netNetWeight/value`, netNetWeight.value, netNetWeight.unitCode),
      gross: mass(`${measure}/grossMass/value`, grossMass?.value, grossMass?.unitCode),
      amount: money(`${path}/itemChargeAmount/amount`, item.itemChargeAmount?.amount, item.itemChargeAmount?.currency),
    }),
  }
}
