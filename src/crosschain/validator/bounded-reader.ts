// A reader that answers in time or not at all. Readers promise as much themselves; a validator does not rely on it.
import { type LedgerReader, TransportFault } from '../transport.ts'

/** What a validator asks of a node. */
export type ActReader = Pick<LedgerReader, 'head' | 'header' | 'sent' | 'received' | 'proof'>

/** Every call ends after `callMs` with the fault `timeout`; a late answer is lost. */
export function boundedReader(reader: ActReader, callMs: number): ActReader {
  const within = <T>(asked: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, refuse) => {
      const fault = new TransportFault('timeout', `the node has not answered within ${callMs} ms`)
      timer = setTimeout(() => refuse(fault), callMs)
    })
    return Promise.race([asked, late]).finally(() => clearTimeout(timer))
  }
  return {
    head: () => within(reader.head()),
    header: (height) => within(reader.header(height)),
    sent: (lane, from, to) => within(reader.sent(lane, from, to)),
    received: (lane, from, to) => within(reader.received(lane, from, to)),
    proof: (place, height) => within(reader.proof(place, height)),
  }
}
