// What the rules look at in a declaration, whichever profile it is in: who, to whom, what goods at what value and mass, and the names it says.
import { parseMoney, type Money } from '../../hub/index.ts'
import type { CustomsDeclaration, WcoDeclaration } from '../../../schemas/types.d.ts'
import { kilogramsPer } from '../reference/index.ts'

export const DECLARATION_KINDS = ['customs.declaration', 'customs.wco-declaration'] as const

export interface ItemFacts {
  /** HS, six digits. */
  hs: string
  value?: Money
  kilograms?: number
}

export interface SaidText {
  role: 'consignor' | 'consignee' | 'owner' | 'vessel'
  form: 'name' | 'identifier'
  /** JSON Pointer into the body. */
  path: string
  text: string
}

export interface DeclarationFacts {
  direction: 'E' | 'I'
  /** The trader at home whose history this is, and the one abroad. */
  trader: string
  counterpart: string
  mode?: string
  items: ItemFacts[]
  /** Of a declaration whose goods are of one kind and whose packages are alike. */
  packing?: { hs: string; kind: string; kilogramsEach: number }
  said: SaidText[]
}

/** `country`: of the party that declares, alpha-2. Undefined for a declaration whose direction cannot be told, and for what is no whole declaration. */
export function factsOf(kind: string, body: unknown, country: string): DeclarationFacts | undefined {
  return kind === 'customs.declaration'
    ? chineseFacts(body as CustomsDeclaration)
    : wcoFacts(body as WcoDeclaration, country)
}

function chineseFacts(body: CustomsDeclaration): DeclarationFacts {
  const items = body.items.map(
    (item): ItemFacts => ({
      hs: item.codeTs.slice(0, 6),
      ...optional('value', moneyOf(item.declTotal, item.tradeCurr)),
      ...optional(
        'kilograms',
        massOf(item.firstQty, item.firstUnit) ??
          massOf(item.secondQty, item.secondUnit) ??
          massOf(item.gQty, item.gUnit),
      ),
    }),
  )
  const [home, abroad] =
    body.ieFlag === 'E' ? (['consignor', 'consignee'] as const) : (['consignee', 'consignor'] as const)
  return {
    direction: body.ieFlag,
    trader: body.tradeCoScc,
    counterpart: body.overseasTraderName,
    mode: body.tradeMode,
    items,
    ...packingOf(items, body.wrapType, Number(body.packNo), Number(body.netWt)),
    said: texts([
      [home, 'name', '/tradeName', body.tradeName],
      [home, 'identifier', '/tradeCoScc', body.tradeCoScc],
      [home, 'identifier', '/tradeCode', body.tradeCode],
      [abroad, 'name', '/overseasTraderName', body.overseasTraderName],
      [abroad, 'identifier', '/overseasTraderCode', body.overseasTraderCode],
      ['owner', 'name', '/ownerName', body.ownerName],
      ['owner', 'identifier', '/ownerCodeScc', body.ownerCodeScc],
      ['owner', 'identifier', '/ownerCode', body.ownerCode],
      ['vessel', 'name', '/trafName', body.trafName],
    ]),
  }
}

