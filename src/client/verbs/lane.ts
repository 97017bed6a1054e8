// `beibu lane <act>`: what the owner of one end does to a lane, and what is to be seen of it.
import { laneId, type LaneTerms } from '../../crosschain/lane.ts'
import type { ShownLane } from '../../crosschain/shown.ts'
import type { HubClient } from '../hub-client.ts'
import { UsageError } from '../usage.ts'
import { actingParty, clientFor } from './acting.ts'
import { readJsonInput } from './input.ts'
import { laneLines, packetLines, termLines } from './lane-lines.ts'
import { type ActingValues, submitAct } from './signed-act.ts'
import { ACTING, type CommandIo, EXIT, readArgs, show, type Verb, wholeNumber } from './verb.ts'

const OPTIONS = {
  ...ACTING,
  terms: { type: 'string' },
  ground: { type: 'string' },
  from: { type: 'string' },
  limit: { type: 'string' },
} as const
type Given = ActingValues & {
  terms?: string | undefined
  ground?: string | undefined
  from?: string | undefined
  limit?: string | undefined
}
const ACTS = ['pause', 'resume', 'close'] as const

export const laneVerb: Verb = {
  name: 'lane',
  summary: 'open, pause and look at lanes between ledgers',
  help: `beibu lane <act> --as <party folder> [options] [--json]

Acts of the owner of an end, each a signed ledger.lane entry of the journal:
  open              --terms <file>       both ends sign the same terms, then it is open
  pause <lane>      --ground <text>      either end, or the hub's operator; nothing new enters by it
  resume <lane>     --ground <text>      whoever paused it; both ends after a freeze
  close <lane>      --ground <text>      for good
Looking, which changes nothing:
  list                                   all lanes and how they stand
  show <lane>                            one lane: terms, packets by state, what it waits for
  packets <lane>    [--from <n>] [--limit <n>]
  packet <lane> <n>                      one packet, step by step

<lane> is the id, or as much of its beginning as names one lane, or its name.
Terms are JSON: {name, source:{ledger, chainId, gateway, owner}, target:{...}, kinds, ordered,
timeoutS, assurance, threshold, operators, ratePerHour, feePayer, hash}; between hubs also
grounds [{class, ground, reference, until?}] and retention {sourceS?, targetS?}.

  beibu lane open --terms lane.json --as sandbox/authorities/cn-register-office
  beibu lane show declarations-cn-vn --as sandbox/parties/hub-operator

Exit: 0 done, 1 refused, 2 no such packet here yet.`,
  async run(args, io) {
    const { values, positionals } = readArgs('lane', args, OPTIONS)
    const [act, named, ...more] = positionals
    if (act === undefined) throw new UsageError('lane takes an act. See: beibu lane --help')
    if (act === 'open') return open(values, io)
    const party = actingParty(values, io)
    const client = clientFor(party, values.url)
    const { lanes } = await client.lanes()
    if (act === 'list') {
      if (named !== undefined) throw new UsageError('lane list takes no arguments')
      for (const lane of lanes) show(io, values.json, lane, () => laneLines(lane))
      if (lanes.length === 0 && values.json !== true) io.out('no lanes')
      return EXIT.good
    }
    const lane = laneNamed(named, lanes)
    if (act === 'packet') return showPacket(lane, sequenceOf(more), client, values, io)
    if (more.length > 0) throw new UsageError(`lane ${act} takes one lane, got also ${more.join(' ')}`)
    if (act === 'packets') return showPackets(lane, client, values, io)
    if (act === 'show') {
      show(io, values.json, lane, () => [...laneLines(lane), ...termLines(lane)])
      return EXIT.good
    }
    const known = ACTS.find((one) => one === act)
    if (!known) throw new UsageError(`lane knows no act ${act}. See: beibu lane --help`)
    if (!values.ground) throw new UsageError(`lane ${act} needs --ground <text>; it becomes part of the record`)
    const body = { lane: lane.lane, act: known, ground: values.ground }
    const line = (index: number): string => `${act} of ${lane.terms.name} is on record as entry ${index}`
    const told = (index: number) => ({ value: body, line: line(index) })
    return submitAct('ledger.lane', body, values, io, told, othersOf(lane, party.card.party))
  },
}

/** Owners of the ends that have signed, but for the one who acts: the act names nobody, so they are told by the envelope. */
const othersOf = ({ signed, terms }: ShownLane, acting: string): string[] =>
  [...new Set(signed.map((side) => terms[side].owner))].filter((owner) => owner !== acting)

async function showPackets({ lane }: ShownLane, client: HubClient, values: Given, io: CommandIo): Promise<number> {
  const from = wholeNumber(values.from ?? '1', '--from')
  const limit = wholeNumber(values.limit ?? '50', '--limit')
  const { packets } = await client.packets(lane, { from, limit })
  for (const packet of packets) show(io, values.json, packet, () => packetLines(packet))
  if (packets.length === 0 && values.json !== true) io.out('no packets')
  return EXIT.good
}

async function showPacket(
  { lane, terms }: ShownLane,
  sequence: number,
  client: HubClient,
  values: Given,
  io: CommandIo,
): Promise<number> {
  const { packets } = await client.packets(lane, { from: sequence, limit: 1 })
  const packet = packets.find((one) => one.sequence === sequence)
  if (packet) {
    show(io, values.json, packet, () => packetLines(packet))
    return EXIT.good
  }
  io.progress(`no packet ${sequence} of ${terms.name} has entered this hub; it may still be on its way`)
  return EXIT.unknown
}

async function open(values: Given, io: CommandIo): Promise<number> {
  if (values.terms === undefined) throw new UsageError('on what terms? Give --terms <file>')
  const terms = readJsonInput(values.terms) as LaneTerms
  let lane: string
  try {
    lane = laneId(terms)
  } catch {
    throw new UsageError(`${values.terms} does not have the members of lane terms. See: beibu lane --help`)
  }
  return submitAct('ledger.lane', { lane, act: 'open', terms }, values, io, (index) => ({
    value: { lane, act: 'open' },
    line: `lane ${lane} (${terms.name}): this end has signed, entry ${index}; it is open when both have`,
  }))
}

function laneNamed(text: string | undefined, lanes: readonly ShownLane[]): ShownLane {
  if (text === undefined) throw new UsageError('which lane? See: beibu lane list')
  const found = lanes.filter(({ lane, terms }) => terms.name === text || (text.length >= 4 && lane.startsWith(text)))
  if (found.length === 1) return found[0]!
  throw new UsageError(found.length === 0 ? `there is no lane ${text}` : `${text} names ${found.length} lanes`)
}

function sequenceOf([text, ...more]: readonly string[]): number {
  if (text === undefined || more.length > 0) throw new UsageError('which packet? Give its sequence, a whole number')
  return wholeNumber(text, 'the sequence')
}
