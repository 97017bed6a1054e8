// The story of cross-border e-commerce: three documents and a list by direct mail, from bond and for export; what differs is named; the limits of
// a purchase and of a year hold to the fen; goods come back.
import type { EcommerceList, EcommerceStatus } from '../../../schemas/types.d.ts'
import type { Finding } from '../../hub/errors.ts'
import type { Submitted } from '../hub-client.ts'
import { TRADES } from '../sandbox/trades.ts'
import * as documents from './ecommerce-documents.ts'
import { dutiableFen, inYuan, type Purchase } from './ecommerce-documents.ts'
import type { EvidenceFolder } from './evidence.ts'
import { accepted, namesAnywhere, verdictLine } from './marks.ts'
import type { Actor, Stage } from './stage.ts'
import { milliseconds, type Timeline } from './timeline.ts'
import type { Watcher } from './watcher.ts'

const YEAR_FEN = 2_600_000n
const FIRST_BUYER = '450681199001010012'
const SECOND_BUYER = '450681199001010039'
const THIRD_BUYER = '450681199001010047'
const STRANGER_CODE = '4501980EX6'
const AT_ONCE = 30
const AT_ONCE_FEN = 100_000n

interface Told {
  line: Timeline
  evidence: EvidenceFolder
  customs: Actor
  platform: Actor
  payer: Actor
  carrier: Actor
  broker: Actor
  stranger: Actor
  desk: Watcher
  supervision: Watcher
}

/** Plays the story. What does not hold is in the timeline; what cannot go on is thrown. */
export async function ecommerce(stage: Stage, evidence: EvidenceFolder, line: Timeline): Promise<void> {
  const told = gather(stage, evidence, line)
  try {
    await clear(told)
    await differ(told)
    await single(told)
    const lists = await year(told)
    await atOnce(told)
    await sumUp(told, lists)
  } finally {
    await Promise.all([told.desk.close(), told.supervision.close()])
  }
}

function gather(stage: Stage, evidence: EvidenceFolder, line: Timeline): Told {
  line.title('Five companies of the trade')
  for (const { name, class: partyClass, customsCode } of TRADES.ecommerce)
    line.tell(`${name} is in the register as ${partyClass} with its code ${customsCode}`)
  const { customs } = stage.cast
  return {
    line,
    evidence,
    customs,
    platform: stage.actor('shop-platform'),
    payer: stage.actor('payment-institution'),
    carrier: stage.actor('parcel-carrier'),
    broker: stage.actor('customs-broker'),
    stranger: stage.actor('other-broker'),
    desk: customs.watch('desk'),
    supervision: stage.actor('fx-supervision').watch('desk'),
  }
}

/** The three documents of a purchase, told to the broker and to customs; an order that does not name who is paid, to the payer too. */
async function tell(told: Told, { order, payment, logistics }: Purchase): Promise<void> {
  const { platform, payer, carrier, broker, customs } = told
  const to = [broker.urn, customs.urn]
  const payers = order.payCode === undefined ? [payer.urn] : []
  accepted(await platform.send({ kind: 'customs.ecommerce-order', to: [...to, ...payers], body: order }))
  accepted(await payer.send({ kind: 'customs.ecommerce-payment', to, body: payment }))
  accepted(await carrier.send({ kind: 'customs.ecommerce-logistics', to, body: logistics }))
}

const file = (told: Told, body: EcommerceList, by: Actor = told.broker): Promise<Submitted> =>
  by.send({ kind: 'customs.ecommerce-list', to: [told.customs.urn], body })

const say = (
  told: Told,
  list: EcommerceList,
  outcome: EcommerceStatus['outcome'],
  serial?: number,
): Promise<Submitted> =>
  told.customs.send({
    kind: 'customs.ecommerce-status',
    to: [told.broker.urn],
    body: documents.status(list, outcome, serial),
  })

const codeOf = (answer: Submitted): string => (answer.outcome === 'accepted' ? 'accepted' : answer.problem.code)
const findingsOf = (answer: Submitted): Finding[] =>
  answer.outcome === 'accepted' ? [] : (answer.problem.findings ?? [])

