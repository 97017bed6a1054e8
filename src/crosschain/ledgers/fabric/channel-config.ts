// Channel configurations: who orders, who endorses, and how many orderers have to sign. They stand in blocks of their own, complete each time.
import { BlockRefused } from './block-reasons.ts'
import type { Members } from './identity.ts'
import { decode, messages } from './messages.ts'
import { type Msp, readMsp } from './msp.ts'

/** How many orderers have to sign a block: one organisation, more than half, all of them, or a Byzantine quorum of the consenters. */
export type OrdererRule =
  | { rule: 'any' | 'majority' | 'all' }
  | { rule: 'byzantine'; quorum: number }
  /** A policy of its own making, which is not evaluated here: at least one. */
  | { rule: 'unread' }

/** A consenter of a Byzantine channel; blocks name it by number. `identity` is the serialized identity. */
export interface Consenter {
  id: number
  identity: Buffer
}

/** What a configuration says that matters for verification. */
export interface ChannelConfig {
  sequence: number
  orderers: Members
  applications: Members
  /** Both: who may sign envelopes. */
  members: Members
  /** `etcdraft`, `solo`, `kafka`, `BFT`. */
  consensus: string
  ordererRule: OrdererRule
  consenters: ReadonlyMap<number, Consenter>
}

type Group = InstanceType<typeof messages.ConfigGroup>
const BYZANTINE = 'BFT'
const ORGANISATIONS_MAX = 1000

/** Reads a configuration from the data of a CONFIG envelope (common.ConfigEnvelope). Throws BlockRefused CONFIG. */
export function readChannelConfig(bytes: Uint8Array): ChannelConfig {
  const config = decode(messages.ConfigEnvelope, bytes, 'CONFIG', 'the configuration').getConfig()
  const channel = config?.getChannelGroup()
  const orderer = groupOf(channel, 'Orderer')
  if (!config || !orderer) throw new BlockRefused('CONFIG', 'it has no group of orderers')
  const orderers = membersOf(orderer)
  const applications = membersOf(groupOf(channel, 'Application'))
  const consensus = readConsensus(orderer)
  const consenters = readConsenters(orderer)
  return {
    sequence: config.getSequence(),
    orderers,
    applications,
    members: new Map([...orderers, ...applications]),
    consensus,
    ordererRule: consensus === BYZANTINE ? byzantine(consenters.size) : readRule(orderer),
    consenters,
  }
}

const groupOf = (group: Group | undefined, name: string): Group | undefined => group?.getGroupsMap().get(name)
const valueOf = (group: Group, name: string): Uint8Array | undefined => group.getValuesMap().get(name)?.getValue_asU8()

/** Two organisations under one MSP id: nobody could say whose member it is, so it is neither's. */
function membersOf(group: Group | undefined): Map<string, Msp> {
  const members = new Map<string, Msp>()
  const organisations = group ? [...group.getGroupsMap().entries()] : []
  if (organisations.length > ORGANISATIONS_MAX)
    throw new BlockRefused('CONFIG', `it has more than ${ORGANISATIONS_MAX} organisations`)
  for (const [name, organisation] of organisations as [string, Group][]) {
    const bytes = valueOf(organisation, 'MSP')
    if (!bytes) continue
    const msp = readMsp(name, bytes)
    members.set(msp.id, members.has(msp.id) ? { id: msp.id, untold: 'there are two in the configuration' } : msp)
  }
  return members
}

function readConsensus(orderer: Group): string {
  const bytes = valueOf(orderer, 'ConsensusType')
  return bytes ? decode(messages.ConsensusType, bytes, 'CONFIG', 'the type of consensus').getType() : ''
}

function readConsenters(orderer: Group): Map<number, Consenter> {
  const bytes = valueOf(orderer, 'Orderers')
  const list = bytes ? decode(messages.Orderers, bytes, 'CONFIG', 'the consenters').getConsenterMappingList() : []
  return new Map(
    list.map((consenter) => {
      const identity = new messages.SerializedIdentity()
      identity.setMspid(consenter.getMspId())
      identity.setIdBytes(consenter.getIdentity_asU8())
      return [consenter.getId(), { id: consenter.getId(), identity: Buffer.from(identity.serializeBinary()) }]
    }),
  )
}

/** Of n consenters f = floor((n - 1) / 3) may be faulty; any two quorums of ceil((n + f + 1) / 2) share an honest one. */
function byzantine(consenters: number): OrdererRule {
  if (consenters === 0) throw new BlockRefused('CONFIG', 'it names no consenters')
  const faulty = Math.floor((consenters - 1) / 3)
  return { rule: 'byzantine', quorum: Math.ceil((consenters + faulty + 1) / 2) }
}

const IMPLICIT_META = 3
const RULES = ['any', 'all', 'majority'] as const

/** The policy BlockValidation, where it counts organisations; their own `Writers` are taken to be their members. */
function readRule(orderer: Group): OrdererRule {
  const policy = orderer.getPoliciesMap().get('BlockValidation')?.getPolicy()
  if (!policy || policy.getType() !== IMPLICIT_META) return { rule: 'unread' }
  const meta = decode(messages.ImplicitMetaPolicy, policy.getValue_asU8(), 'CONFIG', 'the block validation policy')
  const rule = RULES[meta.getRule()]
  return rule ? { rule } : { rule: 'unread' }
}
