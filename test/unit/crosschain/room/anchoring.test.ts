// Anchoring: which checkpoint is put on a ledger and when, and that nothing is kept as anchored that is not proved to stand there.
import { afterEach, describe, expect, it } from 'vitest'
import { anchorFact, feedWord, originWord } from '../../../../src/crosschain/anchor.ts'
import { followAnchoring, type Anchorable } from '../../../../src/crosschain/anchoring.ts'
import { readEvidence } from '../../../../src/crosschain/evidence.ts'
import { ProofRefused } from '../../../../src/crosschain/proof-refused.ts'
import type { Rounds } from '../../../../src/crosschain/rounds.ts'
import { anchorDigest } from '../../../../src/hub/index.ts'
import { CutOff, fakeLedger, NOTARY } from './fake-ledger.ts'
import { SOURCE, trustOf } from './paper.ts'
import { proofOf } from './proved.ts'

const open: Rounds[] = []
afterEach(async () => void (await Promise.all(open.splice(0).map((one) => one.close()))))

const ORIGIN = 'urn:hub:cn:operator:example-hub:journal'
const rootOf = (note: string) => Buffer.alloc(32, Number(note.split(' ')[1]) % 251)
const readNote = (note: string) => ({ origin: ORIGIN, size: Number(note.split(' ')[1]), root: rootOf(note) })
const checkpoint = (size: number): Anchorable => ({ size, note: `note ${size}`, atMs: size })

/** A hub's checkpoints in memory, and rounds over them that only look when asked. */
function desk(policy = { everyEntries: 10, everyMs: 1_000 }) {
  const ledger = fakeLedger()
  const faults: unknown[] = []
  const kept: { size: number; evidence: Buffer }[] = []
  const hub = { nowMs: 0, newest: undefined as Anchorable | undefined, connected: true, stepKeep: () => {} }
  const start = (): Rounds => {
    const rounds = followAnchoring({
      connection: () => (hub.connected ? ledger.connection : undefined),
      policy: { ledger: SOURCE, ...policy },
      checkpoints: {
        anchoredSize: () => kept.at(-1)?.size ?? 0,
        anchorable: async () => hub.newest,
        read: readNote,
        async keep({ size }, { ledger: where, evidence }) {
          hub.stepKeep()
          expect(where).toBe(SOURCE)
          kept.push({ size, evidence })
        },
      },
      clock: () => hub.nowMs,
      everyMs: 1_000_000,
      onFault: (error) => faults.push(error),
    })
    open.push(rounds)
    return rounds
  }
  return { ledger, faults, kept, hub, start, sizes: () => kept.map(({ size }) => size) }
}

