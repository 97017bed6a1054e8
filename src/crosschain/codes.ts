// What the ledger room finds in messages, in both languages.
import { findingsOf, type FindingCodes } from '../hub/index.ts'

export const crosschainCodes = {
  LANE_ID_DIFFERS: {
    en: 'The lane is not the hash of these terms; that would be {value}.',
    zh: '通道标识与条款不符,按条款计算应为 {value}。',
  },
  LANE_UNKNOWN: { en: 'There is no such lane here.', zh: '本枢纽没有该通道。' },
  LANE_ENDS_ALIKE: {
    en: 'Both ends are the same gateway.',
    zh: '通道两端是同一个网关。',
  },
  LANE_OWNER_COUNTRY: {
    en: 'An end is owned by a party of the country of its ledger; {owner} is not.',
    zh: '通道一端须由其账本所在国的参与方持有,{owner} 不是。',
  },
  LANE_NOT_OWNER: {
    en: 'Only the owners of its ends act on a lane.',
    zh: '只有通道两端的持有方可以操作该通道。',
  },
  LANE_OPERATORS: {
    en: 'At least {operators} operators cannot be behind {threshold} signatures.',
    zh: '{threshold} 个签名不可能来自至少 {operators} 个运营方。',
  },
  LANE_STATE: {
    en: 'The lane is {state}; that is not possible now.',
    zh: '通道当前状态为 {state},不能执行该操作。',
  },
  LANE_NOT_OPEN: {
    en: 'The lane is {state}; nothing enters by it now.',
    zh: '通道当前状态为 {state},不接收报文。',
  },
  LANE_KIND: { en: 'The lane does not carry this kind.', zh: '该通道不承载此类报文。' },
  LANE_ORDER: {
    en: 'The next packet of this ordered lane is {next}.',
    zh: '该有序通道的下一个报文序号应为 {next}。',
  },
  LEDGER_UNKNOWN: {
    en: 'No trust in {ledger} is in force here.',
    zh: '本枢纽没有对账本 {ledger} 生效的信任根。',
  },
  LEDGER_FROZEN: {
    en: '{ledger} is frozen by entry {index} until a new trust root is signed.',
    zh: '账本 {ledger} 已被第 {index} 条记录冻结,须签署新的信任根方可恢复。',
  },
  LEDGER_OTHER: {
    en: 'The lane has another ledger or gateway at that end.',
    zh: '该通道此端的账本或网关与此不同。',
  },
  TRUST_SIGNER: {
    en: "Trust in a ledger is signed by the authority of its country and by the hub's operator.",
    zh: '账本信任根须由其所在国主管机关与枢纽运营方签署。',
  },
  TRUST_HUB: {
    en: 'The gateway, root or validators are not those of the hub named.',
    zh: '网关、信任根或验证者与所指枢纽不符。',
  },
  TRUST_SEQUENCE: {
    en: 'The next trust in this ledger has sequence {next}.',
    zh: '该账本下一个信任根的序号应为 {next}。',
  },
  TRUST_SIGNED_ALREADY: {
    en: 'This side has signed this trust already; the other has to.',
    zh: '本方已签署该信任根,须由另一方签署。',
  },
  VALIDATOR_POSSESSION: {
    en: 'The key has not signed for this party.',
    zh: '该密钥未对本参与方签名,无法证明持有。',
  },
  VALIDATOR_TAKEN: {
    en: 'The key is entered for another party.',
    zh: '该密钥已登记在另一参与方名下。',
  },
  PACKET_UNKNOWN: {
    en: 'The packet has not entered here.',
    zh: '该报文尚未进入本枢纽。',
  },
  PACKET_COMMITMENT: {
    en: 'The commitment is not that of the packet.',
    zh: '承诺值与报文内容不符。',
  },
} as const satisfies FindingCodes

export const finding = findingsOf(crosschainCodes)
