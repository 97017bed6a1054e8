// Ledgers made for the test, with real certificates and signatures: what is sound verifies, and each attack is refused by its name.
import { beforeAll, describe, expect, it } from 'vitest'
import { type FabricBlock, headerHash } from '../../../../src/crosschain/ledgers/fabric/block.ts'
import {
  type BlockFileReport,
  type EndorsementPolicy,
  type FabricTrust,
  verifyBlockFile,
} from '../../../../src/crosschain/ledgers/fabric/index.ts'
import {
  blockFile,
  type BlockChoice,
  CHAINCODE,
  CHANNEL,
  makeBlock,
  makeEnvelope,
  makeTransaction,
} from '../../../support/fabric-blocks.ts'
import { type ConfigChoice, configBytes, idemixMsp, mspOfType } from '../../../support/fabric-configs.ts'
import {
  authority,
  identityOf,
  type Member,
  type Organisation,
  organisation,
  pem,
  START_MS,
} from '../../../support/fabric-organisations.ts'

const MINUTE_MS = 60_000
let org: Record<'orderer' | 'seller' | 'buyer' | 'stranger', Organisation>
let orderer: Member
let client: Member
let seller: Member
let buyer: Member
let config: ConfigChoice
let genesis: FabricBlock

beforeAll(async () => {
  const [ord, sell, buy, strange] = await Promise.all(
    ['OrdererMSP', 'SellerMSP', 'BuyerMSP', 'StrangerMSP'].map((id) => organisation(id)),
  )
  org = { orderer: ord!, seller: sell!, buyer: buy!, stranger: strange! }
  orderer = await org.orderer.member('orderer')
  client = await org.seller.member('client')
  seller = await org.seller.member('peer')
  buyer = await org.buyer.member('peer')
  config = {
    orderers: [{ organisation: org.orderer }],
    applications: [{ organisation: org.seller }, { organisation: org.buyer }],
  }
  genesis = await genesisOf(config)
})

const atOf = (number: number): number => START_MS + number * MINUTE_MS

async function configEnvelope(choice: ConfigChoice, number: number, creator?: Member): Promise<Buffer> {
  const data = await configBytes(choice)
  return makeEnvelope({ type: 1, atMs: atOf(number), data, ...(creator && { creator }) })
}
const genesisOf = async (choice: ConfigChoice): Promise<FabricBlock> =>
  makeBlock(undefined, { data: [await configEnvelope(choice, 0)] })

const transaction = (number: number, how: Partial<Parameters<typeof makeTransaction>[0]> = {}): Buffer =>
  makeTransaction({ atMs: atOf(number), creator: client, endorsers: [seller, buyer], ...how })
const blockAfter = (before: FabricBlock, how: Partial<BlockChoice> = {}): FabricBlock =>
  makeBlock(before, { data: [transaction(before.number + 1)], orderers: [orderer], ...how })
const verify = (blocks: readonly FabricBlock[], trust?: FabricTrust): BlockFileReport =>
  verifyBlockFile(blockFile(blocks), trust)

/** The codes of a block, each once. */
const codes = (report: BlockFileReport, number: number): string[] => [
  ...new Set(report.blocks[number]!.reasons.map((reason) => reason.split(':')[0]!)),
]
/** A ledger of block 0 and one block with these transactions. */
const withTransactions = (...data: Buffer[]): BlockFileReport => verify([genesis, blockAfter(genesis, { data })])

