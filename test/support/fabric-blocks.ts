// A small maker of Fabric blocks for tests: envelopes, transactions, blocks and block files, and every one of them wrong where a test wants it.
import { randomBytes } from 'node:crypto'
import {
  type FabricBlock,
  hashOfData,
  headerDer,
  headerHash,
  sha256,
} from '../../src/crosschain/ledgers/fabric/block.ts'
import { messages } from '../../src/crosschain/ledgers/fabric/messages.ts'
import { varint } from '../../src/crosschain/ledgers/fabric/writes.ts'
import { bytesOf, type Member, signLow } from './fabric-organisations.ts'

export const CHANNEL = 'trade'
export const CHAINCODE = 'registry'

export interface EnvelopeChoice {
  type?: number
  channel?: string
  atMs: number
  creator?: Member
  data: Uint8Array
  txId?: string
  highS?: boolean
}

interface Headers {
  channelHeader: Buffer
  signatureHeader: Buffer
}

function headersOf({ type = 3, channel = CHANNEL, atMs, creator, txId }: Omit<EnvelopeChoice, 'data'>): Headers {
  const nonce = randomBytes(24)
  const signatureHeader = new messages.SignatureHeader()
  signatureHeader.setCreator(creator?.identity ?? Buffer.alloc(0))
  signatureHeader.setNonce(nonce)
  const header = new messages.ChannelHeader()
  header.setType(type)
  header.setChannelId(channel)
  header.setTxId(txId ?? sha256(nonce, creator?.identity ?? Buffer.alloc(0)).toString('hex'))
  header.setTimestamp(timestamp(atMs))
  return { channelHeader: bytesOf(header), signatureHeader: bytesOf(signatureHeader) }
}

/** google.protobuf.Timestamp, as far as the class of the library asks for it. */
function timestamp(atMs: number) {
  const seconds = varint(Math.floor(atMs / 1000))
  const bytes = Buffer.concat([Buffer.from([0x1a, seconds.length + 1, 8]), seconds])
  return messages.ChannelHeader.deserializeBinary(bytes).getTimestamp()
}

function sealEnvelope(
  { channelHeader, signatureHeader }: Headers,
  data: Uint8Array,
  creator?: Member,
  highS = false,
): Buffer {
  const header = new messages.Header()
  header.setChannelHeader(channelHeader)
  header.setSignatureHeader(signatureHeader)
  const payload = new messages.Payload()
  payload.setHeader(header)
  payload.setData(data)
  const envelope = new messages.Envelope()
  envelope.setPayload(bytesOf(payload))
  if (creator) envelope.setSignature(signLow(bytesOf(payload), creator.privateKey, highS))
  return bytesOf(envelope)
}

export const makeEnvelope = (choice: EnvelopeChoice): Buffer =>
  sealEnvelope(headersOf(choice), choice.data, choice.creator, choice.highS)

export interface TransactionChoice extends Omit<EnvelopeChoice, 'data' | 'creator'> {
  creator: Member
  endorsers: readonly Member[]
  highEndorsement?: boolean
  /** Another proposal than the one endorsed. */
  swappedProposal?: boolean
  /** Read and write set. */
  results?: Uint8Array
  actions?: number
}

/** A transaction, endorsed and signed. */
export function makeTransaction(choice: TransactionChoice): Buffer {
  const headers = headersOf(choice)
  const proposal = randomBytes(20)
  const chaincode = new messages.ChaincodeID()
  chaincode.setName(CHAINCODE)
  const action = new messages.ChaincodeAction()
  action.setChaincodeId(chaincode)
  action.setResults(choice.results ?? Buffer.alloc(0))
  const response = new messages.ProposalResponsePayload()
  response.setProposalHash(sha256(headers.channelHeader, headers.signatureHeader, proposal))
  response.setExtension$(bytesOf(action))
  const endorsed = new messages.ChaincodeEndorsedAction()
  endorsed.setProposalResponsePayload(bytesOf(response))
  endorsed.setEndorsementsList(
    choice.endorsers.map(({ identity, privateKey }) => {
      const endorsement = new messages.Endorsement()
      endorsement.setEndorser(identity)
      endorsement.setSignature(
        signLow(Buffer.concat([bytesOf(response), identity]), privateKey, choice.highEndorsement),
      )
      return endorsement
    }),
  )
  const payload = new messages.ChaincodeActionPayload()
  payload.setChaincodeProposalPayload(choice.swappedProposal ? randomBytes(20) : proposal)
  payload.setAction(endorsed)
  const transactionAction = new messages.TransactionAction()
  transactionAction.setHeader(headers.signatureHeader)
  transactionAction.setPayload(bytesOf(payload))
  const transaction = new messages.Transaction()
  transaction.setActionsList(Array.from({ length: choice.actions ?? 1 }, () => transactionAction))
  return sealEnvelope(headers, bytesOf(transaction), choice.creator, choice.highS)
}

export interface BlockChoice {
  data: readonly Buffer[]
  orderers?: readonly Member[]
  /** Signed by number among the consenters, counted from 1. */
  byNumber?: boolean
  flags?: Uint8Array
  highS?: boolean
  number?: number
  previousHash?: Buffer
}

/** Makes the block after `before`, signed by orderers. */
export function makeBlock(before: FabricBlock | undefined, choice: BlockChoice): FabricBlock {
  const block: FabricBlock = {
    number: choice.number ?? (before ? before.number + 1 : 0),
    dataHash: Buffer.alloc(0),
    previousHash: choice.previousHash ?? (before ? headerHash(before) : Buffer.alloc(0)),
    data: choice.data,
    metadata: [],
  }
  block.dataHash = hashOfData(block)
  const value = Buffer.from('0a020800', 'hex')
  const signatures = (choice.orderers ?? []).map((orderer, at) => {
    const one = new messages.MetadataSignature()
    const header = choice.byNumber ? numberHeader(at + 1) : creatorHeader(orderer)
    if (choice.byNumber) one.setIdentifierHeader(header)
    else one.setSignatureHeader(header)
    one.setSignature(signLow(Buffer.concat([value, header, headerDer(block)]), orderer.privateKey, choice.highS))
    return one
  })
  const metadata = new messages.Metadata()
  metadata.setValue(value)
  metadata.setSignaturesList(signatures)
  const flags = Buffer.from(choice.flags ?? new Uint8Array(choice.data.length))
  return { ...block, metadata: [bytesOf(metadata), Buffer.alloc(0), flags, Buffer.alloc(0), Buffer.alloc(0)] }
}

function creatorHeader({ identity }: Member): Buffer {
  const header = new messages.SignatureHeader()
  header.setCreator(identity)
  header.setNonce(randomBytes(24))
  return bytesOf(header)
}

function numberHeader(identifier: number): Buffer {
  const header = new messages.IdentifierHeader()
  header.setIdentifier(identifier)
  header.setNonce(randomBytes(24))
  return bytesOf(header)
}

const withLength = (bytes: Buffer): Buffer => Buffer.concat([varint(bytes.length), bytes])
const listOf = (list: readonly Buffer[]): Buffer => Buffer.concat([varint(list.length), ...list.map(withLength)])

/** The blocks as a peer stores them. */
export const blockFile = (blocks: readonly FabricBlock[]): Buffer =>
  Buffer.concat(
    blocks.map(({ number, dataHash, previousHash, data, metadata }) =>
      withLength(
        Buffer.concat([varint(number), withLength(dataHash), withLength(previousHash), listOf(data), listOf(metadata)]),
      ),
    ),
  )
