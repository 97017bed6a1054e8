// The story of the pilot month: 22 consignments, each financed by one bank and offered to a second. The totals are summed from
// evidence that was read again from disk and verified, never from what the story itself remembers.
import { readFileSync } from 'node:fs'
import { addMoney, formatMoney, type Money, multiplyMoney, parseDecimal, parseMoney } from '../../hub/index.ts'
import type { CustomsDeclaration, Financing } from '../../../schemas/types.d.ts'
import * as documents from './documents.ts'
import type { EvidenceFolder, Exhibit } from './evidence.ts'
import { accepted, namesAnywhere, sharedStrings, verdictLine } from './marks.ts'
import type { Actor, Cast, Stage } from './stage.ts'
import { milliseconds, type Timeline } from './timeline.ts'

/** What the plans report of the month. */
const COUNT = 22
const TOTAL_USD = 'USD 6275000.00'
const TOTAL_CNY = 'CNY 44238800.00'

interface PilotFinancing {
  day: string
  declaration: CustomsDeclaration
  application: Financing
}

/** Index of the financing and of the refusal of one consignment. */
interface Played {
  financed: number
  refused: number
}

/** Plays the month that stands in a file of the fixture's form. Its totals must be those of the plans. */
export async function pilotMonth(stage: Stage, evidence: EvidenceFolder, line: Timeline, month: string): Promise<void> {
  const { financings } = JSON.parse(readFileSync(month, 'utf8')) as { financings: PilotFinancing[] }
  line.check(
    `the fixture holds ${COUNT} dated financings`,
    financings.length === COUNT,
    `it holds ${financings.length}`,
  )
  const { cast } = stage
  line.title(
    `${COUNT} consignments: declared, released, financed by ${cast.bank.name}, offered to ${cast.secondBank.name}`,
  )
  const played: Played[] = []
  for (const financing of financings) played.push(await playOne(cast, financing, line))

  line.title('The evidence, read again from disk and verified offline')
  const exhibits = await Promise.all(
    played.map(async ({ financed, refused }, at) => {
      const number = String(at + 1).padStart(2, '0')
      const files = await Promise.all([
        evidence.keep(cast.bank.client, financed, `financing-${number}`),
        evidence.keep(cast.secondBank.client, refused, `refusal-${number}`),
      ])
      return await Promise.all(files.map((file) => evidence.exhibit(file)))
    }),
  )
  checkFinancings(
    exhibits.map(([financing]) => financing!),
    line,
  )
  checkRefusals(
    exhibits.map(([, refusal]) => refusal!),
    cast,
    line,
  )
  const shared = exhibits.flatMap(([financing, refusal]) => sharedStrings(financing!.bytes, refusal!.bytes))
  line.check('nor holds any string of the first bank\u2019s bundle', shared.length === 0, shared.join(', '))
}

async function playOne(cast: Cast, { day, declaration, application }: PilotFinancing, line: Timeline): Promise<Played> {
  const { exporter, customs, partnerCustoms, bank, secondBank } = cast
  const act = async (actor: Actor, kind: string, to: readonly string[], body: object): Promise<number> =>
    accepted(await actor.send({ kind, to, body }))
  const kind = 'tradefinance.financing'
  const { applicationId } = application

  const [outcome, tookMs] = await line.timed(async () => {
    await act(exporter, 'customs.declaration', [customs.urn, partnerCustoms.urn], declaration)
    const letGo = documents.release(declaration, Date.now())
    await act(customs, 'customs.release', [exporter.urn, partnerCustoms.urn], letGo)
    const financed = await act(bank, kind, [], documents.sentToday(application, Date.now()))
    await act(bank, kind, [], documents.confirmation(applicationId))
    const second = { ...documents.sentToday(application, Date.now()), applicationId: `SECOND-${applicationId}` }
    return { financed, second: await secondBank.send({ kind, to: [], body: second }) }
  })
  const { financed, second } = outcome
  const problem = second.outcome === 'refused' ? second.problem : undefined
  const amount = `USD ${(application.amount ?? '').padStart(10)} at ${application.rate?.rate}`
  line.check(
    `${day}  ${amount}  financed; second bank: ${problem?.code ?? 'accepted'}  (${milliseconds(tookMs)})`,
    problem?.code === 'BALANCE_INSUFFICIENT' && problem.receipt !== undefined,
  )
  if (problem?.refusal === undefined) throw new Error(`${applicationId} was to be refused to the second bank`)
  return { financed, refused: problem.refusal.index }
}

function checkFinancings(exhibits: readonly Exhibit[], line: Timeline): void {
  const verified = exhibits.filter(({ verdict }) => verdict.verdict === 'verified')
  const broken = exhibits.find(({ verdict }) => verdict.verdict !== 'verified')
  line.check(
    `${verified.length} of ${exhibits.length} financings verified`,
    verified.length === COUNT,
    broken && verdictLine(broken.verdict),
  )
  const bodies = verified.map(({ body }) => body as unknown as Financing)
  line.check(
    `each is another application against another declaration`,
    new Set(bodies.map(({ entryId }) => entryId)).size === COUNT &&
      new Set(bodies.map((body) => body.applicationId)).size === COUNT,
  )
  const amounts = bodies.map((body) => parseMoney(body.amount, body.currency)!)
  const usd = sum(amounts, 'USD')
  const cny = sum(
    bodies.map((body, at) => converted(amounts[at]!, body)),
    'CNY',
  )
  line.check(`their amounts sum to ${formatMoney(usd)}`, formatMoney(usd) === TOTAL_USD, `the month was ${TOTAL_USD}`)
  line.check(
    `each at its own dated rate, they sum to ${formatMoney(cny)}`,
    formatMoney(cny) === TOTAL_CNY,
    `the month was ${TOTAL_CNY}`,
  )
  const single = bodies.filter(
    ({ rate }) => formatMoney(multiplyMoney(usd, parseDecimal(rate?.rate)!, 'half-up', 'CNY')) === TOTAL_CNY,
  )
  line.check('no single rate of the month gives that figure', single.length === 0)
}

/** The amount in the quote currency at the rate of its own document, rounded half up to a cent. */
function converted(amount: Money, { rate }: Financing): Money {
  const ratio = parseDecimal(rate?.rate)
  if (rate === undefined || ratio === undefined || rate.unit !== 1)
    throw new Error('a financing has no rate for one unit')
  return multiplyMoney(amount, ratio, 'half-up', rate.quote)
}

const sum = (amounts: readonly Money[], currency: string): Money => amounts.reduce(addMoney, { minor: 0n, currency })

function checkRefusals(exhibits: readonly Exhibit[], { bank }: Cast, line: Timeline): void {
  const proved = exhibits.filter(
    ({ verdict, envelope, body }) =>
      verdict.verdict === 'verified' && envelope['kind'] === 'hub.refusal' && body['code'] === 'BALANCE_INSUFFICIENT',
  )
  const broken = exhibits.find(({ verdict }) => verdict.verdict !== 'verified')
  line.check(
    `${proved.length} second attempts refused, each with proof`,
    proved.length === COUNT,
    broken && verdictLine(broken.verdict),
  )
  const naming = exhibits.filter(({ bytes }) => namesAnywhere(bytes, [bank.urn, bank.name]))
  line.check('no refusal names the first bank', naming.length === 0)
}