describe('a sound ledger', () => {
  it('verifies with its counts, several transactions in a block', () => {
    const first = blockAfter(genesis, { data: [transaction(1), transaction(1)] })
    const report = verify([genesis, first, blockAfter(first)], { channel: CHANNEL })
    expect(report.verdict).toBe('verified')
    expect(
      report.blocks.map(({ orderer: o, endorsements: e, envelopes: v }) => [
        o.good,
        o.total,
        e.good,
        e.total,
        v.good,
        v.total,
      ]),
    ).toEqual([
      [0, 0, 0, 0, 0, 0],
      [1, 1, 4, 4, 2, 2],
      [1, 1, 2, 2, 1, 1],
    ])
  })

  it('is the same past block 127, where the number in the header needs two bytes', () => {
    const blocks = [genesis]
    const tx = transaction(1)
    for (let number = 1; number <= 129; number++) {
      const data = [transaction(number, { endorsers: [] })]
      blocks.push(blockAfter(blocks.at(-1)!, { data }))
    }
    expect(tx.length).toBeGreaterThan(0)
    const report = verify(blocks)
    expect(report.blocks.flatMap(({ reasons }) => reasons)).toEqual([])
    expect(report.verdict).toBe('verified')
  })

  it('counts an endorser once, and accepts a transaction without endorsements', () => {
    const report = withTransactions(transaction(1, { endorsers: [seller, seller] }), transaction(1, { endorsers: [] }))
    expect([report.verdict, report.blocks[1]!.endorsements]).toEqual(['verified', { good: 1, total: 1 }])
  })

  it('lets an intermediate CA issue, and then not the root above it', async () => {
    const below = await authority('SellerMSP', org.seller.ca)
    const choice = {
      ...config,
      applications: [
        { organisation: org.seller, intermediatesPem: [pem(below.certificateDer)] },
        config.applications[1]!,
      ],
    }
    const start = await genesisOf(choice)
    const endorser = await org.seller.member('peer', { issuer: below })
    const creator = await org.seller.member('client', { issuer: below })
    const good = verify([start, blockAfter(start, { data: [transaction(1, { creator, endorsers: [endorser] })] })])
    expect(good.verdict).toBe('verified')
    const direct = verify([start, blockAfter(start, { data: [transaction(1, { creator })] })])
    expect([codes(direct, 1), direct.blocks[1]!.endorsements]).toEqual([['ENDORSEMENT'], { good: 1, total: 2 }])
  })
})

