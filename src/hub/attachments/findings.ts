// What may be wrong with the attachments a message names: not allowed by its kind, too many, too large, of another type, named unsafely.
import { HubError, type Finding } from '../errors.ts'
import type { Envelope } from '../message/envelope.ts'
import type { MessageKind } from '../message/kind.ts'
import type { ReceivedMessage } from '../message/message.ts'
import { findingsOf } from '../values/finding.ts'
import { fitsType } from './sniff.ts'

export const ATTACHMENT_TEXTS = {
  ATTACHMENT_NOT_ALLOWED: {
    en: 'The kind takes no attachment of type {type}.',
    zh: '该报文种类不接受类型为 {type} 的附件。',
  },
  ATTACHMENTS_TOO_MANY: { en: 'The kind takes at most {max} attachments.', zh: '该报文种类最多接受 {max} 个附件。' },
  ATTACHMENT_TOO_LARGE: {
    en: 'An attachment of the kind has at most {max} bytes.',
    zh: '该报文种类的单个附件不超过 {max} 字节。',
  },
  ATTACHMENT_TYPE_WRONG: {
    en: 'The bytes are not those of a file of type {type}, or were uploaded as another type.',
    zh: '内容与声明的类型 {type} 不符,或上传时声明了其他类型。',
  },
  ATTACHMENT_NAMED_TWICE: { en: 'The same attachment is named twice.', zh: '同一附件被列出两次。' },
  ATTACHMENT_NAME_UNSAFE: {
    en: 'The name has a path separator, a control or invisible character, or is one of a folder.',
    zh: '附件名含路径分隔符、控制字符或不可见字符,或为目录名。',
  },
} as const

const finding = findingsOf(ATTACHMENT_TEXTS)

/** An upload as far as a message that names it is concerned. */
export interface Uploaded {
  bytes: number
  type: string
}

type Named = NonNullable<Envelope['attachments']>[number]

/** The attachments that the envelope names and the message does not carry, in the order of the envelope. */
export function notCarried({ envelope, attachments }: Pick<ReceivedMessage, 'envelope' | 'attachments'>): Named[] {
  const carried = new Set(attachments.map(({ sha256 }) => sha256))
  return (envelope.attachments ?? []).filter(({ sha256 }) => !carried.has(sha256))
}

/**
 * All findings of the attachments, paths into the envelope; `uploaded` gives what the sender has uploaded.
 * Throws ATTACHMENT_MISSING or ATTACHMENT_DIGEST_MISMATCH where what is named is not here to be looked at.
 */
export function checkAttachments(
  received: Pick<ReceivedMessage, 'envelope' | 'attachments'>,
  rule: MessageKind['attachments'],
  uploaded: (sha256: string) => Uploaded | undefined,
): Finding[] {
  const named = received.envelope.attachments ?? []
  const wrongTypes = new Set(notCarried(received).filter((part) => wronglyUploaded(part, uploaded)))
  const inline = new Map(received.attachments.map(({ sha256, bytes }) => [sha256, bytes]))
  const findings = named.flatMap((part, at) => {
    const bytes = inline.get(part.sha256)
    const wrongType = bytes ? !fitsType(bytes, part.type) : wrongTypes.has(part)
    return [...checkNamed(part, `/attachments/${at}`, rule), ...(wrongType ? [typeWrong(part, at)] : [])]
  })
  for (const [at, { sha256 }] of named.entries())
    if (named.findIndex((other) => other.sha256 === sha256) < at)
      findings.push(finding('ATTACHMENT_NAMED_TWICE', `/attachments/${at}`))
  if (rule && named.length > rule.countMax)
    findings.push(finding('ATTACHMENTS_TOO_MANY', '/attachments', { max: rule.countMax }))
  return findings
}

const typeWrong = ({ type }: Named, at: number): Finding =>
  finding('ATTACHMENT_TYPE_WRONG', `/attachments/${at}/type`, { type })

function wronglyUploaded({ sha256, bytes, type }: Named, uploaded: (sha256: string) => Uploaded | undefined): boolean {
  const there = uploaded(sha256)
  if (!there)
    throw new HubError(
      'ATTACHMENT_MISSING',
      `attachment ${sha256} is neither in the message nor uploaded by its sender`,
    )
  if (there.bytes !== bytes)
    throw new HubError('ATTACHMENT_DIGEST_MISMATCH', `attachment ${sha256} has ${there.bytes} bytes, not ${bytes}`)
  return there.type !== type
}

function checkNamed({ type, bytes, name }: Named, path: string, rule: MessageKind['attachments']): Finding[] {
  const findings: Finding[] = []
  if (!rule?.types.includes(type)) findings.push(finding('ATTACHMENT_NOT_ALLOWED', `${path}/type`, { type }))
  if (rule && bytes > rule.bytesMax)
    findings.push(finding('ATTACHMENT_TOO_LARGE', `${path}/bytes`, { max: rule.bytesMax }))
  if (isUnsafeName(name)) findings.push(finding('ATTACHMENT_NAME_UNSAFE', `${path}/name`))
  return findings
}

/** Controls, formats (bidirectional overrides, zero-width), line and paragraph separators, lone surrogates. */
const UNSAFE_CHARACTER = /[\\/:\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

/** Whether a name could lead somewhere else, or read otherwise than it is. */
export const isUnsafeName = (name: string): boolean =>
  UNSAFE_CHARACTER.test(name) || /^\.{1,2}$/.test(name) || name !== name.trim()