async function clear(told: Told): Promise<void> {
  const { line, customs, desk, supervision } = told
  const MODES = [
    ['direct', 'Direct mail 9610', '620.50'],
    ['bonded', 'From bond 1210', '804.00'],
    ['export', 'Export 9610', ''],
  ] as const
  for (const [serial, [name, title, dutiable]] of MODES.entries()) {
    line.title(`${title}: order, payment, parcel, and the list that stands on them`)
    const bought = documents.purchase(name)
    await tell(told, bought)
    const [answer, tookMs] = await line.timed(() => file(told, bought.list))
    const index = accepted(answer)
    const value = dutiable === '' ? 'of no limit' : `worth CNY ${inYuan(dutiableFen(bought.list))} to the limits`
    line.check(
      `the list of ${bought.list.orderNo} agrees with all three, ${value}: taken in ${milliseconds(tookMs)}`,
      dutiable === '' || inYuan(dutiableFen(bought.list)) === dutiable,
    )
    await desk.find('the list at customs', (item) => item.index === index)
    accepted(await say(told, bought.list, 'RELEASED', serial + 1))
    line.check(`${customs.name} releases it`, true)
    if (name !== 'direct') continue
    const { item } = await supervision.find('the list at the regulator', (one) => one.index === index)
    const shown = JSON.stringify(item.viewed?.body ?? null)
    const { buyerIdNumber, buyerName, consigneeAddress, items } = bought.list
    const hidden = [buyerIdNumber, buyerName, consigneeAddress, items[0]!.price]
    line.check(
      'the regulator sees goods and modes, no prices and no person',
      shown.includes(items[0]!.gname) && !hidden.some((text) => shown.includes(text!)),
    )
  }
}

/** One thing wrong in each document, and each is named; put right by whoever said it, the list is taken. */
async function differ(told: Told): Promise<void> {
  const { line, platform, payer, carrier, broker, customs, stranger } = told
  line.title('What differs is named, document by document')
  const right = documents.oneArticle('5001', 36_000n, FIRST_BUYER)
  const wrong: Purchase = {
    ...right,
    order: { ...right.order, items: [{ ...right.order.items[0]!, itemName: '椰子糖' }] },
    payment: { ...right.payment, amountPaid: '359.99' },
    logistics: { ...right.logistics, weight: '2.1', consigneeAddress: '广西南宁市示例路9号' },
  }
  await tell(told, wrong)
  const found = findingsOf(await file(told, right.list))
  for (const { code, message } of found) line.tell(`${code}: ${message}`)
  const codes = found.map(({ code }) => code).join(' ')
  const expected = 'LIST_CONSIGNEE_DIFFERS LIST_GOODS_DIFFER LIST_PAID_DIFFERS LIST_WEIGHT_DIFFERS'
  line.check('four differences in three documents, each with field and values', codes === expected, codes)
  const spoken = JSON.stringify(found)
  line.check('none says where the person lives', !['示例路9号', '示例路1号'].some((text) => spoken.includes(text)))
  const asStranger = async (list: EcommerceList): Promise<string[]> => {
    const own = { ...list, agentCode: STRANGER_CODE, agentName: stranger.name }
    return findingsOf(await file(told, own, stranger)).map(({ code }) => code)
  }
  const unseen = await asStranger(right.list)
  const never = await asStranger(documents.oneArticle('5999', 100n, FIRST_BUYER).list)
  line.check(
    `${stranger.name}, who was not told, hears what it hears of an order there never was`,
    unseen.length === 3 && unseen.join() === never.join(),
  )
  const [foreign] = findingsOf(await file(told, right.list, stranger))
  line.check(
    `the same under the code of ${broker.name}: ${foreign?.code} at ${foreign?.path}`,
    foreign?.code === 'COMPANY_OF_OTHER' && foreign.path === '/agentCode',
  )
  const to = [broker.urn, customs.urn]
  const again = { appType: '2' as const }
  accepted(await platform.send({ kind: 'customs.ecommerce-order', to, body: { ...right.order, ...again } }))
  accepted(await payer.send({ kind: 'customs.ecommerce-payment', to, body: { ...right.payment, ...again } }))
  accepted(await carrier.send({ kind: 'customs.ecommerce-logistics', to, body: { ...right.logistics, ...again } }))
  accepted(await file(told, right.list))
  line.check('each puts its own right, and the list is taken', true)
  const twice = codeOf(await file(told, right.list))
  line.check(`the same order a second time: ${twice}`, twice === 'ALREADY_CLAIMED')
}

async function single(told: Told): Promise<void> {
  const { line } = told
  line.title('The limit of one purchase, CNY 5000.00')
  const two = documents.oneArticle('6001', 270_000n, FIRST_BUYER).list
  const item = { ...two.items[0]!, qty: '2', totalPrice: '5400.00' }
  const [over] = findingsOf(await file(told, { ...two, items: [item] }))
  line.check(
    `two articles for CNY 5400.00: ${over?.code} (${String(over?.params?.['source'])})`,
    over?.code === 'SINGLE_LIMIT_EXCEEDED',
  )
  const one = documents.purchase('full-tax')
  await tell(told, one)
  accepted(await file(told, one.list))
  line.check(
    `one watch, with freight and insurance CNY ${inYuan(dutiableFen(one.list))}: taken, to be taxed in full`,
    true,
  )
}

