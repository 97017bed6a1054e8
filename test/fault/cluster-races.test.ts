// Two hundred debits of one account through three processes at once, and one claim through all of them: as many are accepted as the account
// holds and one of the claims, the rest are journaled refusals; and so it is when the process that appends dies in the middle.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CustomsDeclaration } from '../../schemas/types.d.ts'
import * as documents from '../../src/client/demo/documents.ts'
import { ClusterStage } from '../support/cluster-stage.ts'
import type { Outgoing } from '../support/fault-load.ts'
import { chanceOf, faultSeed } from '../support/fault-seed.ts'
import { pause } from '../support/fault-traffic.ts'
import { type MortalCluster, mortalCluster } from '../support/mortal-cluster.ts'
import { canStartServers } from '../support/services.ts'

const together = canStartServers('debits that race through several processes') ? describe : describe.skip
const RACERS = 200
const CLAIMANTS = 60
const DEBIT_MINOR = 700_000n
const TERMS = { amount: '7000.00', currency: 'USD' }
const BANKS = ['nanning-bank', 'second-bank', 'hanoi-bank'] as const
const [EXPORTER, CUSTOMS] = ['hanoi-importer', 'vietnam-customs'] as const

together('a race through three processes', { timeout: 300_000 }, () => {
  const chance = chanceOf(faultSeed('cluster-races'))
  let cluster: MortalCluster
  let stage: ClusterStage
  let serial = 700_000

  beforeAll(async () => {
    cluster = await mortalCluster()
    await cluster.start()
    stage = new ClusterStage(cluster, chance, 15_000)
    stage.listen('races')
  }, 240_000)
  afterAll(async () => {
    await stage?.close()
    await cluster?.remove()
  })

  /** A declaration that has been released: its account is open. */
  async function released(): Promise<CustomsDeclaration> {
    const filed = documents.electronics(Date.now(), ++serial)
    const body = documents.release(filed, Date.now())
    await stage.answered(await stage.message(EXPORTER, { kind: 'customs.declaration', to: [CUSTOMS], body: filed }))
    await stage.answered(await stage.message(CUSTOMS, { kind: 'customs.release', to: [EXPORTER], body }))
    return filed
  }
  async function held(filed: CustomsDeclaration): Promise<bigint> {
    const { journal, close } = await cluster.kept()
    try {
      const head = await journal.head(journal.headKey('financeable', filed.entryId, TERMS.currency))
      return BigInt(head!.value['net'] as string)
    } finally {
      await close()
    }
  }
  const application = (filed: CustomsDeclaration, bank: string, applicationId: string): Promise<Outgoing> => {
    const body = documents.application(filed, { ...TERMS, applicationId }, Date.now())
    return stage.message(bank, { kind: 'tradefinance.financing', body })
  }
  const racers = (filed: CustomsDeclaration): Promise<Outgoing[]> =>
    Promise.all(
      Array.from({ length: RACERS }, (_, n) => application(filed, BANKS[n % 3]!, `RACE-${filed.entryId}-${n}`)),
    )
  /** All at once, one process after the other; what is asked to come again does, at another one. */
  const race = (messages: readonly Outgoing[]): Promise<unknown> =>
    Promise.all(
      messages.map(async (message, n) => {
        const at = cluster.processes[n % 3]!
        if (!(await stage.load.send(message, at))) await stage.answered(message)
      }),
    )
  const outcomes = (messages: readonly Outgoing[]) =>
    messages.map(({ commitment }) => stage.load.told.get(commitment)!.outcome)
  const accepted = (messages: readonly Outgoing[]): number =>
    outcomes(messages).filter((outcome) => outcome === 'accepted').length

  it('takes as many debits as the account holds', async () => {
    const filed = await released()
    const holds = await held(filed)
    const messages = await racers(filed)
    await race(messages)
    expect(accepted(messages)).toBe(Number(holds / DEBIT_MINOR))
    expect(await held(filed)).toBe(holds % DEBIT_MINOR)
    await stage.calm()
  })

  it('takes one of the claims of one application', async () => {
    const filed = await released()
    const messages = await Promise.all(
      Array.from({ length: CLAIMANTS }, () => application(filed, BANKS[0], `CLAIM-${filed.entryId}`)),
    )
    await race(messages)
    expect(accepted(messages)).toBe(1)
    await stage.calm()
  })

  it('takes as many when the process that appends dies in the middle', async () => {
    const filed = await released()
    const holds = await held(filed)
    const messages = await racers(filed)
    const before = stage.load.told.size
    const racing = race(messages)
    while (stage.load.told.size < before + 20) await pause(1)
    await (await cluster.appender()).kill()
    await racing
    expect(accepted(messages)).toBe(Number(holds / DEBIT_MINOR))
    expect(await held(filed)).toBe(holds % DEBIT_MINOR)
    await cluster.start()
    await stage.calm()
    process.stdout.write(`cluster-races: ${stage.load.figures()}\n`)
  })
})