describe('orderer signatures', () => {
  const refusedOrderers = (orderers: readonly Member[], how: Partial<BlockChoice> = {}) =>
    codes(verify([genesis, blockAfter(genesis, { orderers, ...how })]), 1)

  it('refuses a foreign orderer, also under the name of the right MSP', async () => {
    const stranger = await org.stranger.member('orderer')
    expect(refusedOrderers([stranger])).toEqual(['ORDERER_SIGNATURE', 'ORDERER_QUORUM'])
    const { member } = await organisation('OrdererMSP')
    const report = verify([genesis, blockAfter(genesis, { orderers: [await member('orderer')] })])
    expect([report.verdict, report.blocks[1]!.orderer]).toEqual(['refused', { good: 0, total: 1 }])
    expect(report.blocks[1]!.reasons[0]).toContain('does not lead to a root of OrdererMSP')
  })

  it('refuses a peer, a CA and an expired orderer as orderers, and no signature at all', async () => {
    expect(refusedOrderers([seller])).toContain('ORDERER_SIGNATURE')
    expect(refusedOrderers([await org.orderer.member('orderer', { ca: true })])).toContain('ORDERER_SIGNATURE')
    expect(refusedOrderers([await org.orderer.member('orderer', { notAfterMs: START_MS })])).toContain(
      'ORDERER_SIGNATURE',
    )
    expect(refusedOrderers([])).toEqual(['ORDERER_SIGNATURE', 'ORDERER_QUORUM'])
  })

  it('refuses a high s and a second signature of one orderer', () => {
    expect(refusedOrderers([orderer], { highS: true })).toContain('ORDERER_SIGNATURE')
    expect(refusedOrderers([orderer, orderer])).toEqual(['ORDERER_SIGNATURE'])
  })

  it('demands as many organisations as the block validation policy does', async () => {
    const second = await org.stranger.member('orderer')
    for (const [rule, alone, both] of [
      [0, 'verified', 'verified'],
      [1, 'refused', 'verified'],
      [2, 'refused', 'verified'],
    ] as const) {
      const start = await genesisOf({ ...config, rule, orderers: [...config.orderers, { organisation: org.stranger }] })
      expect(verify([start, blockAfter(start)]).verdict).toBe(alone)
      expect(verify([start, blockAfter(start, { orderers: [orderer, second] })]).verdict).toBe(both)
    }
  })

  it('demands a Byzantine quorum of the consenters where orderers sign by number', async () => {
    const consenters = await Promise.all(Array.from({ length: 4 }, () => org.orderer.member('orderer')))
    const start = await genesisOf({ ...config, consensus: 'BFT', consenters })
    const signedBy = (count: number) =>
      verify([start, blockAfter(start, { orderers: consenters.slice(0, count), byNumber: true })])
    expect([signedBy(3).verdict, signedBy(3).blocks[1]!.orderer]).toEqual(['verified', { good: 3, total: 3 }])
    expect(codes(signedBy(2), 1)).toEqual(['ORDERER_QUORUM'])
    const unknown = verify([start, blockAfter(start, { orderers: [...consenters, orderer], byNumber: true })])
    expect(codes(unknown, 1)).toEqual(['ORDERER_SIGNATURE'])
  })

  it('counts one consenter once, however it spells its certificate, and nobody else', async () => {
    const consenters = await Promise.all(Array.from({ length: 4 }, () => org.orderer.member('orderer')))
    const start = await genesisOf({ ...config, consensus: 'BFT', consenters })
    const [first] = consenters
    const spelt = ['', '\n', '\n\n'].map((end) => ({
      ...first!,
      identity: identityOf(first!.mspId, Buffer.concat([first!.certificatePem, Buffer.from(end)])),
    }))
    const alone = verify([start, blockAfter(start, { orderers: spelt })])
    expect([codes(alone, 1), alone.blocks[1]!.orderer.good]).toEqual([['ORDERER_SIGNATURE', 'ORDERER_QUORUM'], 1])
    const others = await Promise.all(Array.from({ length: 3 }, () => org.orderer.member('orderer')))
    const foreign = verify([start, blockAfter(start, { orderers: others })])
    expect([codes(foreign, 1), foreign.blocks[1]!.orderer.good]).toEqual([['ORDERER_SIGNATURE', 'ORDERER_QUORUM'], 0])
  })
})

