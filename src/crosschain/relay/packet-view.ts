// What the plan is told of a packet: the note on it, and how far its target is verified.
import type { PacketNote } from './lane-book.ts'
import type { LedgerLine } from './ledger-line.ts'
import type { PacketView } from './plan.ts'

/** Blocks in which what was written has to be read back; after that it is taken for lost. */
const READ_BACK_BLOCKS = 16

/** `busy` is not asked of the one that is just beginning. */
export function packetView(note: PacketNote, target: LedgerLine | undefined, asksBusy: boolean): PacketView {
  const { sequence, packet, sentHeight, entry, asked, written, claimed, receipt, acknowledged, paid } = note
  const isLost = written !== undefined && (target?.verified?.height ?? 0) > written + READ_BACK_BLOCKS
  return {
    sequence,
    deadline: packet.deadline,
    sentHeight,
    entered: entry !== undefined,
    asked: asked === true,
    receipt: claimed ? { height: claimed.height } : written === undefined || isLost ? 'none' : 'written',
    receiptEntered: receipt !== undefined,
    acknowledged: acknowledged === true,
    busy: asksBusy && note.act !== undefined,
    paid: paid === true,
  }
}
