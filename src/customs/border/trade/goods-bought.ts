// The goods of a declaration against those of its purchases: by tariff line and limit, amounts to the fen and net weights to the gram.
import {
  formatAmount,
  formatDecimal,
  decimalOf,
  type Finding,
  type Judgement,
  type JudgeViews,
  refused,
} from '../../../hub/index.ts'
import type { BorderPurchase, BorderTrade } from '../../../../schemas/types.d.ts'
import { finding } from './codes.ts'
import { CNY, fenOf } from './money.ts'
import type { PurchaseHead } from './trade-heads.ts'
import { gramsOf } from './weight.ts'

/** What purchases and declarations both say of an item. */
interface Goods {
  hs: string
  limitType: string
  amountCny: string
  netKg: string
}

/** What the site has stated that was bought, or that it cannot be told any more: content that was erased is not "nothing bought". */
export async function goodsOf(
  bought: readonly PurchaseHead[],
  views: JudgeViews,
): Promise<{ goods: readonly Goods[] } | { judgement: Judgement }> {
  const goods: Goods[] = []
  for (const { key, headVersion, index } of bought) {
    const stated = await views.entry(index)
    if (!stated || 'withheld' in stated)
      return { judgement: refused('NOT_KNOWN_HERE', 'border-purchase-content', key, headVersion) }
    goods.push(...(stated.body as BorderPurchase).items!)
  }
  return { goods }
}

/** How many lines are named; a declaration has 50 items, its purchases may have more. */
const NAMED_MAX = 50

export function checkGoodsBought({ items }: BorderTrade, goods: readonly Goods[]): Finding[] {
  const [declared, bought] = [summedUp(items), summedUp(goods)]
  return [...new Set([...declared.keys(), ...bought.keys()])].slice(0, NAMED_MAX).flatMap((line) => {
    const [said, stated] = [declared.get(line) ?? NOTHING, bought.get(line) ?? NOTHING]
    const [hs, limitType] = line.split(' ') as [string, string]
    const at = items.findIndex((item) => lineOf(item) === line)
    return FIELDS.flatMap(({ field, of, text }) =>
      of(said) === of(stated)
        ? []
        : [
            finding('MARKET_GOODS_DIFFER', at < 0 ? '/items' : `/items/${at}/${field}`, {
              hs,
              limitType,
              field,
              declared: text(of(said)),
              bought: text(of(stated)),
            }),
          ],
    )
  })
}

interface Sum {
  minor: bigint
  grams: bigint
}
const NOTHING: Sum = { minor: 0n, grams: 0n }

const FIELDS = [
  {
    field: 'amountCny',
    of: ({ minor }: Sum) => minor,
    text: (minor: bigint) => formatAmount({ minor, currency: CNY }),
  },
  { field: 'netKg', of: ({ grams }: Sum) => grams, text: (grams: bigint) => formatDecimal(decimalOf(grams, 3)) },
] as const

const lineOf = ({ hs, limitType }: Goods): string => `${hs} ${limitType}`

function summedUp(goods: readonly Goods[]): Map<string, Sum> {
  const sums = new Map<string, Sum>()
  for (const item of goods) {
    const { minor, grams } = sums.get(lineOf(item)) ?? NOTHING
    sums.set(lineOf(item), { minor: minor + fenOf(item.amountCny), grams: grams + gramsOf(item.netKg)! })
  }
  return sums
}