describe('transactions', () => {
  it('refuses an expired endorser, one not yet valid and one of a foreign organisation', async () => {
    const expired = await org.buyer.member('peer', { notAfterMs: START_MS })
    const early = await org.buyer.member('peer', { notBeforeMs: atOf(2) })
    for (const endorser of [expired, early, await org.stranger.member('peer'), orderer]) {
      const report = withTransactions(transaction(1, { endorsers: [seller, endorser] }))
      expect([codes(report, 1), report.blocks[1]!.endorsements]).toEqual([['ENDORSEMENT'], { good: 1, total: 2 }])
    }
  })

  it('judges a certificate at the time of its transaction: what expired since was good then', async () => {
    const endorser = await org.buyer.member('peer', { notAfterMs: atOf(1) })
    expect(withTransactions(transaction(1, { endorsers: [endorser] })).verdict).toBe('verified')
  })

  it('refuses a revoked endorser and creator from the configuration on that says so', async () => {
    const applications = [{ organisation: org.seller, revoked: [seller, client] }, config.applications[1]!]
    const start = await genesisOf({ ...config, applications })
    const report = verify([start, blockAfter(start)])
    expect(codes(report, 1)).toEqual(['ENVELOPE_SIGNATURE', 'ENDORSEMENT'])
    expect(report.blocks[1]!.reasons.join()).toContain('is revoked')
  })

  it('refuses an identity without one of the declared roles, and takes it where none are declared', async () => {
    const unknown = await org.buyer.member('auditor' as 'peer')
    const tx = transaction(1, { endorsers: [unknown] })
    expect(codes(withTransactions(tx), 1)).toEqual(['ENDORSEMENT'])
    const applications = config.applications.map((choice) => ({ ...choice, nodeUnits: false }))
    const start = await genesisOf({ ...config, applications })
    expect(verify([start, blockAfter(start, { data: [tx] })]).verdict).toBe('verified')
  })

  it.each([
    ['a high s of the creator', { highS: true }, 'ENVELOPE_SIGNATURE'],
    ['a high s of an endorser', { highEndorsement: true }, 'ENDORSEMENT'],
    ['an id of its own', { txId: '00'.repeat(32) }, 'TX_ID'],
    ['another proposal than the endorsed one', { swappedProposal: true }, 'PROPOSAL_HASH'],
    ['two actions', { actions: 2 }, 'ENVELOPE'],
    ['no action', { actions: 0 }, 'ENVELOPE'],
    ['another channel', { channel: 'aside' }, 'CHANNEL'],
    ['a type that has no place in a block', { type: 5 }, 'ENVELOPE'],
  ])('refuses a transaction with %s', (_what, how, code) => {
    expect(codes(withTransactions(transaction(1, how)), 1)).toEqual([code])
  })

  it('refuses an unsigned transaction, one by a stranger, and bytes that are none', async () => {
    const creator = await org.stranger.member('client')
    expect(codes(withTransactions(transaction(1, { creator })), 1)).toEqual(['ENVELOPE_SIGNATURE'])
    const unsigned = makeEnvelope({ type: 4, atMs: atOf(1), data: Buffer.alloc(0) })
    expect(codes(withTransactions(unsigned), 1)).toEqual(['ENVELOPE_SIGNATURE'])
    expect(codes(withTransactions(Buffer.from('ffff', 'hex')), 1)).toEqual(['ENVELOPE'])
  })

  it('refuses a transaction that is valid twice, in one block or in two', () => {
    const tx = transaction(1)
    expect(codes(withTransactions(tx, tx), 1)).toEqual(['TX_TWICE'])
    const first = blockAfter(genesis, { data: [tx] })
    expect(codes(verify([genesis, first, blockAfter(first, { data: [tx] })]), 2)).toEqual(['TX_TWICE'])
  })

  it('refuses what too few organisations have endorsed, where a policy is pinned', () => {
    const both = { outOf: 2, of: ['SellerMSP', { outOf: 1, of: ['BuyerMSP', 'StrangerMSP'] }] }
    const under = (policy: EndorsementPolicy, ...endorsers: Member[]) =>
      codes(
        verify([genesis, blockAfter(genesis, { data: [transaction(1, { endorsers })] })], {
          endorsementPolicies: { [CHAINCODE]: policy },
        }),
        1,
      )
    expect([under(both, seller, buyer), under('BuyerMSP', buyer)]).toEqual([[], []])
    expect(under(both, seller)).toEqual(['ENDORSEMENT_POLICY'])
    expect(under(both, seller, seller)).toEqual(['ENDORSEMENT_POLICY'])
    expect(under('BuyerMSP')).toEqual(['ENDORSEMENT_POLICY'])
  })

  it('notes the faults of a transaction that its peer calls invalid: orderers order such, too', () => {
    const data = [transaction(1), transaction(1, { highEndorsement: true })]
    const report = verify([genesis, blockAfter(genesis, { data, flags: Uint8Array.of(0, 10) })])
    expect([report.verdict, report.blocks[1]!.endorsements]).toEqual(['verified', { good: 2, total: 4 }])
    expect(report.notes).toContain('validity is the word of the peer: it calls 2 transactions valid and 1 invalid')
    expect(report.notes?.some((note) => note.startsWith('block 1: called invalid by its peer, and ENDORSEMENT'))).toBe(
      true,
    )
  })
})

