// The protobuf messages of Fabric that are read here, and the one way to read them. The library is generous: it skips what it does not
// know and throws whatever comes to it. So what is hashed or signed is always taken from the bytes received, and every fault becomes a refusal.
import commonMessages from '@hyperledger/fabric-protos/lib/common/common_pb.js'
import configurationMessages from '@hyperledger/fabric-protos/lib/common/configuration_pb.js'
import configMessages from '@hyperledger/fabric-protos/lib/common/configtx_pb.js'
import policyMessages from '@hyperledger/fabric-protos/lib/common/policies_pb.js'
import writeMessages from '@hyperledger/fabric-protos/lib/ledger/rwset/kvrwset/kv_rwset_pb.js'
import writeSetMessages from '@hyperledger/fabric-protos/lib/ledger/rwset/rwset_pb.js'
import identityMessages from '@hyperledger/fabric-protos/lib/msp/identities_pb.js'
import mspMessages from '@hyperledger/fabric-protos/lib/msp/msp_config_pb.js'
import ordererMessages from '@hyperledger/fabric-protos/lib/orderer/configuration_pb.js'
import chaincodeMessages from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js'
import proposalMessages from '@hyperledger/fabric-protos/lib/peer/proposal_pb.js'
import responseMessages from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js'
import transactionMessages from '@hyperledger/fabric-protos/lib/peer/transaction_pb.js'
import { BlockRefused, type BlockReason } from './block-reasons.ts'

export const messages = {
  ...commonMessages,
  ...configurationMessages,
  ...configMessages,
  ...policyMessages,
  ...writeMessages,
  ...writeSetMessages,
  ...identityMessages,
  ...mspMessages,
  ...ordererMessages,
  ...chaincodeMessages,
  ...proposalMessages,
  ...responseMessages,
  ...transactionMessages,
}

/** No single message inside a block comes near it: Fabric sends at most 100 MiB at once. */
const MESSAGE_BYTES_MAX = 100 * 1024 * 1024

/** Reads one message; `what` names it. Throws BlockRefused with the reason given. */
export function decode<T>(
  type: { deserializeBinary(bytes: Uint8Array): T },
  bytes: Uint8Array,
  reason: BlockReason,
  what: string,
  bytesMax = MESSAGE_BYTES_MAX,
): T {
  if (bytes.length > bytesMax) throw new BlockRefused(reason, `${what} is larger than ${bytesMax} bytes`)
  try {
    return type.deserializeBinary(bytes)
  } catch {
    // Depth shows as a stack that ran out: as much the sender's fault as a wrong tag.
    throw new BlockRefused(reason, `${what} is not the protobuf message it has to be`)
  }
}
