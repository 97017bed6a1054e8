// A ledger with a notary, in memory: a node that may lag, break off or lie, and the rules that its contract keeps.
import { anchorFact, originWord } from '../../../../src/crosschain/anchor.ts'
import type { Fact, Place } from '../../../../src/crosschain/fact.ts'
import type { Connection } from '../../../../src/crosschain/prove-fact.ts'
import { rangeWord } from '../../../../src/crosschain/supervision-lane.ts'
import { TransportFault, type SeenLog, type Submitted, type Transport } from '../../../../src/crosschain/transport.ts'
import type { LogProof } from '../../../../src/crosschain/verifier.ts'
import { SOURCE, trustOf, word } from './paper.ts'
import { headerAt, proofOf, readHeader, writtenVerifier } from './proved.ts'

export const NOTARY = { address: '55'.repeat(20), codeHash: word('c') }
export { originWord, anchorFact }

/** Where a life may break off: before or after an act is done. */
export class CutOff extends Error {}

export interface FakeLedger {
  connection: Connection
  /** Acts that took effect, in order. */
  acts: string[]
  height: number
  /** How many blocks the node is behind; what it proves is as old. */
  lag: number
  /** Called before and after each step; throws to cut off. */
  step(name: string): void
  /** Logs by height. */
  logs: Map<number, { seen: SeenLog; proof: LogProof }[]>
  /** Changes what the node says. */
  lie: Partial<Transport>
}

export function fakeLedger(): FakeLedger {
  const noted = new Map<string, { value: string; height: number }>()
  const last = new Map<string, number>()
  const key = ({ box, key, number }: Place): string => [box, key, number].join('/')
  const note = (place: Place, value: string, follows: (last: number) => boolean, act: string): Submitted => {
    ledger.step(`before ${act}`)
    if (noted.get(key(place))?.value === value) throw reverted('AlreadyNoted')
    if (!follows(last.get(`${place.box}/${place.key}`) ?? 0)) throw reverted('NotDense')
    noted.set(key(place), { value, height: ++ledger.height })
    last.set(`${place.box}/${place.key}`, place.number)
    ledger.acts.push(act)
    ledger.step(`after ${act}`)
    return { transaction: word('f'), height: ledger.height, gasUsed: 1n }
  }
  const transport: Partial<Transport> = {
    chainId: async () => 7201,
    head: async () => ledger.height - ledger.lag,
    header: async (height) => headerAt(height),
    async anchor(origin, size, value) {
      return note({ box: 'anchors', key: origin, number: size }, value, (before) => size > before, `anchor ${size}`)
    },
    async range(feed, from, to, root) {
      const place: Place = { box: 'ranges', key: feed, number: to }
      return note(place, rangeWord(feed, from, to, root), (before) => from === before + 1, `range ${from}-${to}`)
    },
    async proof(place, height) {
      ledger.step('proof')
      const found = noted.get(key(place))
      const value = found && found.height <= height ? found.value : word('0')
      return { value, proof: proofOf(NOTARY, { ...place, value } as Fact) }
    },
    async logs(_, from, to) {
      ledger.step('logs')
      return [...ledger.logs]
        .filter(([at]) => at >= from && at <= to)
        .flatMap(([, logs]) => logs.map(({ seen }) => seen))
    },
    async logProof({ height, transactionIndex, logIndex }) {
      ledger.step('logProof')
      const found = ledger.logs
        .get(height)
        ?.find(({ seen }) => seen.transactionIndex === transactionIndex && seen.logIndex === logIndex)
      if (!found) throw new TransportFault('answer', 'there is no such log')
      return found.proof
    },
  }
  const ledger: FakeLedger = {
    acts: [],
    height: 10,
    lag: 0,
    step: () => {},
    logs: new Map(),
    lie: {},
    connection: {
      ledger: SOURCE,
      trust: trustOf(SOURCE, { notary: NOTARY }),
      verifier: writtenVerifier,
      transport: new Proxy({} as Connection['transport'], {
        get: (_, name: keyof Transport) => ledger.lie[name] ?? transport[name],
      }),
      accept: async (raw) => readHeader(raw),
      leadingTo: async (height) => [await transport.header!(height)],
    },
  }
  return ledger
}

const reverted = (code: string): TransportFault => new TransportFault('reverted', `the contract says ${code}`, { code })
