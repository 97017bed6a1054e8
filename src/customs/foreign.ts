// Documents that others write, recognised by what is in them and read as kinds of the hub.
import { HubError, withXml } from '../hub/index.ts'
import { cebForms } from './ecommerce/xml.ts'
import { toUtf8 } from './foreign-encoding.ts'
import type { ForeignForm, ForeignReading } from './foreign-form.ts'
import { decMessageForm, wcoDecForm } from './wco/xml/forms.ts'

export type { ForeignForm, ForeignReading } from './foreign-form.ts'

/** Every form, in the order they are tried in. */
export const foreignForms: readonly ForeignForm[] = [wcoDecForm, decMessageForm, ...cebForms]

const BYTES_MAX = 16 * 1024 * 1024
// 999 items of some two hundred elements each.
const ELEMENTS_MAX = 200_000

/** What a file is: of no form that is known (undefined), of one that is not read as the kind, or read. */
export type ForeignFile = { form: string; kinds: readonly string[]; reading?: ForeignReading }

/** Whether a file is XML by its first sign, in whatever encoding: byte order marks and zeros of wider ones stand before it. */
export function looksLikeXml(bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 64))
  return /^[\uFEFF\uFFFD\0\s]*</.test(start.toString('utf8'))
}

/** Kinds that some form is read as. */
export const foreignKinds = (): ReadonlySet<string> => new Set(foreignForms.flatMap(({ kinds }) => kinds))

/** Reads a file of XML, in UTF-8 or another encoding that is read (foreign-encoding.ts). Throws XML_MALFORMED, XML_UNSAFE or TOO_LARGE. */
export function readForeign(bytes: Uint8Array, kind: string): ForeignFile | undefined {
  if (bytes.length > BYTES_MAX) throw new HubError('TOO_LARGE', `a file has at most ${BYTES_MAX} bytes`)
  return withXml(
    toUtf8(bytes),
    ({ root }) => {
      const form = foreignForms.find((one) => one.recognises(root))
      if (!form) return undefined
      const { name, kinds } = form
      return kinds.includes(kind) ? { form: name, kinds, reading: form.read({ root }, kind) } : { form: name, kinds }
    },
    ELEMENTS_MAX,
  )
}
