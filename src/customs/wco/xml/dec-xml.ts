// XML of the WCO Data Model (DEC) as customs of many countries have customised it: elements are found by local name, in whatever version
// and namespace, where the model or one of its customisations puts them.
import type { XmlElement } from '../../../hub/index.ts'
import { looksLikeContainer } from '../said-rules.ts'
import { Leaf, type Shadow } from '../shadow.ts'
import type { LeafReader } from './leaves.ts'

const OF_A_DECLARATION: ReadonlySet<string> = new Set(
  'FunctionCode FunctionalReferenceID TypeCode DeclarationOfficeID GoodsItemQuantity GoodsShipment'.split(' '),
)

/** The declaration in a file: the root, or within whatever it was wrapped in for sending. A response to one is none. */
export function findDeclaration(root: XmlElement): XmlElement | undefined {
  if (root.name === 'Response') return undefined
  if (/^Declaration(?:[A-Z]\w*)?$/.test(root.name) && root.children.some(({ name }) => OF_A_DECLARATION.has(name)))
    return root
  for (const child of root.children) {
    const found = findDeclaration(child)
    if (found) return found
  }
  return undefined
}

/** A declaration as the members of customs.wco-declaration. */
export function readDeclaration(xml: LeafReader, declaration: XmlElement): Shadow {
  const { elements } = xml
  const shipments = elements.all(declaration, 'GoodsShipment')
  const [shipment] = shipments
  const consignment = elements.one(shipment, 'Consignment')
  const outer = elements.one(declaration, 'Consignment')
  const means =
    elements.one(declaration, 'BorderTransportMeans') ??
    elements.one(consignment, 'BorderTransportMeans') ??
    elements.one(outer, 'BorderTransportMeans')
  return {
    functionCode: xml.text(declaration, 'FunctionCode'),
    functionalReferenceId: xml.text(declaration, 'FunctionalReferenceID'),
    id: xml.text(declaration, 'ID'),
    typeCode: xml.text(declaration, 'TypeCode'),
    issueDateTime: xml.time(declaration, 'IssueDateTime'),
    acceptanceDateTime: xml.time(declaration, 'AcceptanceDateTime'),
    issueLocationId: xml.text(declaration, 'IssueLocationID', ['IssueLocation', 'ID']),
    declarationOfficeId: xml.text(declaration, 'DeclarationOfficeID', ['DeclarationOffice', 'ID']),
    goodsItemQuantity: xml.number(declaration, 'GoodsItemQuantity'),
    invoiceAmount: amount(xml, elements.one(declaration, 'InvoiceAmount') ?? elements.one(shipment, 'InvoiceAmount')),
    totalGrossMass: mass(
      xml,
      elements.one(declaration, 'TotalGrossMassMeasure') ?? elements.one(shipment, 'GoodsMeasure', 'GrossMassMeasure'),
    ),
    totalPackageQuantity: xml.number(declaration, 'TotalPackageQuantity'),
    submitter: party(xml, elements.one(declaration, 'Submitter')),
    agent: party(xml, elements.one(declaration, 'Agent')),
    declarant: party(xml, elements.one(declaration, 'Declarant')),
    exporter: party(xml, elements.one(declaration, 'Exporter') ?? elements.one(shipment, 'Exporter')),
    importer: party(xml, elements.one(declaration, 'Importer') ?? elements.one(shipment, 'Importer')),
    borderTransportMeans: {
      name: xml.text(means, 'Name'),
      id: xml.text(means, 'ID'),
      identificationTypeCode: xml.text(means, 'IdentificationTypeCode'),
      typeCode: xml.text(means, 'TypeCode'),
      registrationNationalityCode: xml.text(means, 'RegistrationNationalityCode'),
      modeCode: modeCode(xml.text(means, 'ModeCode')),
    },
    currencyExchanges: elements.all(declaration, 'CurrencyExchange').map((row) => ({
      currencyTypeCode: xml.text(row, 'CurrencyTypeCode'),
      rateNumeric: xml.number(row, 'RateNumeric'),
    })),
    additionalDocuments: documents(xml, declaration),
    amendments: elements.all(declaration, 'Amendment').map((row) => ({
      changeReasonCode: xml.text(row, 'ChangeReasonCode'),
      pointers: elements.all(row, 'Pointer').map((step) => ({
        sequenceNumeric: xml.number(step, 'SequenceNumeric'),
        documentSectionCode: xml.text(step, 'DocumentSectionCode'),
        tagId: xml.text(step, 'TagID'),
      })),
    })),
    obligationGuarantees: elements.all(declaration, 'ObligationGuarantee').map((row) => ({
      referenceId: xml.text(row, 'ReferenceID', 'ID'),
      amount: amount(xml, elements.one(row, 'AmountAmount') ?? elements.one(row, 'Amount')),
      accessCode: xml.text(row, 'AccessCode'),
    })),
    goodsShipment: {
      exitDateTime: xml.time(shipment, 'ExitDateTime'),
      consignee: party(xml, elements.one(shipment, 'Consignee') ?? elements.one(declaration, 'Consignee')),
      consignor: party(xml, elements.one(shipment, 'Consignor') ?? elements.one(declaration, 'Consignor')),
      buyer: party(xml, elements.one(shipment, 'Buyer')),
      seller: party(xml, elements.one(shipment, 'Seller')),
      tradeTerms: {
        conditionCode: xml.text(shipment, ['TradeTerms', 'ConditionCode']),
        locationId: xml.text(shipment, ['TradeTerms', 'LocationID']),
      },
      exportCountryId: xml.text(
        shipment,
        ['ExportCountry', 'ID'],
        ['ExportCountry', 'CountryCode'],
        'ExportationCountryCode',
      ),
      destinationCountryCode: xml.text(shipment, ['Destination', 'CountryCode'], 'DestinationCountryCode'),
      ucr: {
        id: xml.text(shipment, ['UCR', 'ID']),
        traderAssignedReferenceId: xml.text(shipment, ['UCR', 'TraderAssignedReferenceID']),
      },
      invoices: elements
        .all(shipment, 'Invoice')
        .map((row) => ({ id: xml.text(row, 'ID'), issueDateTime: xml.time(row, 'IssueDateTime') })),
      loadingLocationId: xml.text(consignment, ['LoadingLocation', 'ID']) ?? xml.text(outer, ['LoadingLocation', 'ID']),
      unloadingLocationId:
        xml.text(consignment, ['UnloadingLocation', 'ID']) ?? xml.text(outer, ['UnloadingLocation', 'ID']),
      goodsLocationId: xml.text(consignment, ['GoodsLocation', 'ID']) ?? xml.text(outer, ['GoodsLocation', 'ID']),
      transportEquipment: [
        ...shipments.flatMap((one) => elements.all(one, 'Consignment')),
        ...elements.all(declaration, 'Consignment'),
      ].flatMap((one) => elements.all(one, 'TransportEquipment').map((row) => equipment(xml, row))),
      items: itemsOf(xml, shipments),
    },
  }
}

