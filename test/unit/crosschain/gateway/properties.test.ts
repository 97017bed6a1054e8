// Whatever is tried, by whomever, in whatever order: each packet takes effect at most once, and only what k of a good set signed does.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressWord } from '../../../../src/crosschain/packet.ts'
import { LanePlay, type Step, step } from './lane-play.ts'
import { evmLedger } from './ledger.ts'
import { openPair } from './pair.ts'
import { receivers } from './receiver-contracts.ts'
import { LONG_MS } from '../../../support/patience.ts'

const deployReceiver = receivers()

describe.each([{ ordered: false }, { ordered: true }])('a lane (ordered: $ordered)', ({ ordered }) => {
  it(
    'keeps its promises under any sequence of acts',
    async () => {
      const accepted = new Map<Step['act'], number>()
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60, size: 'max' }), async (steps) => {
          const pair = await openPair(await evmLedger(7201), await evmLedger(8401), { ordered })
          const receiver = addressWord(await deployReceiver(pair.target.ledger, 'Echo'))
          const play = new LanePlay(pair, ordered, receiver)
          for (const one of steps) await play.play(one)
          await play.compare()
          for (const [act, count] of Object.entries(play.accepted))
            accepted.set(act as Step['act'], (accepted.get(act as Step['act']) ?? 0) + count)
        }),
        { numRuns: 20 },
      )
      // A play in which all is refused would show nothing.
      for (const act of ['send', 'deliver', 'expire', 'acknowledge', 'rotate', 'pause', 'resume'] as const)
        expect(accepted.get(act) ?? 0, act).toBeGreaterThan(0)
    },
    LONG_MS,
  )
})
