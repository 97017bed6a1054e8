// A ledger whose validators have all but gone since the trusted block: what is anchored and told of there is still shown offline, by the
// headers that lead there.
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { LedgerTrust } from '../../../../schemas/types.d.ts'
import { followAnchoring } from '../../../../src/crosschain/anchoring.ts'
import { followTrigger } from '../../../../src/crosschain/events.ts'
import { readEvidence } from '../../../../src/crosschain/evidence.ts'
import { ledgerProofs } from '../../../../src/crosschain/ledger-proofs.ts'
import { topicOf } from '../../../../src/crosschain/ledgers/evm/gateway-events.ts'
import { trustRootOf } from '../../../../src/crosschain/ledgers/index.ts'
import type { Connection } from '../../../../src/crosschain/prove-fact.ts'
import { followHeaders } from '../../../../src/crosschain/relay/follow-headers.ts'
import { headerChain, type HeaderChain } from '../../../../src/crosschain/relay/header-chain.ts'
import { headersInMemory } from '../../../../src/crosschain/relay/header-store.ts'
import type { Rounds } from '../../../../src/crosschain/rounds.ts'
import type { Envelope, ProvedMessage } from '../../../../src/hub/index.ts'
import { ledgerPlace, type LedgerPlace, type PlaceLedger } from '../../../support/ledger-place.ts'
import { HUB, OFFICE_VN } from './world.ts'

let place: LedgerPlace
let ledger: PlaceLedger
let trust: LedgerTrust
let chain: HeaderChain
let connection: Connection

beforeAll(async () => {
  place = await ledgerPlace({ names: ['domestic', 'partner'] })
  ledger = place.ledger('domestic')
  await leaveOne()
  // Next to the block of the last vote nothing is shown: a quorum of the set before it has not sealed.
  await ledger.devnet.mine()
  await place.send(place.lane('domestic', 'partner'))
  const { urn, chainId, contracts } = ledger
  trust = {
    ledger: urn,
    sequence: 1,
    consensus: 'qbft',
    chainId,
    root: { ...ledger.trust } as LedgerTrust['root'],
    gateway: { address: contracts.gateway.address, codeHash: contracts.gateway.codeHash },
    notary: { address: contracts.notary.address, codeHash: contracts.notary.codeHash },
  }
  const { transport, verifier } = ledger
  chain = headerChain({ chain: urn, root: trustRootOf(trust), verifier, store: headersInMemory(), clock: place.nowMs })
  const accept = async (raw: Uint8Array) => {
    await followHeaders(chain, transport, await transport.head())
    const accepted = await chain.accept(raw)
    if (accepted.result === 'frozen') throw new Error('frozen')
    return accepted.header
  }
  connection = { ledger: urn, transport, verifier, trust, accept, leadingTo: (height) => chain.leadingTo(height) }
})
afterAll(() => place?.close())

/** Votes all validators out but one. */
async function leaveOne(): Promise<void> {
  for (let blocks = 0; ledger.devnet.validators().length > 1; blocks++) {
    if (blocks > 40) throw new Error('the votes come to nothing')
    const validator = ledger.devnet.validators().at(-1)!
    await ledger.devnet.mine({ vote: { validator, add: false } })
  }
}

/** One turn, which has to go well. */
async function once(rounds: Rounds): Promise<void> {
  await rounds.now()
  await rounds.close()
  if (rounds.fault() !== undefined) throw rounds.fault()
}
const inFile = () => {
  const { ledger: _, sequence: __, ...file } = trust
  return { [ledger.urn]: file }
}

it('an anchor there is shown from the trusted block on', async () => {
  const checkpoint = { origin: `${HUB}:journal`, size: 3, root: Buffer.alloc(32, 1) }
  let evidence: Buffer | undefined
  await once(
    followAnchoring({
      connection: () => connection,
      policy: { ledger: ledger.urn, everyEntries: 1, everyMs: 1_000 },
      checkpoints: {
        anchoredSize: () => 0,
        anchorable: async () => ({ size: 3, note: '', atMs: 0 }),
        read: () => checkpoint,
        keep: async (__, anchor) => void (evidence = anchor.evidence),
      },
      clock: place.nowMs,
      everyMs: 1_000_000,
      onFault: () => {},
    }),
  )
  expect(readEvidence(evidence!).headers.length).toBeGreaterThan(1)
  const shown = await ledgerProofs().anchor(inFile(), { ledger: ledger.urn, evidence: evidence! }, checkpoint)
  expect(shown).toMatch(/sealed by 1, of whom 1 were needed$/)
})

it('an event there is shown from the trusted block on', async () => {
  const messages: ProvedMessage[] = []
  const contract = ledger.contracts.gateway.address
  await once(
    followTrigger({
      connection: () => connection,
      trigger: {
        name: 'packet-sent',
        ledger: ledger.urn,
        contract,
        topic: topicOf('Sent'),
        to: OFFICE_VN,
        assurance: 'claimed',
      },
      accept: async (message) => {
        await message.prove()
        messages.push(message)
        return {} as never
      },
      position: { get: async () => 0, set: async () => {} },
      everyMs: 1_000_000,
      onFault: () => {},
    }),
  )
  expect(messages).toHaveLength(1)
  const { from, kind, body, evidence } = messages[0]!
  const said = { envelope: { from, kind } as Envelope, body: Buffer.from(JSON.stringify(body)), atMs: place.nowMs() }
  expect(await ledgerProofs().entry(inFile(), said, evidence)).toMatch(/^event packet-sent .* sealed by 1/)
})
