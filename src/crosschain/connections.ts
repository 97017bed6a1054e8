// The ledgers this hub reaches: what the operator configured, believed as the journal says. A newer trust makes a new connection.
import type { Clock, PartyUrn } from '../hub/index.ts'
import type { ConnectionConfig } from './ledger-config.ts'
import type { LedgerFold } from './ledger-fold.ts'
import type { HubFamily } from './ledgers/hub/family.ts'
import { transportOf, verifierOf } from './ledgers/index.ts'
import type { Connection } from './prove-fact.ts'

export interface Connections {
  /** Undefined while no trust in it is in force, or it is frozen. */
  get(ledger: PartyUrn): Connection | undefined
  all(): Connection[]
  names(): PartyUrn[]
}

export interface ConnectionsDeps {
  ledgers: Readonly<Record<PartyUrn, ConnectionConfig>>
  fold: Pick<LedgerFold, 'ledger'>
  /** The chain of headers accepted from a ledger under its trust. */
  headers(connection: Omit<Connection, 'accept' | 'leadingTo'>): Pick<Connection, 'accept' | 'leadingTo'>
  clock: Clock
  /** This hub's own log and those of partners, for lanes between hubs. */
  hubs?: HubFamily
  /** Wraps what reaches the node; for measuring and for tests. */
  through?: (ledger: PartyUrn, transport: Connection['transport']) => Connection['transport']
}

export function openConnections({ ledgers, fold, headers, clock, hubs, through }: ConnectionsDeps): Connections {
  const made = new Map<PartyUrn, Connection>()
  const get = (ledger: PartyUrn): Connection | undefined => {
    const config = Object.hasOwn(ledgers, ledger) ? ledgers[ledger] : undefined
    const known = fold.ledger(ledger)
    if (!config || !known?.trust || known.frozen) return undefined
    const before = made.get(ledger)
    if (before?.trust.sequence === known.trust.sequence) return before
    const { trust } = known
    const transport = transportOf(trust, config, clock, hubs)
    const bare = { ledger, trust, verifier: verifierOf(trust), transport: through?.(ledger, transport) ?? transport }
    const connection: Connection = { ...bare, ...headers(bare) }
    made.set(ledger, connection)
    return connection
  }
  const names = Object.keys(ledgers)
  return { get, names: () => names, all: () => names.map(get).filter((one) => one !== undefined) }
}