/** One buyer comes to the limit of the year, not past it, and has some of it back. Gives the lists that were taken, with what stands. */
async function year(told: Told): Promise<{ index: number; standsFen: bigint }[]> {
  const { line, supervision, evidence, broker } = told
  line.title('The limit of one person in a year, CNY 26000.00')
  const taken: { index: number; standsFen: bigint }[] = []
  const buy = async (number: string, fen: bigint): Promise<Submitted> => {
    const bought = documents.oneArticle(number, fen, SECOND_BUYER)
    await tell(told, bought)
    const answer = await file(told, bought.list)
    if (answer.outcome === 'accepted') taken.push({ index: answer.index, standsFen: fen })
    return answer
  }
  for (let n = 1; n <= 5; n++) accepted(await buy(`700${n}`, 490_000n))
  line.check('five purchases of CNY 4900.00 are taken: CNY 24500.00', taken.length === 5)
  const over = await buy('7006', 150_001n)
  const problem = over.outcome === 'refused' ? over.problem : undefined
  line.check(
    `one of CNY 1500.01 more: ${codeOf(over)}, with a receipt of it`,
    problem?.code === 'BALANCE_INSUFFICIENT' && problem.receipt !== undefined,
  )
  accepted(await buy('7007', 150_000n))
  line.check('one of CNY 1500.00: taken, the year is used to the fen', true)
  await supervision.find('the refusal at the regulator', (item) => item.index === problem?.refusal?.index)
  const { bytes, verdict } = await evidence.exhibit(
    await evidence.keep(broker.client, problem!.refusal!.index, 'year-refused'),
  )
  line.check(
    'the refusal is proved and names neither person nor purchase',
    verdict.verdict === 'verified' && !namesAnywhere(bytes, [SECOND_BUYER, 'ORDER-7006', '示例订购人甲']),
    verdictLine(verdict),
  )
  const back = documents.oneArticle('7001', 490_000n, SECOND_BUYER).list
  accepted(await say(told, back, 'RELEASED', 7001))
  accepted(await say(told, back, 'RETURNED'))
  taken[0]!.standsFen = 0n
  line.check('the first comes back within thirty days: CNY 4900.00 of the year again', true)
  const much = codeOf(await buy('7008', 490_001n))
  accepted(await buy('7009', 490_000n))
  line.check(`a purchase of CNY 4900.01: ${much}; of CNY 4900.00: taken`, much === 'BALANCE_INSUFFICIENT')
  return taken
}

async function atOnce(told: Told): Promise<void> {
  const { line } = told
  line.title(`${AT_ONCE} lists of one person at once, CNY ${inYuan(AT_ONCE_FEN)} each`)
  const all = Array.from({ length: AT_ONCE }, (_, n) => documents.oneArticle(`80${n}`, AT_ONCE_FEN, THIRD_BUYER))
  await Promise.all(all.map((bought) => tell(told, bought)))
  const [answers, tookMs] = await line.timed(() => Promise.all(all.map(({ list }) => file(told, list))))
  const taken = answers.filter(({ outcome }) => outcome === 'accepted').length
  const fits = YEAR_FEN / AT_ONCE_FEN
  const refused = answers.filter((answer) => codeOf(answer) === 'BALANCE_INSUFFICIENT').length
  line.check(
    `${taken} taken and ${refused} refused in ${milliseconds(tookMs)}: CNY ${inYuan(BigInt(taken) * AT_ONCE_FEN)}, no fen above`,
    BigInt(taken) === fits && taken + refused === AT_ONCE,
  )
}

/** The year of the second buyer once more, from evidence that was read again from disk. */
async function sumUp({ line, evidence, broker }: Told, lists: { index: number; standsFen: bigint }[]): Promise<void> {
  line.title('The evidence, read again from disk and verified offline')
  const exhibits = []
  for (const [at, { index }] of lists.entries())
    exhibits.push(await evidence.exhibit(await evidence.keep(broker.client, index, `list-${at + 1}`)))
  const broken = exhibits.find(({ verdict }) => verdict.verdict !== 'verified')
  line.check(
    `${exhibits.length} lists of one person verified`,
    broken === undefined,
    broken && verdictLine(broken.verdict),
  )
  const declared = exhibits.reduce((sum, { body }) => sum + dutiableFen(body as unknown as EcommerceList), 0n)
  const stands = lists.reduce((sum, { standsFen }) => sum + standsFen, 0n)
  line.check(
    `declared CNY ${inYuan(declared)}, returned CNY ${inYuan(declared - stands)}, standing CNY ${inYuan(stands)}`,
    declared === 3_090_000n && stands === YEAR_FEN,
  )
}
