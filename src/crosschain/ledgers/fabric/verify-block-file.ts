// Verification of a peer's block file, offline: what the orderers signed, what creators and endorsers signed, and how the blocks hang together.
import { readBlockFile } from './block-file.ts'
import { type BlockFileReport, BlockFindings, type BlockLine, Notes } from './block-report.ts'
import { type FabricTrust, LedgerWalk } from './ledger-walk.ts'

/** Verifies a block file from its first block on. Never throws, whatever the bytes. */
export function verifyBlockFile(bytes: Uint8Array, trust: FabricTrust = {}): BlockFileReport {
  const file = readBlockFile(bytes)
  const notes = new Notes()
  const walk = new LedgerWalk(trust, notes)
  const findings = file.readings.map((reading) =>
    'block' in reading ? walk.verify(reading.block) : walk.skip(reading.unreadable),
  )
  walk.finish(findings)
  return report(findings, notes, file.trailing)
}

function report(findings: readonly BlockFindings[], notes: Notes, trailing: string | undefined): BlockFileReport {
  const blocks: BlockLine[] = findings.map(({ line }) => line)
  const split = findings.find((one) => one.has('EQUIVOCATION'))?.line
  const wrong = blocks.find(({ reasons }) => reasons.length > 0)
  const reason =
    (split && `block ${split.number}: ${split.reasons.find((text) => text.startsWith('EQUIVOCATION'))}`) ??
    (wrong && `block ${wrong.number}: ${wrong.reasons[0]}`) ??
    (trailing && `TRAILING: ${trailing}`) ??
    (blocks.length === 0 ? 'EMPTY: the file holds no block' : undefined)
  if (trailing) notes.add(`TRAILING: ${trailing}`)
  return {
    verdict: split ? 'frozen' : reason === undefined ? 'verified' : 'refused',
    ...(reason !== undefined && { reason }),
    blocks,
    notes: notes.list(),
  }
}