describe('validity flags', () => {
  const two = () => blockAfter(genesis, { data: [transaction(1), transaction(1)], flags: Uint8Array.of(0, 11) })

  it('refuses flags that do not fit the transactions, and a transaction never judged', () => {
    for (const flags of [[], [0, 0, 0], [254]].map((bytes) => Uint8Array.from(bytes)))
      expect(codes(verify([genesis, blockAfter(genesis, { flags })]), 1)).toEqual(['FLAGS'])
  })

  it('cannot see swapped flags by signatures, and says whose word they are', () => {
    const block = two()
    const swapped = { ...block, metadata: block.metadata.with(2, Buffer.from([11, 0])) }
    const report = verify([genesis, swapped])
    expect(report.verdict).toBe('verified')
    expect(report.notes).toContain('validity is the word of the peer: it calls 2 transactions valid and 1 invalid')
    expect(report.notes).toContain(
      'cannot tell whether flags were changed in the file: no commit hash over writes is confirmed',
    )
  })

  it('sees swapped flags by peers of other organisations, which have to agree', () => {
    const block = two()
    const reading = (organisation: string, ...flags: number[]) => ({
      organisation,
      number: 1,
      flags: Uint8Array.from(flags),
    })
    const told = (flagReadings: FabricTrust['flagReadings'] & {}, organisations = 2) =>
      codes(verify([genesis, block], { flagReadings, organisations }), 1)
    expect(told([reading('SellerMSP', 0, 11), reading('BuyerMSP', 0, 11)])).toEqual([])
    expect(told([reading('SellerMSP', 0, 11), reading('BuyerMSP', 11, 0)])).toEqual(['FLAGS_DIFFER'])
    expect(told([reading('SellerMSP', 0, 11), reading('SellerMSP', 0, 11)])).toEqual(['FLAGS_DIFFER'])
    expect(told([])).toEqual(['FLAGS_DIFFER'])
    expect(told([reading('SellerMSP', 0, 0)], 0)).toEqual(['FLAGS_DIFFER'])
  })
})

