// What is found in messages about the people of border trade, in both languages. No text repeats what is personal.
import { findingsOf, type FindingCodes } from '../../../hub/index.ts'

export const borderPeopleCodes = {
  ACT_FIELD_UNEXPECTED: { en: 'The act {act} does not take the field {field}.', zh: '动作 {act} 不填写字段 {field}。' },
  BORDER_DAY_INVALID: { en: 'This is not a day of the calendar.', zh: '不是有效日期。' },
  BORDER_PERIOD: { en: 'The last day lies before the first.', zh: '有效期止早于有效期起。' },
  BORDER_PERIOD_PAST: {
    en: 'The last day has passed already; today in Shanghai is {today}.',
    zh: '有效期已过;今天(北京时间)是 {today}。',
  },
  BORDER_IDENTITY_NUMBER: {
    en: "An identity number of a person stands here; it belongs nowhere but into the resident's filing.",
    zh: '此处含有公民身份号码;身份号码只能填写在边民备案中。',
  },

  // resident filing
  FILING_NO_PERSONAL: {
    en: 'The number of a filing holds nothing of the identity number or the mobile number.',
    zh: '备案编号不得包含公民身份号码或手机号码。',
  },
  ENVELOPE_PERSONAL: {
    en: 'The id or the reference of the message holds the identity number or the mobile number, and is not encrypted as the filing is; give it another.',
    zh: '报文 id 或业务号中含有公民身份号码或手机号码,该处不按备案内容保护;请更换。',
  },
  RESIDENCE_NOT_BORDER: {
    en: 'The place of residence {value} is in no border county of the list of {date}.',
    zh: '常住地 {value} 不在边境县名单({date})内。',
  },
  CARD_EXPIRED: {
    en: 'The identity card is not valid on the first day of the filing.',
    zh: '身份证在备案有效期首日无效。',
  },
  RESIDENT_PERSON_DIFFERS: {
    en: 'A changed filing is of the same person; end this one and file anew.',
    zh: '变更不得更换人员;请注销后重新备案。',
  },
  FILING_ABROAD: {
    en: 'A filing is told to nobody abroad; {count} of the recipients are.',
    zh: '备案不得发往境外;收件方中有 {count} 方在境外。',
  },
  RESIDENT_READERS_MISSING: {
    en: 'Whoever was told of the filing is told of what becomes of it; {count} of them are not addressed.',
    zh: '收到备案的各方应收到其后续变动;有 {count} 方未列入收件方。',
  },

  // unmasking
  OFFICER_NEEDED: {
    en: 'This is done by an officer of customs, for the customs, under its mandate.',
    zh: '此操作须由海关关员受海关委托以海关名义办理。',
  },
  OFFICER_SAME: {
    en: 'The officer who asked does not decide; a second one does.',
    zh: '申请人不得自行审批,须由另一名关员审批。',
  },
  OFFICER_NOT_ADDRESSED: {
    en: 'The officer who asked is told what was decided, and is not among the recipients.',
    zh: '审批结果应送达申请人;收件方中没有申请人。',
  },
  OFFICER_OTHER: { en: 'Only the officer who asked reads.', zh: '只有申请人可以查看。' },

  // groups
  MEMBER_REPEATED: { en: 'The filing is listed twice.', zh: '备案编号重复。' },
  LEADER_NOT_MEMBER: { en: 'The leader is a member of the group.', zh: '组长必须是本组成员。' },
  GROUP_PARTY_MISSING: {
    en: 'A group formed by customs names the party that acts for it, and is addressed to it.',
    zh: '海关登记的互助组须指明代表方,并以其为收件方。',
  },
  GROUP_PARTY_WRONG: {
    en: 'The party that acts for a group is a party of the class border-group; a group that forms itself names no other.',
    zh: '互助组代表方应为 border-group 类参与方;自行登记时不得指明他方。',
  },
  GROUP_TOO_LARGE: { en: 'A group has at most {most} members.', zh: '互助组成员最多 {most} 人。' },
  GROUP_EMPTY: { en: 'The last member does not leave; dissolve the group.', zh: '最后一名成员不能退出;请解散互助组。' },
  MEMBER_ALREADY: { en: 'This resident is in the group already.', zh: '该边民已在本组。' },
  MEMBER_NOT_IN_GROUP: { en: 'This resident is not in the group.', zh: '该边民不在本组。' },
  RESIDENT_NOT_ACTIVE: {
    en: 'The filing of this resident is not active, or not valid today.',
    zh: '该边民备案未生效、已暂停、已注销或已过期。',
  },
  OTHER_PARTY_ACTS: {
    en: 'This is for another party to do.',
    zh: '此操作应由其他参与方办理。',
  },

  // stalls
  SITE_PLACE_UNKNOWN: {
    en: 'The place {value} is in no border county of the list of {date}.',
    zh: '地点 {value} 不在边境县名单({date})内。',
  },
  SELLER_COUNTRY: {
    en: 'Sellers at a market of the province {province} are from {allowed}, not from {value}.',
    zh: '{province} 省区互市点的卖方应来自 {allowed},而不是 {value}。',
  },
  SELLER_UNNAMED: {
    en: 'A seller is a person with a name and a passport, or a firm with a name and a registration.',
    zh: '卖方应填写姓名和证件号,或商号和登记号。',
  },

  // devices
  DEVICE_NOT_SIGNING: {
    en: 'The phone signs its enrolment too: among the signers is none with this certificate.',
    zh: '设备登记须由该设备共同签名;签名者中没有此证书。',
  },
  DEVICE_NOT_CONSTRAINED: {
    en: 'This is no certificate of a phone: none of the CAs above it is constrained to the party it names.',
    zh: '该证书不是设备证书:其上级 CA 均未以名称约束限定为该参与方。',
  },
  DEVICE_GROUP_DIFFERS: {
    en: 'The resident is not a member of this group now.',
    zh: '该边民当前不是本组成员。',
  },

  // entrustments
  PROCESSOR_NOT_ADDRESSED: {
    en: 'The firm is a processor of the register and is addressed.',
    zh: '加工企业应为登记簿中的 processor 类参与方,并列入收件方。',
  },
  PROCESSOR_CODE_DIFFERS: {
    en: 'The register knows the firm by another social credit code.',
    zh: '登记簿中该企业的统一社会信用代码与此不同。',
  },
  HEADS_ABOVE_MEMBERS: {
    en: 'The group has {members} members, fewer than {heads}.',
    zh: '互助组有 {members} 名成员,少于 {heads} 人。',
  },
} as const satisfies FindingCodes

export const finding = findingsOf(borderPeopleCodes)
