// What is looked for in XML before a parser sees it: declarations that define or include something, and depth. Well-formedness is the parser's.
import { HubError } from '../errors.ts'

const DEPTH_MAX = 64
const ELEMENTS_MAX = 20_000
const BYTE_ORDER_MARK = '\uFEFF'
const DECLARATION =
  /^<\?xml\s+version\s*=\s*(?:"1\.0"|'1\.0')(?:\s+encoding\s*=\s*(?:"utf-8"|'utf-8'))?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>/i

/**
 * Throws XML_UNSAFE for a document type or entity declaration, a processing instruction, more than 64 levels or 20,000 elements;
 * XML_MALFORMED for another version or encoding. One byte order mark may stand in front. A processing instruction tells other programs to
 * show or treat the document otherwise than it was signed, so it is refused rather than ignored; comments say nothing and may stand anywhere.
 */
export function scanXml(whole: string): void {
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
      if (++elements > ELEMENTS_MAX) throw unsafe(text, at, `more than ${ELEMENTS_MAX} elements`)
      if (text[end - 1] !== '/' && ++depth > DEPTH_MAX) throw unsafe(text, at, `more than ${DEPTH_MAX} levels`)
      at = end
    }
  }
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