function wcoFacts(body: WcoDeclaration, country: string): DeclarationFacts | undefined {
  const { goodsShipment: shipment = {} as NonNullable<WcoDeclaration['goodsShipment']>, borderTransportMeans: means } =
    body
  const declared = shipment.items ?? []
  // Only an original (9) and a replacement (5) are whole.
  if (body.functionCode !== '9' && body.functionCode !== '5') return undefined
  const direction =
    country === shipment.exportCountryId ? 'E' : country === shipment.destinationCountryCode ? 'I' : undefined
  if (direction === undefined) return undefined
  const items = declared.flatMap((item): ItemFacts[] => {
    const hs = item.classifications?.map(({ id = '' }) => id.replaceAll(/\D/g, '')).find((id) => id.length >= 6)
    const charge = item.itemChargeAmount ?? item.customsValueAmount
    const { netNetWeight: net, tariffQuantity: quantity } = item.goodsMeasure ?? {}
    const kilograms = massOf(net?.value, net?.unitCode) ?? massOf(quantity?.value, quantity?.unitCode)
    return hs === undefined
      ? []
      : [
          {
            hs: hs.slice(0, 6),
            ...optional('value', moneyOf(charge?.amount, charge?.currency)),
            ...optional('kilograms', kilograms),
          },
        ]
  })
  const consignor = body.exporter ?? shipment.consignor
  const consignee = shipment.consignee ?? body.importer
  const [home, abroad] = direction === 'E' ? [consignor, consignee] : [consignee, consignor]
  const packages = declared.flatMap(({ packagings = [] }) => packagings)
  const kinds = new Set(packages.map(({ typeCode }) => typeCode))
  const count = packages.reduce((sum, { quantity }) => sum + Number(quantity ?? 0), 0)
  return {
    direction,
    trader: home?.id ?? home?.name ?? '',
    counterpart: abroad?.name ?? abroad?.id ?? '',
    items,
    ...(kinds.size === 1 && packingOf(items, [...kinds][0] ?? '', count, sumOf(items))),
    said: texts([
      ['consignor', 'name', '/exporter/name', body.exporter?.name],
      ['consignor', 'identifier', '/exporter/id', body.exporter?.id],
      ['consignor', 'name', '/goodsShipment/consignor/name', shipment.consignor?.name],
      ['consignor', 'identifier', '/goodsShipment/consignor/id', shipment.consignor?.id],
      ['owner', 'name', '/goodsShipment/seller/name', shipment.seller?.name],
      ['owner', 'name', '/goodsShipment/buyer/name', shipment.buyer?.name],
      ['consignee', 'name', '/goodsShipment/consignee/name', shipment.consignee?.name],
      ['consignee', 'identifier', '/goodsShipment/consignee/id', shipment.consignee?.id],
      ['consignee', 'name', '/importer/name', body.importer?.name],
      ['consignee', 'identifier', '/importer/id', body.importer?.id],
      ['vessel', 'name', '/borderTransportMeans/name', means?.name],
      ['vessel', 'identifier', '/borderTransportMeans/id', means?.id],
    ]),
  }
}

/** Sum of the values of a declaration, if they are all there and in one currency. */
export function totalOf(items: readonly ItemFacts[]): Money | undefined {
  const currency = items[0]?.value?.currency
  if (currency === undefined || items.some(({ value }) => value?.currency !== currency)) return undefined
  return { currency, minor: items.reduce((sum, { value }) => sum + value!.minor, 0n) }
}

const sumOf = (items: readonly ItemFacts[]): number => items.reduce((sum, { kilograms = NaN }) => sum + kilograms, 0)

function packingOf(
  items: readonly ItemFacts[],
  kind: string,
  count: number,
  kilograms: number,
): Pick<DeclarationFacts, 'packing'> {
  const hs = items[0]?.hs
  if (hs === undefined || items.some((item) => item.hs !== hs) || !(count > 0) || !(kilograms > 0)) return {}
  return { packing: { hs, kind, kilogramsEach: kilograms / count } }
}

/** Of other countries amounts come with more places than the currency has; zeros at their end say nothing. */
function moneyOf(amount: string | undefined, currency: string | undefined): Money | undefined {
  const trimmed = amount?.includes('.') ? amount.replace(/\.?0+$/, '') : amount
  return parseMoney(trimmed, currency)
}

function massOf(quantity: string | undefined, unit: string | undefined): number | undefined {
  const each = unit === undefined ? undefined : kilogramsPer(unit)
  const kilograms = each === undefined ? NaN : Number(quantity) * Number(each)
  return kilograms > 0 ? kilograms : undefined
}

const optional = <Name extends string, T>(name: Name, value: T | undefined): { [N in Name]?: T } =>
  value === undefined ? {} : ({ [name]: value } as { [N in Name]?: T })

const texts = (
  rows: readonly (readonly [SaidText['role'], SaidText['form'], string, string | undefined])[],
): SaidText[] => rows.flatMap(([role, form, path, text]) => (text ? [{ role, form, path, text }] : []))
