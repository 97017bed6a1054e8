// A reader that answers in time or not at all. Readers promise as much themselves; a validator does not rely on it.
import { type LedgerReader, TransportFault } from '../transport.ts'

/** Every call ends after `callMs` with the fault `timeout`; a late answer is lost. */
export function boundedReader(reader: LedgerReader, callMs: number): LedgerReader {
  const within = <T>(asked: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, refuse) => {
      const fault = new TransportFault('timeout', `the node has not answered within ${callMs} ms`)
      timer = setTimeout(() => refuse(fault), callMs)
    })
    return Promise.race([asked, late]).finally(() => clearTimeout(timer))
  }
  return {
    chainId: () => within(reader.chainId()),
    head: () => within(reader.head()),
    header: (height) => within(reader.header(height)),
    counters: (lane) => within(reader.counters(lane)),
    sent: (lane, from, to) => within(reader.sent(lane, from, to)),
    received: (lane, from, to) => within(reader.received(lane, from, to)),
    proof: (place, height) => within(reader.proof(place, height)),
    logs: (filter, from, to) => within(reader.logs(filter, from, to)),
    logProof: (log) => within(reader.logProof(log)),
  }
}
