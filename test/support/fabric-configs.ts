// Channel configurations of Fabric for tests: MSPs of made organisations, and others as they stand.
import { randomBytes } from 'node:crypto'
import { messages } from '../../src/crosschain/ledgers/fabric/messages.ts'
import { issueCrl } from '../../src/hub/identity/issue.ts'
import { bytesOf, type Member, type Organisation, pem, START_MS, YEAR_MS } from './fabric-organisations.ts'

export interface MspChoice {
  organisation: Organisation
  /** Of its group; absent: the id of the MSP. */
  name?: string
  nodeUnits?: boolean
  intermediatesPem?: readonly Buffer[]
  revoked?: readonly Member[]
}
export interface ConfigChoice {
  orderers: readonly MspChoice[]
  applications: readonly MspChoice[]
  sequence?: number
  /** BlockValidation: 0 any, 1 all, 2 majority. */
  rule?: number
  consensus?: string
  consenters?: readonly Member[]
  /** Further MSPs as they stand, by name of the organisation. */
  others?: Readonly<Record<string, Uint8Array>>
}

async function mspBytes({
  organisation: { mspId, ca, rootPem },
  nodeUnits = true,
  intermediatesPem = [],
  revoked = [],
}: MspChoice) {
  const config = new messages.FabricMSPConfig()
  config.setName(mspId)
  config.setRootCertsList([rootPem])
  config.setIntermediateCertsList([...intermediatesPem])
  if (revoked.length > 0) {
    const entries = revoked.map(({ serialHex }) => ({ serialHex, atMs: START_MS }))
    const crl = await issueCrl({
      issuer: ca,
      revoked: entries,
      thisUpdateMs: START_MS,
      nextUpdateMs: START_MS + YEAR_MS,
    })
    config.setRevocationListList([pem(crl, 'X509 CRL')])
  }
  const units = new messages.FabricNodeOUs()
  units.setEnable(nodeUnits)
  units.setClientOuIdentifier(unitOf('client'))
  units.setPeerOuIdentifier(unitOf('peer'))
  units.setAdminOuIdentifier(unitOf('admin'))
  units.setOrdererOuIdentifier(unitOf('orderer'))
  config.setFabricNodeOus(units)
  return mspOfType(0, bytesOf(config))
}

function unitOf(name: string) {
  const unit = new messages.FabricOUIdentifier()
  unit.setOrganizationalUnitIdentifier(name)
  return unit
}

export function mspOfType(type: number, content: Uint8Array): Buffer {
  const msp = new messages.MSPConfig()
  msp.setType(type)
  msp.setConfig(content)
  return bytesOf(msp)
}

export function idemixMsp(name: string): Buffer {
  const config = new messages.IdemixMSPConfig()
  config.setName(name)
  config.setIpk(randomBytes(64))
  return mspOfType(1, bytesOf(config))
}

export async function configBytes(choice: ConfigChoice): Promise<Buffer> {
  const orderer = await groupOf(choice.orderers)
  const type = new messages.ConsensusType()
  type.setType(choice.consensus ?? 'etcdraft')
  setValue(orderer, 'ConsensusType', bytesOf(type))
  const consenters = new messages.Orderers()
  consenters.setConsenterMappingList(
    (choice.consenters ?? []).map(({ mspId, certificatePem }, at) => {
      const consenter = new messages.Consenter()
      consenter.setId(at + 1)
      consenter.setMspId(mspId)
      consenter.setIdentity(certificatePem)
      return consenter
    }),
  )
  setValue(orderer, 'Orderers', bytesOf(consenters))
  const meta = new messages.ImplicitMetaPolicy()
  meta.setSubPolicy('Writers')
  meta.setRule((choice.rule ?? 0) as 0)
  const policy = new messages.Policy()
  policy.setType(3)
  policy.setValue(bytesOf(meta))
  const configPolicy = new messages.ConfigPolicy()
  configPolicy.setPolicy(policy)
  orderer.getPoliciesMap().set('BlockValidation', configPolicy)
  const application = await groupOf(choice.applications)
  for (const [name, bytes] of Object.entries(choice.others ?? {})) {
    const group = new messages.ConfigGroup()
    setValue(group, 'MSP', bytes)
    application.getGroupsMap().set(name, group)
  }
  const channel = new messages.ConfigGroup()
  channel.getGroupsMap().set('Orderer', orderer)
  channel.getGroupsMap().set('Application', application)
  const config = new messages.Config()
  config.setSequence(choice.sequence ?? 0)
  config.setChannelGroup(channel)
  const envelope = new messages.ConfigEnvelope()
  envelope.setConfig(config)
  return bytesOf(envelope)
}

async function groupOf(choices: readonly MspChoice[]) {
  const group = new messages.ConfigGroup()
  for (const choice of choices) {
    const one = new messages.ConfigGroup()
    setValue(one, 'MSP', await mspBytes(choice))
    group.getGroupsMap().set(choice.name ?? choice.organisation.mspId, one)
  }
  return group
}

function setValue(group: InstanceType<typeof messages.ConfigGroup>, name: string, bytes: Uint8Array): void {
  const value = new messages.ConfigValue()
  value.setValue(bytes)
  group.getValuesMap().set(name, value)
}
