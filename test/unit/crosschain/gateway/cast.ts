// Who acts on the gateways in tests, and on which lane.
import type { Hex } from 'viem'
import { kindWord, type Word } from '../../../../src/crosschain/packet.ts'
import { type Account, account, accounts } from './ledger.ts'

export const LANE: Word = 'a1'.repeat(32)
export const KIND = kindWord('customs.declaration', 1)
export const MESSAGE: Word = '5e'.repeat(32)
export const NOBODY: Word = '00'.repeat(32)
export const TIMEOUT_S = 3600
export const SET_DELAY_S = 600

export const endA = account('end A')
export const endB = account('end B')
export const sender = account('sender')
export const relayer = account('relayer')
export const stranger = account('stranger')
export const validators = accounts('validator', 3)
export const THRESHOLD = 2

/** Signatures of one act, and under which set. */
export interface Signed {
  epoch: number
  signers: readonly Account[]
}
export const SIGNED: Signed = { epoch: 1, signers: validators.slice(0, THRESHOLD) }

export const hexWord = (digits: string): Hex => `0x${digits}`
export const hex = (bytes: Uint8Array): Hex => `0x${Buffer.from(bytes).toString('hex')}`
