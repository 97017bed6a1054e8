// In which encoding others write XML: besides UTF-8 the Chinese ones (GB 2312, GBK, GB 18030) and UTF-16, read strictly. A file whose bytes,
// byte order mark and XML declaration do not say the same is refused: read the wrong way, it would be another document.
import { isAscii, isUtf8 } from 'node:buffer'
import { HubError } from '../hub/index.ts'

const MARKS = [
  ['UTF-32', /^(?:\xFF\xFE\0\0|\0\0\xFE\xFF)/],
  ['UTF-16LE', /^\xFF\xFE/],
  ['UTF-16BE', /^\xFE\xFF/],
  ['UTF-8', /^\xEF\xBB\xBF/],
] as const
const DECLARED = /^(<\?xml\s[^>]{0,120}?\bencoding\s*=\s*["'])([A-Za-z][\w.-]{0,39})(?=["'])/
const START_BYTES = 400

/**
 * The same file in UTF-8, its XML declaration with it; as it is if it is in UTF-8 or in an encoding that is not read, which is for the reader
 * of XML to refuse. Throws XML_MALFORMED where the bytes are not what mark or declaration say.
 */
export function toUtf8(bytes: Uint8Array): Uint8Array {
  const start = Buffer.from(bytes.subarray(0, START_BYTES)).toString('latin1')
  const mark = MARKS.find(([, form]) => form.test(start))?.[0]
  if (mark === 'UTF-32') throw malformed('the text is written in UTF-32; save it as UTF-8')
  if (mark === 'UTF-16LE' || mark === 'UTF-16BE') return wide(bytes, mark)
  const declared = DECLARED.exec(mark === 'UTF-8' ? start.slice(3) : start)?.[2]
  if (declared === undefined || /^utf-8$/i.test(declared)) return bytes
  if (mark === 'UTF-8') throw contradicting(declared, 'the byte order mark UTF-8')
  if (/^utf-16(?:le|be)?$/i.test(declared)) throw contradicting(declared, 'the bytes are not')
  return /^(?:gb2312|gbk|gb18030)$/i.test(declared) ? chinese(bytes, declared) : bytes
}

function wide(bytes: Uint8Array, mark: 'UTF-16LE' | 'UTF-16BE'): Uint8Array {
  const text = decoded(bytes, mark, 'the byte order mark')
  const declared = DECLARED.exec(text)?.[2]
  if (declared !== undefined && !['UTF-16', mark].includes(declared.toUpperCase()))
    throw contradicting(declared, `the byte order mark ${mark}`)
  return encoded(text)
}

/** GB 18030 holds the other two, so all three are read as it, as the WHATWG encoding standard has it (0x80 is the euro sign). Most Chinese text in UTF-8 is also some text in GBK, so what can be UTF-8 is not read as GBK. */
function chinese(bytes: Uint8Array, declared: string): Uint8Array {
  if (!isAscii(bytes) && isUtf8(bytes)) throw contradicting(declared, 'the bytes are UTF-8')
  return encoded(decoded(bytes, 'gb18030', 'the XML declaration', declared))
}

function decoded(bytes: Uint8Array, encoding: string, says: string, name = encoding): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw malformed(`${says} says ${name}, but the text is not valid ${name}`)
  }
}

const encoded = (text: string): Uint8Array => Buffer.from(text.replace(DECLARED, '$1UTF-8'))

const contradicting = (declared: string, other: string): HubError =>
  malformed(`the XML declaration says ${declared}, ${other}; save it as UTF-8, and the declaration with it`)

const malformed = (why: string): HubError => new HubError('XML_MALFORMED', why)
