// Papers to send by hand in a sandbox: the fixtures of a trade, dated now and naming the sandbox's parties, numbered as they are sent.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../usage.ts'
import { borderMarketPapers } from './border-market-papers.ts'
import { ecommercePapers } from './ecommerce-papers.ts'
import { type Trade, TRADES } from './trades.ts'

/** Documents by the names of their files, in the order in which they are sent. */
export type Papers = Readonly<Record<string, object>>

const PAPERS: Readonly<Record<Trade, (nowMs: number) => Papers>> = {
  'border-market': borderMarketPapers,
  ecommerce: ecommercePapers,
}

/**
 * Writes the papers of every trade whose parties are in the sandbox to papers/<trade>/, over those of another day, and gives the files.
 * Throws UsageError if there are none.
 */
export function writePapers(sandbox: string, nowMs: number): string[] {
  const trades = (Object.keys(TRADES) as Trade[]).filter((trade) =>
    TRADES[trade].every(({ folder }) => existsSync(join(sandbox, 'parties', folder, 'party.json'))),
  )
  if (trades.length === 0)
    throw new UsageError(
      `${sandbox} has the parties of no trade; make one with: beibu sandbox init <dir> --with <trade>`,
    )
  return trades.flatMap((trade) => {
    const folder = join(sandbox, 'papers', trade)
    mkdirSync(folder, { recursive: true })
    return Object.entries(PAPERS[trade](nowMs)).map(([name, body], at) => {
      const file = join(folder, `${at + 1}-${name}.json`)
      writeFileSync(file, `${JSON.stringify(body, null, 2)}\n`)
      return file
    })
  })
}
