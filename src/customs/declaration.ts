// customs.declaration: the declarant files an export declaration; its number can be filed only once.
import { nothingWanted, readSchemaFile, type MessageKind, type PartyUrn, type Register } from '../hub/index.ts'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import { finding } from './codes.ts'
import { checkFields } from './declaration-fields.ts'
import { declarationKey, filedValue } from './declaration-head.ts'
import { checkRules } from './declaration-rules.ts'
import { readTexts } from './declaration-texts.ts'
import { recipients, SUPERVISION } from './audience.ts'

export const declarationKind: MessageKind<CustomsDeclaration> = {
  name: 'customs.declaration',
  version: 1,
  schema: readSchemaFile('customs/declaration.v1.json'),
  type: 'application/json',
  bodyMaxBytes: 256 * 1024,
  senders: ['trader', 'broker', 'customs-broker', 'forwarder'],
  ageMaxMs: 24 * 3_600_000,
  // A list that came late does not stop goods; not knowing at all does.
  statusAllows: ['good', 'stale'],
  check(body) {
    const texts = readTexts(body)
    return [...checkFields(texts), ...checkRules(texts)]
  },
  async judge(message, views) {
    const { envelope, authentic, body } = message
    const declarant = envelope.for ?? authentic.sender
    const customs = customsOf(declarant, envelope.to, views.register)
    if (customs.length !== 1)
      return { ...nothingWanted(), findings: [finding('DECLARING_CUSTOMS_MISSING', '', { count: customs.length })] }
    const key = declarationKey(views, body.entryId)
    return {
      ...nothingWanted(),
      claims: [{ key, value: filedValue(declarant, customs[0]!), rule: 'declaration-number' }],
    }
  },
  audience: recipients,
  views: SUPERVISION,
}

/** Customs authorities of the declarant's own country among the recipients: the one that may release. */
function customsOf(declarant: PartyUrn, to: readonly PartyUrn[], register: Register): PartyUrn[] {
  const country = register.party(declarant)?.country
  return [...new Set(to)].filter((urn) => {
    const party = register.party(urn)
    return party !== undefined && party.class === 'customs' && party.country === country
  })
}