describe('configurations', () => {
  /** Block 1 brings a configuration, block 2 is signed by `signer`. */
  async function rotated(next: ConfigChoice, signer: Member, how: Partial<BlockChoice> = {}, creator = orderer) {
    const first = blockAfter(genesis, { data: [await configEnvelope({ sequence: 1, ...next }, 1, creator)], ...how })
    return verify([genesis, first, blockAfter(first, { orderers: [signer] })])
  }

  it('follow an orderer root that rotates: the new one signs from the next block on, the old one no more', async () => {
    const renewed = await organisation('OrdererMSP')
    const next = { ...config, orderers: [{ organisation: renewed }] }
    const signer = await renewed.member('orderer')
    expect((await rotated(next, signer)).verdict).toBe('verified')
    expect(codes(await rotated(next, orderer), 2)).toContain('ORDERER_SIGNATURE')
    expect(codes(await rotated(next, signer, { orderers: [signer] }), 1)).toContain('ORDERER_SIGNATURE')
  })

  it('come into force only from a block that is good under the one before', async () => {
    const renewed = await organisation('OrdererMSP')
    const next = { ...config, orderers: [{ organisation: renewed }] }
    const signer = await renewed.member('orderer')
    const forged = await rotated(next, signer, {}, client)
    expect([codes(forged, 1), codes(forged, 2)]).toEqual([
      ['ENVELOPE_SIGNATURE'],
      ['ORDERER_SIGNATURE', 'ORDERER_QUORUM'],
    ])
    const again = await rotated({ ...next, sequence: 0 }, signer)
    expect([codes(again, 1), codes(again, 2)]).toEqual([['CONFIG'], ['ORDERER_SIGNATURE', 'ORDERER_QUORUM']])
    const crowded = await rotated(next, signer, {
      data: [await configEnvelope({ ...next, sequence: 1 }, 1, orderer), transaction(1)],
    })
    expect([codes(crowded, 1), crowded.verdict]).toEqual([['CONFIG'], 'refused'])
  })

  it('are not taken over from a block 0 that is not the trusted one', () => {
    const report = verify([genesis, blockAfter(genesis)], { genesisHash: 'ab'.repeat(32) })
    expect([codes(report, 0), codes(report, 1)]).toEqual([['GENESIS', 'CONFIG_MISSING'], ['CONFIG_MISSING']])
  })

  it('are not taken over from data that is not what the trusted header says', async () => {
    const other = await genesisOf({ ...config, orderers: [{ organisation: org.stranger }] })
    const signer = await org.stranger.member('orderer')
    const swapped = { ...genesis, data: other.data }
    const report = verify([swapped, blockAfter(genesis, { orderers: [signer] })], {
      genesisHash: headerHash(genesis).toString('hex'),
    })
    expect([codes(report, 0), codes(report, 1)]).toEqual([['DATA_HASH', 'CONFIG_MISSING'], ['CONFIG_MISSING']])
    expect(report.blocks[1]!.orderer).toEqual({ good: 0, total: 0 })
  })

  it('may hold idemix and unknown MSPs, whose members cannot be judged', async () => {
    const others = {
      Anonymous: idemixMsp('AnonymousMSP'),
      Other: mspOfType(7, Buffer.from('?')),
      Broken: Buffer.from('ff', 'hex'),
    }
    const start = await genesisOf({ ...config, others })
    const good = verify([start, blockAfter(start)])
    expect(good.verdict).toBe('verified')
    expect(good.notes?.filter((note) => note.startsWith('cannot tell who is a member'))).toHaveLength(3)
    const { member } = await organisation('AnonymousMSP')
    const tx = transaction(1, { endorsers: [seller, await member('peer')] })
    const report = verify([start, blockAfter(start, { data: [tx] })])
    expect([report.verdict, report.blocks[1]!.endorsements]).toEqual(['refused', { good: 1, total: 2 }])
    expect(report.blocks[1]!.reasons).toEqual([
      'ENDORSEMENT: transaction 0: an endorser: cannot tell, of the MSP "AnonymousMSP" its members have anonymous credentials (idemix)',
    ])
  })

  it('with one MSP id for two organisations have members of neither', async () => {
    const twin = await organisation('SellerMSP')
    const applications = [...config.applications, { organisation: twin, name: 'Twin' }]
    const start = await genesisOf({ ...config, applications })
    expect(codes(verify([start, blockAfter(start)]), 1)).toEqual(['ENVELOPE_SIGNATURE', 'ENDORSEMENT'])
  })
})

describe('two blocks with one number', () => {
  it('freeze the ledger where orderers signed both, or both are block 0', async () => {
    const report = verify([genesis, blockAfter(genesis), blockAfter(genesis)])
    expect([report.verdict, codes(report, 2)]).toEqual(['frozen', ['NUMBER', 'EQUIVOCATION']])
    expect(report.reason).toMatch(/^block 1: EQUIVOCATION: block 1 has the hash/)
    expect(verify([genesis, await genesisOf({ ...config, sequence: 3 })]).verdict).toBe('frozen')
  })

  it('only refuse it where the second block 0 is not the trusted one', async () => {
    const genesisHash = headerHash(genesis).toString('hex')
    const report = verify([genesis, blockAfter(genesis), await genesisOf({ ...config, sequence: 3 })], { genesisHash })
    expect([report.verdict, codes(report, 2)]).toEqual(['refused', ['NUMBER', 'GENESIS']])
  })

  it('only refuse it where anybody may have written the second, or it is the same one', async () => {
    const foreign = blockAfter(genesis, { orderers: [await org.stranger.member('orderer')] })
    expect(verify([genesis, blockAfter(genesis), foreign]).verdict).toBe('refused')
    const first = blockAfter(genesis)
    expect(verify([genesis, first, first]).verdict).toBe('refused')
  })
})
