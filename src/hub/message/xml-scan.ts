// What is looked for in XML before a parser sees it: declarations that define or include something, and depth. Well-formedness is the parser's.
import { HubError } from '../errors.ts'

const DEPTH_MAX = 64
/** Elements of a document, unless its reader knows of larger ones. */
export const ELEMENTS_MAX = 20_000
const BYTE_ORDER_MARK = '\uFEFF'
const DECLARATION =
  /^<\?xml\s+version\s*=\s*(?:"1\.0"|'1\.0')(?:\s+encoding\s*=\s*(?:"utf-8"|'utf-8'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/i
const ENCODING = /^(?:\xEF\xBB\xBF)?<\?xml\s[^>]{0,120}?\bencoding\s*=\s*["']([A-Za-z][\w.-]{0,39})["']/

/**
 * Throws XML_UNSAFE for a document type or entity declaration, a processing instruction, more than 64 levels or `elementsMax` elements;
 * XML_MALFORMED for another version or encoding. One byte order mark may stand in front. A processing instruction tells other programs to
 * show or treat the document otherwise than it was signed, so it is refused rather than ignored; comments say nothing and may stand anywhere.
 */
export function scanXml(whole: string, elementsMax = ELEMENTS_MAX): void {
  const text = whole.startsWith(BYTE_ORDER_MARK) ? whole.slice(1) : whole
  let depth = 0
  let elements = 0
  for (let at = text.indexOf('<', afterDeclaration(text)); at !== -1; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at)) at = behind(text, '-->', at + 4)
    else if (text.startsWith('<![CDATA[', at)) at = behind(text, ']]>', at + 9)
    else if (text[at + 1] === '!') throw unsafe(text, at, 'a document type or entity declaration')
    else if (text[at + 1] === '?') throw unsafe(text, at, 'a processing instruction')
    else if (text[at + 1] === '/') {
      depth -= 1
      at = behind(text, '>', at)
    } else {
      const end = endOfTag(text, at)
      if (++elements > elementsMax) throw unsafe(text, at, `more than ${elementsMax} elements`)
      if (text[end - 1] !== '/' && ++depth > DEPTH_MAX) throw unsafe(text, at, `more than ${DEPTH_MAX} levels`)
      at = end
    }
  }
}

/**
 * The encoding a document says it is written in, if it is another than UTF-8: by a byte order mark, by the zeros of wide letters, or by its
 * declaration, which all other encodings in use write as ASCII does.
 */
export function otherEncoding(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 400)).toString('latin1')
  if (/^(?:\xFF\xFE|\xFE\xFF|<\0|\0<)/.test(start)) return 'UTF-16'
  const [, name] = ENCODING.exec(start) ?? []
  return name === undefined || /^utf-8$/i.test(name) ? undefined : name
}

function afterDeclaration(text: string): number {
  if (!/^<\?xml[\s?]/i.test(text)) return 0
  const declaration = DECLARATION.exec(text.slice(0, 200))
  if (!declaration) throw new HubError('XML_MALFORMED', 'line 1: the XML declaration is not that of XML 1.0 in UTF-8')
  return declaration[0].length
}

/** Behind the next `mark`, or the end of the text: what is not closed is the parser's to say. */
function behind(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  return found === -1 ? text.length : found + mark.length
}

/** Place of the ">" that ends a start tag; one in an attribute value is none. */
function endOfTag(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const sign = text[at]
    if (sign === '>') return at
    if (sign !== '"' && sign !== "'") continue
    at = text.indexOf(sign, at + 1)
    if (at === -1) return text.length
  }
  return text.length
}

function unsafe(text: string, at: number, what: string): HubError {
  const line = text.slice(0, at).split('\n').length
  return new HubError('XML_UNSAFE', `line ${line}: ${what} is not taken`)
}
