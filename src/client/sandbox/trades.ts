// Parties of trades that not everybody wants to try, beside the cast of every sandbox. Every organisation here is invented.
import { type CastParty, cn } from './cast.ts'

export type Trade = 'border-market' | 'ecommerce'

const P256 = 'cn-p256'

const company = (folder: string, partyClass: string, id: string, name: string, customsCode: string): CastParty => ({
  ...cn(folder, partyClass, id, name, P256),
  customsCode,
})

/** Who is in a sandbox for a trade. The codes of the companies are those of the fixtures. */
export const TRADES: Readonly<Record<Trade, readonly CastParty[]>> = {
  // 边民互市: two markets, an app that acts for groups of residents, a group that acts for itself, two officers.
  'border-market': [
    cn('dongxing-market', 'market-site', 'mangrove', 'Mangrove Example Market, Dongxing', P256),
    cn('pingxiang-market', 'market-site', 'karst', 'Karst Example Market, Pingxiang', P256),
    { ...cn('border-app', 'border-group', 'kapok-app', 'Kapok App of the Border (invented)', P256), givesPhones: true },
    {
      ...cn('longan-group', 'border-group', 'longan-group', 'Longan Mutual-Aid Group (invented)', P256),
      givesPhones: true,
    },
    cn('first-officer', 'customs-officer', 'first-example', 'Example Officer One', P256),
    cn('second-officer', 'customs-officer', 'second-example', 'Example Officer Two', P256),
  ],
  // 跨境电商: a platform, who takes the money, who carries the parcel, who declares, and a declarant who is told nothing.
  ecommerce: [
    company('shop-platform', 'platform', 'tide-mall', 'Tide Mall (invented)', '4501W6EX01'),
    company('payment-institution', 'payment-institution', 'cowrie-pay', 'Cowrie Pay (invented)', '4501960EX3'),
    company('parcel-carrier', 'logistics', 'kingfisher-express', 'Kingfisher Express (invented)', '4501980EX4'),
    company('customs-broker', 'broker', 'brass-abacus', 'Brass Abacus Brokers (invented)', '4501980EX5'),
    company('other-broker', 'broker', 'far-abacus', 'Far Abacus Brokers (invented)', '4501980EX6'),
  ],
}

export const isTrade = (name: string): name is Trade => Object.hasOwn(TRADES, name)
