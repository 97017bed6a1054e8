// `npm run demo`: plays a story on a real hub process over HTTP and WebSocket; exit 0 only if every check held.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { borderMarket } from './border-market.ts'
import { consignment } from './consignment.ts'
import { ecommerce } from './ecommerce.ts'
import { EvidenceFolder } from './evidence.ts'
import { pilotMonth } from './pilot-month.ts'
import type { LedgerCast } from './ledger-stage.ts'
import { type StoryServices, storyServices } from './services.ts'
import { setStage, type Stage } from './stage.ts'
import { Timeline } from './timeline.ts'
import { tellTwoHubs } from './two-hubs-main.ts'
import { FIXTURES } from '../sandbox/fixtures.ts'
import type { Trade } from '../sandbox/trades.ts'
import { UsageError } from '../usage.ts'

const EXIT_USAGE = 64

type Story = (stage: Stage, evidence: EvidenceFolder, line: Timeline, month: string) => Promise<void>

const VALIDATORS = [
  'urn:hub:cn:customs:nanning-example',
  'urn:hub:vn:bank:lotus-lake',
  'urn:hub:th:bank:jasmine',
] as const
const OPERATOR = 'urn:hub:cn:operator:beibu-desk'

/** Whose ledgers, and whose validators: of three parties, or all of one. */
const ledgerCast = (isOneOperator: boolean): LedgerCast => ({
  home: 'urn:hub:cn:regulator:register-office',
  abroad: 'urn:hub:vn:regulator:register-office',
  operator: OPERATOR,
  validators: isOneOperator ? [OPERATOR, OPERATOR, OPERATOR] : VALIDATORS,
  regulator: 'urn:hub:cn:regulator:customs-supervision',
})

interface StoryPlan {
  /** Below the folder of the demo: each has its own, so that one does not wipe the bundles of the other. */
  folder: string
  title: string
  play: Story
  ledgers?: true
  /** Whose parties play. */
  trade?: Trade
}

/** Stories by name. */
const STORIES: Readonly<Record<string, StoryPlan>> = {
  consignment: { folder: '.', title: 'One consignment, declared to proved', play: consignment, ledgers: true },
  'pilot-month': {
    folder: 'pilot-month',
    title: 'The pilot month: 22 financings, each offered to a second bank',
    play: pilotMonth,
  },
  'border-market': {
    folder: 'border-market',
    title: 'A border market: forty residents, two markets, a midnight in Shanghai',
    play: borderMarket,
    trade: 'border-market',
  },
  ecommerce: {
    folder: 'ecommerce',
    title: 'Cross-border e-commerce: three documents, one list, a year to the fen',
    play: ecommerce,
    trade: 'ecommerce',
  },
}

/** Stands on two hubs, so it sets its own stage. */
const TWO_HUBS = 'two-hubs'

const HELP = `npm run demo                          one consignment, from declaration to proof
npm run demo -- --story pilot-month   22 dated financings, each offered to a second bank
npm run demo -- --story border-market forty border residents, two markets, a midnight in Shanghai; totals to the fen
npm run demo -- --story ecommerce     order, payment and waybill matched to the list; limits of a buyer and a year
npm run demo -- --story two-hubs      a hub in China and one in Vietnam, joined by lanes; bodies stay at home
npm run demo -- --one-operator        all relay validators run by one operator
npm run demo -- --dir <folder>        elsewhere than data/demo

HUB_PROFILE=cluster npm run demo      the hub as three processes, one of which is killed (see npm run services:up)

--month <file> plays another file of the form of fixtures/tradefinance/pilot-month.json.

Leaves bundles/ and trust.json behind; verify them:
  npm run -s beibu -- verify data/demo/bundles/declaration.json --trust data/demo/trust.json`

const { values } = parseArgs({
  options: {
    story: { type: 'string', default: 'consignment' },
    month: { type: 'string', default: fileURLToPath(new URL('tradefinance/pilot-month.json', FIXTURES)) },
    dir: { type: 'string' },
    'one-operator': { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
const story = STORIES[values.story]
const dirOf = (folder: string): string =>
  join(values.dir ?? fileURLToPath(new URL('../../../data/demo', import.meta.url)), folder)
if (values.help === true) console.log(HELP)
else if (values.story === TWO_HUBS) process.exitCode = await tellTwoHubs(dirOf(TWO_HUBS))
else if (story === undefined) {
  console.error(`there is no story ${values.story}; there are: ${[...Object.keys(STORIES), TWO_HUBS].join(', ')}`)
  process.exitCode = EXIT_USAGE
} else {
  const base = values.dir ?? fileURLToPath(new URL('../../../data/demo', import.meta.url))
  try {
    process.exitCode = await tell(story, join(base, story.folder), await cluster())
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    process.exitCode = EXIT_USAGE
  }
}
process.exit()

/** What the hub stands on if it is to be several processes. */
async function cluster(): Promise<StoryServices | undefined> {
  return process.env['HUB_PROFILE'] === 'cluster' ? await storyServices(process.env) : undefined
}

async function tell(
  { title, play, ledgers, trade }: StoryPlan,
  dir: string,
  services: StoryServices | undefined,
): Promise<number> {
  const line = new Timeline(console.log, () => performance.now())
  line.title(title)
  let stage: Stage | undefined
  try {
    mkdirSync(dir, { recursive: true })
    for (const old of ['bundles', 'trust.json']) rmSync(join(dir, old), { recursive: true, force: true })
    const trustFile = join(dir, 'trust.json')
    stage = await setStage(join(dir, 'stage'), trustFile, (text) => line.tell(text), {
      ...(ledgers && { ledgers: ledgerCast(values['one-operator'] === true) }),
      ...(trade && { trades: [trade] }),
      ...(services && { services }),
    })
    await play(stage, new EvidenceFolder(join(dir, 'bundles'), trustFile), line, values.month)
  } catch (error) {
    line.check('the story could be told to its end', false, error instanceof Error ? error.message : String(error))
  }
  if (stage !== undefined) {
    const code = await stage.close()
    line.check('the hub closed in good order', code === 0, `exit ${code}`)
  }
  await services?.drop()
  line.title(
    line.failed.length === 0 ? `All ${line.checks} checks held. Evidence: ${dir}/bundles` : 'What did not hold:',
  )
  for (const failed of line.failed) console.error(`  ✗ ${failed}`)
  return line.failed.length === 0 ? 0 : 1
}