/** Some write the one digit of Recommendation 19 as two. */
const modeCode = (leaf: Leaf | undefined): Leaf | undefined => leaf?.with(leaf.value.replace(/^0(?=\d$)/, ''))

/** Of several shipments each may count its items anew: in one declaration they are numbered on, and that is told. */
function itemsOf(xml: LeafReader, shipments: readonly XmlElement[]): Shadow[] {
  const rows = shipments.map((one) => xml.elements.all(one, 'GovernmentAgencyGoodsItem'))
  if (rows.filter((items) => items.length > 0).length < 2) return rows.flat().map((row) => item(xml, row))
  for (const one of shipments.slice(1))
    xml.losses.push({ path: xml.elements.path(one), why: 'its items are numbered on from those before it' })
  return rows.flat().map((row, at) => {
    const number = xml.text(row, 'SequenceNumeric')
    return { ...item(xml, row), sequenceNumeric: number?.with(String(at + 1)) }
  })
}

function party(xml: LeafReader, from: XmlElement | undefined): Shadow {
  const address = xml.elements.one(from, 'Address')
  return (
    from && {
      name: xml.text(from, 'Name'),
      id: xml.text(from, 'ID'),
      address: {
        lines: xml.texts(address, 'Line'),
        cityName: xml.text(address, 'CityName'),
        postcodeId: xml.text(address, 'PostcodeID'),
        countryCode: xml.text(address, 'CountryCode'),
      },
    }
  )
}

function amount(xml: LeafReader, element: XmlElement | undefined): Shadow {
  const value = element && xml.number(element)
  if (!value) return undefined
  const currency = xml.elements.attribute(element, 'currencyID', 'currencyCode')
  return {
    amount: value,
    currency: currency === undefined ? undefined : new Leaf(currency, `${value.path}/@currencyID`),
  }
}

function measure(xml: LeafReader, element: XmlElement | undefined, unit?: string): Shadow {
  const value = element && xml.number(element)
  if (!value) return undefined
  const unitCode = xml.elements.attribute(element, 'unitCode') ?? unit
  return { value, unitCode: unitCode === undefined ? undefined : new Leaf(unitCode, `${value.path}/@unitCode`) }
}

/** A mass is in kilograms unless it says otherwise. */
const mass = (xml: LeafReader, element: XmlElement | undefined): Shadow => measure(xml, element, 'KGM')

