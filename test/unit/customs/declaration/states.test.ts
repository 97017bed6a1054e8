// The table of states by itself, and that no sequence of messages leaves it: whatever is said, the head moves as the table does or not at all.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  DECLARATION_ACTS,
  stateAfter,
  TRANSITIONS,
  type DeclarationAct,
} from '../../../../src/customs/declaration-states.ts'
import type { DeclarationState } from '../../../../src/customs/declaration-head.ts'
import { Declared } from './declared.ts'

const STATES = Object.keys(TRANSITIONS) as DeclarationState[]
const FINAL: readonly DeclarationState[] = ['rejected', 'cancelled', 'seized']

describe('the table of states', () => {
  it('knows every state it leads to, and every state but the final ones leads on', () => {
    for (const state of STATES) {
      const next = DECLARATION_ACTS.map((act) => stateAfter(state, act)).filter((after) => after !== undefined)
      expect(STATES).toEqual(expect.arrayContaining(next))
      expect(next.length === 0).toBe(FINAL.includes(state))
    }
  })

  it('leads to every state from the first', () => {
    const reached = new Set<DeclarationState>(['declared'])
    for (const state of reached)
      for (const act of DECLARATION_ACTS) {
        const after = stateAfter(state, act)
        if (after) reached.add(after)
      }
    expect([...reached].sort()).toEqual([...STATES].sort())
  })

  it('leaves a released declaration to amendment and cancellation alone', () => {
    const changing = DECLARATION_ACTS.filter((act) => stateAfter('released', act) && act !== 'request')
    expect(changing).toEqual(['amend', 'cancel'])
  })

  it('amends and cancels nothing that is being inspected', () => {
    for (const act of ['amend', 'cancel', 'request', 'release'] as const)
      expect(stateAfter('inspecting', act)).toBeUndefined()
  })
})

describe.each(['E', 'I'] as const)('any sequence of messages, direction %s', (ieFlag) => {
  it('moves the head as the table does, and the account as the total does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...DECLARATION_ACTS), fc.boolean()), { maxLength: 14 }),
        async (acts) => {
          const declared = await Declared.filed(ieFlag)
          let state: DeclarationState = 'declared'
          for (const [act, asked] of acts) {
            // What was asked for is there to be answered, now and then.
            if (asked && (act === 'amend' || act === 'cancel')) await declared.act('request')
            const after: DeclarationState | undefined = stateAfter(state, act)
            const before = declared.head.version
            const answer = await declared.act(act)
            if (!after) expect(answer).toMatchObject({ refusal: { code: 'STATE_CONFLICT', rule: 'declaration-state' } })
            if (after && act !== 'request') expect(answer, `${act} in ${state}`).toMatchObject({ result: 'accepted' })
            state = act === 'request' ? state : (after ?? state)
            expect(declared.head.value['state']).toBe(state)
            expect(declared.head.version - before).toBe(after && act !== 'request' ? 1 : 0)
            expect(declared.balance).toEqual(declared.expected)
            if (declared.expected) expect(declared.otherAccount).toBeUndefined()
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})

it('a final state is final: nothing that anybody says moves it', async () => {
  for (const end of ['reject', 'cancel', 'seize'] as const satisfies DeclarationAct[]) {
    const declared = await Declared.filed('I')
    await declared.act(end)
    for (const act of DECLARATION_ACTS)
      expect(await declared.act(act)).toMatchObject({ refusal: { code: 'STATE_CONFLICT' } })
    expect(declared.head.version).toBe(2)
  }
})
