// What can be wrong with a list of sanctions, in both languages. Names and numbers of those listed are never repeated.
import { findingsOf, type FindingCodes } from '../../hub/index.ts'

export const watchCodes = {
  SANCTIONS_TIME_INVALID: {
    en: 'This is not a time as yyyy-MM-ddTHH:mm:ss.SSSZ: {value}.',
    zh: '{value} 不是 yyyy-MM-ddTHH:mm:ss.SSSZ 格式的有效时间。',
  },
  SANCTIONS_STALE_BEFORE_ISSUE: {
    en: 'A list is good for some time after it was issued: staleAfter lies after issuedAt.',
    zh: '失效时间(staleAfter)应晚于发布时间(issuedAt)。',
  },
  SANCTIONS_STALE_FAR: {
    en: 'A list is good for at most {most} days after it was issued.',
    zh: '名单自发布之日起最长有效 {most} 天。',
  },
  SANCTIONS_ISSUED_AHEAD: {
    en: 'The list would be issued at {value}, which is still to come.',
    zh: '发布时间 {value} 晚于当前时间。',
  },
  SANCTIONS_ENTRY_REPEATED: { en: 'The entry {id} is in the list twice.', zh: '名单条目 {id} 重复。' },
  SANCTIONS_NAME_EMPTY: {
    en: 'A name of entry {id} has neither letters nor digits: nothing could meet it.',
    zh: '条目 {id} 的名称不含字母、汉字或数字,无法比对。',
  },
  SANCTIONS_IDENTIFIER_SHORT: {
    en: 'An identifier of entry {id} has fewer than five letters and digits: it would meet too much.',
    zh: '条目 {id} 的识别号不足五个字母或数字,无法比对。',
  },
  SANCTIONS_NOT_NEWER: {
    en: 'The version {version} in force was issued at the same time or later.',
    zh: '现行版本 {version} 的发布时间不早于本版本。',
  },
  SANCTIONS_LISTS_MANY: {
    en: 'A country has at most {most} lists; give one of them a new version.',
    zh: '一国最多 {most} 份名单;请更新已有名单。',
  },
  SANCTIONS_COUNTRY_UNKNOWN: {
    en: '{value} is no alpha-2 country code of ISO 3166.',
    zh: '{value} 不是 ISO 3166 两字母国家代码。',
  },
} as const satisfies FindingCodes

export const finding = findingsOf(watchCodes)
