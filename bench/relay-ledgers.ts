// The ledgers of the bench `relay`, in a process of their own, so that what they cost is not the relay's. Sends packets when told to.
import { ledgerPlace } from '../test/support/ledger-place.ts'
import type { Asked, Described } from './relay-place.ts'

const AT_ONCE = 200

const place = await ledgerPlace({
  names: ['domestic', 'partner'],
  blockMs: Number(process.argv[2]),
  clock: Date.now,
  terms: { timeoutS: 86_400 },
})
const lane = place.lane('domestic', 'partner')

async function send(count: number): Promise<void> {
  for (let left = count; left > 0; left -= AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, () => place.send(lane)))
}

process.on('message', ({ send: count }: Asked) => {
  send(count).then(
    () => process.send!('sent'),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))

const described: Described = {
  ledgers: place.ledgers.map(({ urn, chainId, url, contracts, deployedAt, trust, devnet }) => ({
    urn,
    chainId,
    url,
    contracts,
    deployedAt,
    trust,
    keyHex: devnet.accountKey(1).toString('hex'),
  })),
  lane: { id: lane.id, terms: lane.terms },
  validators: place.validators.slice(0, place.threshold).map(({ key }) => key.toString('hex')),
}
process.send!(described)
