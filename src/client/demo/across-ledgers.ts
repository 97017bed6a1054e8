// The story over ledgers: connected by the signatures of both countries, a document proved from one chain to the other, the answer proved
// back with a validator down, the log anchored, and a supervisor's commitments without a gap.
import { feedWord } from '../../crosschain/anchor.ts'
import { laneId, type LaneTerms } from '../../crosschain/lane.ts'
import { provedRanges, type SupervisedRange } from '../../crosschain/ledgers/evm/proved-ranges.ts'
import type { ShownPacket } from '../../crosschain/shown.ts'
import { commitRoot } from '../../hub/evidence/receipt.ts'
import type { ComposedMessage } from '../compose.ts'
import type { LedgerStage } from './ledger-stage.ts'
import { accepted } from './marks.ts'
import type { Actor, Stage } from './stage.ts'
import { milliseconds, type Timeline } from './timeline.ts'
import { until } from './until.ts'
import type { ValidatorProcess } from './validator-process.ts'

export interface Across {
  line: Timeline
  stage: Stage
  ledgers: LedgerStage
  validators: ValidatorProcess[]
}

/** Trust in three ledgers, two lanes, three validators: each entry signed by the one whose word it is. */
export async function connectLedgers(stage: Stage, line: Timeline): Promise<Across> {
  const ledgers = stage.ledgers!
  line.title('The ledgers')
  const authorities = { cn: stage.authority('cn-register-office'), vn: stage.authority('vn-register-office') }
  const operator = stage.actor('hub-operator')
  for (const { urn, trust, devnet } of Object.values(ledgers.ledgers)) {
    const country = urn.split(':')[2] === 'cn' ? authorities.cn : authorities.vn
    for (const signer of [country, operator]) accepted(await signer.send({ kind: 'ledger.trust', to: [], body: trust }))
    line.tell(
      `${urn}: ${trust.consensus}, chain ${trust.chainId}, ${trust.root.validators.length} validators (${devnet.name} devnet, simulated consensus); trust signed by ${country.name} and the operator`,
    )
  }
  const validators = await ledgers.startValidators()
  for (const { party, address, possession } of validators)
    accepted(
      await actorOf(stage, party).send({
        kind: 'ledger.validator',
        to: [],
        body: { address, state: 'active', possession },
      }),
    )
  for (const terms of Object.values(ledgers.lanes))
    for (const owner of [authorities.cn, authorities.vn])
      accepted(await owner.send({ kind: 'ledger.lane', to: [], body: { lane: laneId(terms), act: 'open', terms } }))
  const { lanes } = await operator.client.lanes()
  const open = lanes.filter(({ state }) => state === 'open').map(({ terms }) => terms.name)
  line.check(`lanes opened by the signatures of both ends: ${open.join(', ')}`, open.length === 2)
  const parties = [...new Set(validators.map(({ party }) => party))]
  line.tell(`${validators.length} relay validators, processes of ${parties.join(', ')}; 2 signatures needed`)
  return { line, stage, ledgers, validators }
}

const actorOf = (stage: Stage, party: string): Actor => stage.party(party)

/** Registers the commitment of a message on its ledger and follows it to the other. Gives the packet as the hub shows it in the end. */
export async function carry(
  { line, ledgers }: Across,
  reader: Actor,
  terms: LaneTerms,
  kind: string,
  sent: { index: number; message: ComposedMessage },
): Promise<ShownPacket> {
  const startMs = performance.now()
  const { packet, height } = await ledgers.register(terms, kind, sent.message.commitment)
  line.tell(
    `registered on ${terms.source.ledger}, block ${height}: packet ${packet.sequence}, commitment of the message and nothing else`,
  )
  const done = await until('the packet at its end', async () => {
    const { relayed } = await reader.client.relayed(sent.index)
    return relayed.find((one) => one.lane === laneId(terms) && one.steps?.some(({ step }) => step === 'acknowledged'))
  })
  for (const { step, ledger, detail } of done.steps ?? [])
    line.tell(`  ${step}${ledger ? ` on ${ledger}` : ''}: ${detail}`)
  const proved = done.steps?.find(({ step }) => step === 'proved')
  line.check(
    `proved to the hub (${done.assurance}), entry ${done.entry}; delivered to ${terms.target.ledger}, ${done.attested}; receipt proved, entry ${done.receipt}: ${milliseconds(performance.now() - startMs)}`,
    done.state === 'delivered' && done.assurance === 'proof' && proved !== undefined && done.receipt !== undefined,
    `state ${done.state}`,
  )
  return done
}

/** One validator's machine fails; the others are enough. */
export async function loseValidator({ line, validators }: Across): Promise<void> {
  const last = validators.at(-1)!
  await last.kill()
  line.tell(`the validator of ${last.party} (process ${last.pid}) is killed`)
}

/** The regulator recomputes what stands on its own ledger from its own feed. */
export async function checkSupervision({ line, stage, ledgers }: Across): Promise<void> {
  const regulator = stage.actor('customs-supervision')
  const ledger = ledgers.ledgers.supervision
  const { journal, epoch, head } = await regulator.client.feed({ limit: 1 })
  const feed = feedWord(journal, epoch, regulator.urn)
  const ranges = await until('the ranges on the supervision ledger', async () => {
    const found = await provedRanges(ledger, feed, Date.now)
    return (found.at(-1)?.to ?? 0) >= head ? found : undefined
  })
  const payloads = await receiptPayloads(regulator, ranges.at(-1)!.to)
  const same = ranges.every(({ from, to, root }) => commitRoot(payloads.slice(from - 1, to)).toString('hex') === root)
  line.check(
    `${ledger.urn} holds commitments to items 1 to ${ranges.at(-1)!.to} of the regulator's feed in ${ranges.length} ranges without a gap; recomputed from its own feed they are the same`,
    same && isDense(ranges),
  )
}

const isDense = (ranges: readonly SupervisedRange[]): boolean =>
  ranges.every(({ from }, at) => from === (ranges[at - 1]?.to ?? 0) + 1)

/** Of the items 1 to `to` of the feed, in order. */
async function receiptPayloads({ client }: Actor, to: number): Promise<Buffer[]> {
  const payloads: Buffer[] = []
  while (payloads.length < to) {
    const { items } = await client.feed({ after: payloads.length, limit: 100 })
    if (items.length === 0) throw new Error(`the feed has no item ${payloads.length + 1}`)
    for (const { receipt } of items) payloads.push(Buffer.from(receipt!.payload, 'base64url'))
  }
  return payloads
}
