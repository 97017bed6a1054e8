// The fold of a hub that is one process: who writes its rows and who reads them, together.
import { type LedgerFold, type LedgerFoldDeps, readLedgers, writeLedgers } from '../../src/crosschain/ledger-fold.ts'

export async function followLedgers(deps: LedgerFoldDeps): Promise<LedgerFold> {
  let fold: LedgerFold | undefined
  const rows = await writeLedgers({ ...deps, written: (next) => fold?.written(next) })
  fold = await readLedgers(deps)
  const { close } = fold
  return {
    ...fold,
    async close() {
      await rows.close()
      await close()
    },
  }
}
