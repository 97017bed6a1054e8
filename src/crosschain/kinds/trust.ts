// ledger.trust: where belief in a ledger begins. In force when the authority of its country and the hub's operator have signed the same.
import type { LedgerTrust } from '../../../schemas/types.d.ts'
import { nothingWanted, readSchemaFile, type MessageKind, type Register } from '../../hub/index.ts'
import { finding } from '../codes.ts'
import { pinsOf } from '../ledgers/hub/pins.ts'
import { asHead, headOf, type LedgerValue, type TrustSigner } from '../state.ts'
import { found, signed } from './small.ts'

export const trustKind: MessageKind<LedgerTrust> = {
  ...signed,
  name: 'ledger.trust',
  schema: readSchemaFile('ledger/trust.v1.json'),
  senders: ['authority', 'operator'],
  check: (body) => (body.consensus !== 'hub' || isOfHub(body) ? [] : [finding('TRUST_HUB', '/hub')]),
  async judge({ envelope, body }, { register, ...views }) {
    const by = signerOf(envelope, body.ledger, register)
    if (!by) return found(finding('TRUST_SIGNER', '/ledger'))
    const { key, version, value } = await headOf<LedgerValue>(views, 'ledger', body.ledger)
    const next = (value?.trust?.sequence ?? 0) + 1
    if (body.sequence !== next) return found(finding('TRUST_SEQUENCE', '/sequence', { next }))
    const proposed = value?.proposed && same(value.proposed.trust, body) ? value.proposed : undefined
    if (proposed?.by === by) return found(finding('TRUST_SIGNED_ALREADY', ''))
    const id = body.ledger
    const kept = value?.trust && { trust: value.trust }
    const after: LedgerValue = proposed
      ? { type: 'ledger', id, trust: body }
      : { type: 'ledger', id, ...kept, proposed: { by, trust: body }, ...(value?.frozen && { frozen: true }) }
    return { ...nothingWanted(), moves: [{ key, version, value: asHead(after) }] }
  },
  audience: () => [],
}

function isOfHub(trust: LedgerTrust): boolean {
  try {
    return pinsOf(trust) !== undefined
  } catch {
    return false
  }
}

function signerOf(
  { from, hub }: { from: string; hub: string },
  ledger: string,
  register: Register,
): TrustSigner | undefined {
  const [, , country, partyClass] = from.split(':')
  if (register.country(ledger.split(':')[2]!.toUpperCase())?.authority === from) return 'country'
  return partyClass === 'operator' && country === hub.split(':')[2] ? 'operator' : undefined
}

/** Members come from the same schema; their order is the sender's. */
const same = (one: unknown, other: unknown): boolean => canonical(one) === canonical(other)

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