const documents = (xml: LeafReader, from: XmlElement): Shadow =>
  xml.elements.all(from, 'AdditionalDocument').map((row) => ({
    categoryCode: xml.text(row, 'CategoryCode'),
    typeCode: xml.text(row, 'TypeCode'),
    id: xml.text(row, 'ID'),
  }))

function equipment(xml: LeafReader, row: XmlElement): Shadow {
  const sequenceNumeric = xml.number(row, 'SequenceNumeric')
  const id = containerNumber(xml.text(row, 'ID'))
  const sealIds = xml.elements.all(row, 'Seal').map((seal) => {
    // Seals are counted from 1; that they are is said by their order.
    xml.elements.one(seal, 'SequenceNumeric')
    return xml.text(seal, 'ID')
  })
  return id || sealIds.some((seal) => seal) ? { sequenceNumeric, id, sealIds } : undefined
}

/** As printed on the container, with blanks and a hyphen, or as the standard writes it. */
export function containerNumber(leaf: Leaf | undefined): Leaf | undefined {
  const plain = leaf?.value.replace(/[\s.-]/g, '')
  return leaf && plain !== undefined && looksLikeContainer(plain) ? new Leaf(plain.toUpperCase(), leaf.path) : leaf
}

function item(xml: LeafReader, row: XmlElement): { readonly [name: string]: Shadow } {
  const { elements } = xml
  const commodity = elements.one(row, 'Commodity')
  const measures = elements.one(commodity, 'GoodsMeasure') ?? elements.one(row, 'GoodsMeasure')
  const line = elements.one(commodity, 'InvoiceLine') ?? elements.one(row, 'InvoiceLine')
  return {
    sequenceNumeric: xml.number(row, 'SequenceNumeric'),
    description: xml.text(commodity, 'Description', 'CargoDescription'),
    classifications: elements.all(commodity, 'Classification').map((one) => ({
      id: xml.text(one, 'ID'),
      identificationTypeCode: xml.text(one, 'IdentificationTypeCode'),
    })),
    goodsMeasure: {
      grossMass: mass(xml, elements.one(measures, 'GrossMassMeasure')),
      netNetWeight: mass(xml, elements.one(measures, 'NetNetWeightMeasure')),
      tariffQuantity: measure(xml, elements.one(measures, 'TariffQuantity')),
    },
    itemChargeAmount: amount(xml, elements.one(line, 'ItemChargeAmount')),
    customsValueAmount: amount(xml, elements.one(row, 'CustomsValueAmount')),
    statisticalValueAmount: amount(xml, elements.one(row, 'StatisticalValueAmount')),
    valuationMethodCode: xml.text(row, ['CustomsValuation', 'MethodCode']),
    dutyTaxFees: [...elements.all(commodity, 'DutyTaxFee'), ...elements.all(row, 'DutyTaxFee')].map((fee) => ({
      typeCode: xml.text(fee, 'TypeCode'),
      taxRateNumeric: xml.number(fee, 'TaxRateNumeric'),
      adValoremTaxBaseAmount: amount(xml, elements.one(fee, 'AdValoremTaxBaseAmount')),
      dutyRegimeCode: xml.text(fee, 'DutyRegimeCode'),
      quotaOrderId: xml.text(fee, 'QuotaOrderID'),
    })),
    procedures: elements.all(row, 'GovernmentProcedure').map((one) => ({
      currentCode: xml.text(one, 'CurrentCode'),
      previousCode: xml.text(one, 'PreviousCode'),
    })),
    origins: elements.all(row, 'Origin').map((one) => ({
      countryCode: xml.text(one, 'CountryCode'),
      regionId: xml.text(one, 'RegionID'),
      typeCode: xml.text(one, 'TypeCode'),
    })),
    packagings: elements.all(row, 'Packaging').map((one) => ({
      marksNumbersId: xml.text(one, 'MarksNumbersID', 'MarksNumbers'),
      quantity: xml.number(one, 'QuantityQuantity', 'Quantity'),
      typeCode: xml.text(one, 'TypeCode'),
    })),
    previousDocuments: elements.all(row, 'PreviousDocument').map((one) => ({
      categoryCode: xml.text(one, 'CategoryCode'),
      typeCode: xml.text(one, 'TypeCode'),
      id: xml.text(one, 'ID'),
      lineNumeric: xml.number(one, 'LineNumeric'),
    })),
    additionalDocuments: documents(xml, row),
    equipmentIds: [...elements.all(commodity, 'TransportEquipment'), ...elements.all(row, 'TransportEquipment')].map(
      (one) => containerNumber(xml.text(one, 'ID')),
    ),
  }
}
