// The ledgers that other tests stand on: they hold what they promise, and one can be stopped and started again.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { trustAfter } from '../../../../src/crosschain/verifier.ts'
import { packetCommitment } from '../../../../src/crosschain/packet.ts'
import { ledgerPlace } from '../../../support/ledger-place.ts'
import { LONG_MS } from '../../../support/patience.ts'

describe('a place of ledgers', { timeout: LONG_MS }, () => {
  it('has a lane from each ledger to each, and a packet goes over it with proofs that verify', async () => {
    const place = await ledgerPlace({ names: ['domestic', 'partner', 'supervision'] })
    expect(place.lanes.map(({ terms }) => terms.name)).toHaveLength(6)
    const lane = place.lane('partner', 'domestic')
    const { packet } = await place.send(lane)
    const { source } = lane
    let trust = source.trust
    for (let height = 1; height <= (await source.transport.head()); height++) {
      const header = await source.transport.header(height)
      trust = trustAfter(source.verifier.verifyHeader(trust, header, { nowS: place.nowMs() / 1000 }), trust)
    }
    const raw = await source.transport.header(trust.height)
    const header = source.verifier.verifyHeader(trust, raw, { nowS: place.nowMs() / 1000 })
    const at = { box: 'outbox', key: lane.id, number: packet.sequence } as const
    const { proof } = await source.transport.proof(at, header.height)
    const value = packetCommitment(packet).toString('hex')
    await source.verifier.verifyFact(header, source.contracts.gateway, { ...at, value }, proof)
    await lane.target.transport.deliver(packet, place.signDeliver(lane, packet))
    expect(await source.transport.epoch()).toBe(1)
    await place.close()
  })

  it('starts a ledger again as it was', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ledger-place-'))
    const place = await ledgerPlace({ names: ['domestic', 'partner'], folder, timeoutMs: 20_000 })
    try {
      const lane = place.lane('domestic', 'partner')
      const sent = await place.send(lane)
      await place.stop('domestic')
      await expect(lane.source.transport.head()).rejects.toMatchObject({ kind: 'unreachable' })
      await place.restart('domestic')
      expect(await lane.source.transport.sent(lane.id, 1, 1)).toMatchObject([{ packet: sent.packet }])
      expect((await place.send(lane)).packet.sequence).toBe(2)
    } finally {
      await place.close()
      rmSync(folder, { recursive: true })
    }
  })
})
