// One ledger as the relay sees it: how far its node is, how far that is verified, and whether our account there can pay.
import type { Clock, PartyUrn } from '../../hub/index.ts'
import type { LedgerDoor } from '../door.ts'
import { TransportFault } from '../transport.ts'
import type { VerifiedHeader } from '../verifier.ts'
import type { EndView } from './plan.ts'
import { followHeaders } from './follow-headers.ts'
import { headerChain, type Frozen, type HeaderChain } from './header-chain.ts'
import type { HeaderStore } from './header-store.ts'
import type { RelayEvent, RelayLedger } from './ports.ts'

export interface LedgerLine extends RelayLedger {
  readonly ledger: PartyUrn
  /** As given; another object is another line. */
  readonly given: RelayLedger
  readonly headers: HeaderChain
  head?: number
  verified?: VerifiedHeader
  newlyVerified: number
  frozen?: Frozen
  /** The hub has written the freeze down. */
  frozenEntry?: number
  fault?: string
  /** The account cannot pay. */
  broke: boolean
  funds?: { account: string; balance: bigint }
  fundsAtMs: number
  gasUsed: bigint
}

export interface LedgerLineDeps {
  store: HeaderStore
  clock: Clock
  door: LedgerDoor
  fundsEveryMs: number
  report(event: RelayEvent): void
}

export function ledgerLine(ledger: PartyUrn, given: RelayLedger, { store, clock }: LedgerLineDeps): LedgerLine {
  const { trust: root, verifier, chain = ledger } = given
  return {
    ...given,
    given,
    ledger,
    headers: headerChain({ chain, root, verifier, store, clock }),
    newlyVerified: 0,
    broke: false,
    fundsAtMs: -Infinity,
    gasUsed: 0n,
  }
}

/** Goes on to the newest block. False: nothing there is believed any more. Throws ProofRefused, TransportFault or HubError. */
export async function advance(line: LedgerLine, deps: LedgerLineDeps): Promise<boolean> {
  if (!line.frozen) {
    line.head = await line.transport.head()
    const followed = await followHeaders(line.headers, line.transport, line.head, {
      sparse: line.verifier.sparse === true,
    })
    if ('result' in followed) line.frozen = followed
    else {
      if (followed.verified) line.verified = followed.verified
      line.newlyVerified += followed.newlyVerified
      return true
    }
  }
  await freezeLedger(line, deps)
  return false
}

async function freezeLedger(line: LedgerLine, { door, report }: LedgerLineDeps): Promise<void> {
  if (line.frozenEntry !== undefined) return
  const { one, other } = line.frozen!
  line.frozenEntry = await door.freeze(line.ledger, { why: 'equivocation', one, other })
  report({ event: 'frozen', ledger: line.ledger, why: 'equivocation' })
}

/** Every so often, and no sooner after a refusal for lack of funds. No account at all is one that cannot pay. */
export async function lookAtFunds(line: LedgerLine, { clock, fundsEveryMs, report }: LedgerLineDeps): Promise<void> {
  if (clock() - line.fundsAtMs < fundsEveryMs) return
  line.fundsAtMs = clock()
  const enough = await canPay(line)
  if (line.broke === enough) report({ event: 'funds', ledger: line.ledger, enough })
  line.broke = !enough
}

async function canPay(line: LedgerLine): Promise<boolean> {
  try {
    const { account, balance, enough } = await line.transport.funds()
    line.funds = { account, balance }
    return enough
  } catch (error) {
    if (error instanceof TransportFault && error.kind === 'funds') return false
    throw error
  }
}

export const endView = (line: LedgerLine | undefined): EndView => ({
  reached: line !== undefined,
  frozen: line?.frozen !== undefined,
  broke: line?.broke ?? false,
  ...(line?.verified && { height: line.verified.height, timestampS: line.verified.timestampS }),
})
