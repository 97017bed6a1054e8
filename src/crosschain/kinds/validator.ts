// ledger.validator: whose key signs for a lane's target. The key has signed for the party, so that nobody counts another's as its own.
import type { LedgerValidator } from '../../../schemas/types.d.ts'
import { fromBase64url, nothingWanted, readSchemaFile, type MessageKind, type PartyUrn } from '../../hub/index.ts'
import { recoverAddress, signDigest } from '../attestation.ts'
import { finding } from '../codes.ts'
import { keccak } from '../hash.ts'
import { asHead, headOf, type ValidatorValue } from '../state.ts'
import { found, signed } from './small.ts'

const digestOf = (party: PartyUrn): Buffer => keccak(Buffer.from(`beibu-hub/validator/v1\n${party}`))

/** 65 bytes by which a validator's key says whose it is. */
export const signPossession = (party: PartyUrn, key: Uint8Array): Buffer => signDigest(digestOf(party), key)

export const validatorKind: MessageKind<LedgerValidator> = {
  ...signed,
  name: 'ledger.validator',
  schema: readSchemaFile('ledger/validator.v1.json'),
  senders: ['any'],
  check: () => [],
  async judge({ envelope, body }, views) {
    const { address, possession, state } = body
    if (!possesses(envelope.from, address, possession)) return found(finding('VALIDATOR_POSSESSION', '/possession'))
    const { key, version, value } = await headOf<ValidatorValue>(views, 'validator', address)
    if (value && value.party !== envelope.from) return found(finding('VALIDATOR_TAKEN', '/address'))
    const after: ValidatorValue = { type: 'validator', id: address, party: envelope.from, state }
    return { ...nothingWanted(), moves: [{ key, version, value: asHead(after) }] }
  },
  audience: () => [],
}

function possesses(party: PartyUrn, address: string, possession: string): boolean {
  try {
    return recoverAddress(digestOf(party), fromBase64url(possession, 'possession')) === address
  } catch {
    return false
  }
}
