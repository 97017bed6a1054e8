// Signatures of orderers over a block: over the signed metadata, the header of the signature and the header of the block in DER.
import { type FabricBlock, headerDer, LAST_CONFIG, SIGNATURES } from './block.ts'
import { BlockRefused } from './block-reasons.ts'
import { faultOf } from './block-report.ts'
import type { ChannelConfig } from './channel-config.ts'
import { type CertificateCache, type Signed, signerOf, verifyMember } from './identity.ts'
import { decode, messages } from './messages.ts'
import type { Count } from './transaction.ts'

const SIGNATURES_MAX = 1000

/** Verifies the signatures of a block under a configuration. Signers are distinct; certificates have to be valid at `atMs`. */
export function verifyOrderers(
  block: FabricBlock,
  config: ChannelConfig,
  atMs: number,
  certificates: CertificateCache,
): { count: Count; faults: BlockRefused[] } {
  const count = { good: 0, total: 0 }
  const faults: BlockRefused[] = []
  const organisations = new Set<string>()
  const attempt = (check: () => void) => {
    const fault = faultOf(check)
    if (fault) faults.push(fault)
  }
  attempt(() => {
    const metadata = readSigned(block)
    const seen = new Set<string>()
    const consenters = consentersOf(config, certificates)
    for (const signature of metadata.getSignaturesList()) {
      count.total++
      attempt(() => {
        const signed = signedBy(signature, metadata.getValue_asU8(), block, config)
        const signer = signerOf(signed.identity, certificates)
        if (seen.has(signer)) throw new BlockRefused('ORDERER_SIGNATURE', 'one orderer has signed twice')
        if (consenters && !consenters.has(signer))
          throw new BlockRefused('ORDERER_SIGNATURE', 'an orderer is not among the consenters')
        seen.add(signer)
        const who = { atMs, reason: 'ORDERER_SIGNATURE' as const, who: 'an orderer', certificates }
        organisations.add(verifyMember(signed, config.orderers, who))
        count.good++
      })
    }
    attempt(() => checkLastConfig(block, metadata.getValue_asU8()))
  })
  attempt(() => checkQuorum(count, organisations.size, config))
  return { count, faults }
}

/** Who may sign on a Byzantine channel; on others any member of an orderer organisation. */
const consentersOf = ({ ordererRule, consenters }: ChannelConfig, certificates: CertificateCache) =>
  ordererRule.rule === 'byzantine'
    ? new Set([...consenters.values()].map(({ identity }) => signerOf(identity, certificates)))
    : undefined

type Metadata = InstanceType<typeof messages.Metadata>
type MetadataSignature = InstanceType<typeof messages.MetadataSignature>

function readSigned(block: FabricBlock): Metadata {
  const metadata = decode(
    messages.Metadata,
    block.metadata[SIGNATURES] ?? Buffer.alloc(0),
    'ORDERER_SIGNATURE',
    'the metadata',
  )
  const { length } = metadata.getSignaturesList()
  if (length === 0) throw new BlockRefused('ORDERER_SIGNATURE', 'the block carries none')
  if (length > SIGNATURES_MAX)
    throw new BlockRefused('ORDERER_SIGNATURE', `the block carries more than ${SIGNATURES_MAX}`)
  return metadata
}

/** The signer stands in the header of the signature or, on Byzantine channels, is named by its number among the consenters. */
function signedBy(one: MetadataSignature, value: Uint8Array, block: FabricBlock, config: ChannelConfig): Signed {
  const signature = one.getSignature_asU8()
  const header = one.getSignatureHeader_asU8()
  if (header.length > 0) {
    const identity = decode(messages.SignatureHeader, header, 'ORDERER_SIGNATURE', 'its header').getCreator_asU8()
    return { identity, message: Buffer.concat([value, header, headerDer(block)]), signature }
  }
  const identifier = one.getIdentifierHeader_asU8()
  const number = decode(messages.IdentifierHeader, identifier, 'ORDERER_SIGNATURE', 'its header').getIdentifier()
  const consenter = identifier.length > 0 ? config.consenters.get(number) : undefined
  if (!consenter) throw new BlockRefused('ORDERER_SIGNATURE', 'its header names no orderer of the channel')
  return { identity: consenter.identity, message: Buffer.concat([value, identifier, headerDer(block)]), signature }
}

function checkQuorum({ good }: Count, organisations: number, { ordererRule: rule, orderers }: ChannelConfig): void {
  const [found, wanted] =
    rule.rule === 'byzantine'
      ? [good, rule.quorum]
      : rule.rule === 'all'
        ? [organisations, orderers.size]
        : rule.rule === 'majority'
          ? [organisations, Math.floor(orderers.size / 2) + 1]
          : [organisations, 1]
  if (found < wanted)
    throw new BlockRefused('ORDERER_QUORUM', `${found} of the ${wanted} that the channel demands have signed well`)
}

/** Since 1.4.1 the number of the last configuration block is signed; the copy beside it has to say the same. */
function checkLastConfig(block: FabricBlock, value: Uint8Array): void {
  const beside = block.metadata[LAST_CONFIG]
  if (value.length === 0 || !beside || beside.length === 0) return
  const what = 'the number of the last configuration block'
  const signed = decode(messages.OrdererBlockMetadata, value, 'ORDERER_METADATA', what).getLastConfig()
  const copy = decode(messages.Metadata, beside, 'ORDERER_METADATA', what).getValue_asU8()
  const said = decode(messages.LastConfig, copy, 'ORDERER_METADATA', what).getIndex()
  if (signed && signed.getIndex() !== said)
    throw new BlockRefused('ORDERER_METADATA', `${what} is said to be ${said} and signed as ${signed.getIndex()}`)
}