describe('anchoring', () => {
  it('waits for so many entries', async () => {
    const { hub, ledger, start, sizes } = desk()
    const rounds = start()
    await rounds.now()
    for (const size of [9, 10, 15, 19, 20, 45]) {
      hub.newest = checkpoint(size)
      await rounds.now()
    }
    expect(sizes()).toEqual([10, 20, 45])
    expect(ledger.acts).toEqual(['anchor 10', 'anchor 20', 'anchor 45'])
  })

  it('does not wait longer than so long after the last, if there are any entries', async () => {
    const { hub, start, sizes } = desk()
    const rounds = start()
    hub.newest = checkpoint(1)
    hub.nowMs = 999
    await rounds.now()
    expect(sizes()).toEqual([])
    hub.nowMs = 1_000
    await rounds.now()
    hub.nowMs = 5_000
    await rounds.now()
    hub.newest = checkpoint(2)
    await rounds.now()
    expect(sizes()).toEqual([1, 2])
    hub.newest = checkpoint(3)
    hub.nowMs = 5_999
    await rounds.now()
    expect(sizes()).toEqual([1, 2])
  })

  it('does nothing without a ledger or a checkpoint', async () => {
    const { hub, ledger, start, faults } = desk()
    const rounds = start()
    await rounds.now()
    hub.newest = checkpoint(50)
    hub.connected = false
    await rounds.now()
    expect([ledger.acts, faults]).toEqual([[], []])
  })

  it('keeps the proof of what stands there: origin, size and digest of the checkpoint', async () => {
    const { hub, kept, start } = desk()
    hub.newest = checkpoint(12)
    await start().now()
    const fact = anchorFact(readNote('note 12'))
    expect(fact).toEqual({
      box: 'anchors',
      key: originWord(ORIGIN),
      number: 12,
      value: anchorDigest(readNote('note 12')).toString('hex'),
    })
    const read = readEvidence(kept[0]!.evidence)
    expect(read).toMatchObject({ family: 'evm/qbft', state: proofOf(NOTARY, fact) })
  })

  it.each(['before anchor 10', 'after anchor 10', 'proof', 'keep'])(
    'cut off at "%s" is done in the next life, and noted once',
    async (where) => {
      const { hub, ledger, start, sizes, faults } = desk()
      const cut = (name: string) => {
        if (name === where) throw new CutOff(name)
      }
      hub.newest = checkpoint(10)
      ledger.step = cut
      hub.stepKeep = () => cut('keep')
      const first = start()
      await first.now()
      await first.close()
      expect(faults).toEqual([new CutOff(where)])
      expect(sizes()).toEqual([])
      ledger.step = hub.stepKeep = () => {}
      await start().now()
      expect(sizes()).toEqual([10])
      expect(ledger.acts).toEqual(['anchor 10'])
    },
  )

  it('cut off after noting goes on with a newer checkpoint when there is one', async () => {
    const { hub, ledger, start, sizes } = desk()
    hub.newest = checkpoint(10)
    ledger.step = (name) => {
      if (name === 'after anchor 10') throw new CutOff(name)
    }
    await start().now()
    hub.newest = checkpoint(11)
    await start().now()
    expect(sizes()).toEqual([11])
  })

  it('waits for a node that lags behind, and keeps nothing before', async () => {
    const { hub, ledger, start, sizes, faults } = desk()
    hub.newest = checkpoint(10)
    ledger.lag = 3
    const rounds = start()
    await rounds.now()
    expect(faults).toEqual([expect.objectContaining({ kind: 'answer' })])
    await rounds.now()
    expect(faults[1]).toBeInstanceOf(ProofRefused)
    expect(sizes()).toEqual([])
    ledger.lag = 0
    await rounds.now()
    expect(sizes()).toEqual([10])
    expect(ledger.acts).toEqual(['anchor 10'])
    expect(rounds.fault()).toBeUndefined()
  })

  it('keeps nothing of a node that says it noted and did not, or that noted something else', async () => {
    const { hub, ledger, start, sizes, faults } = desk()
    hub.newest = checkpoint(10)
    ledger.lie.anchor = async () => ({ transaction: '', height: 10, gasUsed: 0n })
    await start().now()
    ledger.lie = {
      proof: async (place) => ({ value: '', proof: proofOf(NOTARY, { ...place, value: 'a'.repeat(64) }) }),
    }
    await start().now()
    expect(faults.map((fault) => (fault as ProofRefused).reason)).toEqual(['SLOT_VALUE', 'SLOT_VALUE'])
    expect(sizes()).toEqual([])
  })

  it('says so when no notary contract is trusted', async () => {
    const { hub, ledger, start, faults } = desk()
    hub.newest = checkpoint(10)
    ledger.connection.trust = trustOf(SOURCE)
    await start().now()
    expect(faults).toEqual([expect.objectContaining({ reason: 'LEDGER' })])
  })
})

describe('the words of logs and feeds', () => {
  it('are others for another log, another epoch and another party', () => {
    const words = [
      originWord('a'),
      originWord('b'),
      feedWord('a', 1, 'x'),
      feedWord('b', 1, 'x'),
      feedWord('a', 2, 'x'),
      feedWord('a', 1, 'y'),
    ]
    expect(new Set(words).size).toBe(6)
    for (const word of words) expect(word).toMatch(/^[0-9a-f]{64}$/)
  })

  it('make another fact of another size, root or origin', () => {
    const base = { origin: ORIGIN, size: 3, root: Buffer.alloc(32, 1) }
    const values = [base, { ...base, size: 4 }, { ...base, root: Buffer.alloc(32, 2) }, { ...base, origin: 'x' }].map(
      (one) => anchorFact(one).value,
    )
    expect(new Set(values).size).toBe(4)
  })
})
