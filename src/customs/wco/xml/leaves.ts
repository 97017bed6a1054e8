// Values of elements: what is no number, no day or no known form of time is told with the place it stands at in the file.
import { isDate, type Finding, type XmlElement } from '../../../hub/index.ts'
import { finding as customsFinding } from '../../codes.ts'
import { finding } from '../codes.ts'
import { assemble, Leaf, VALUE_TOLD_MAX, type Assembled, type Loss, type SchemaPart, type Shadow } from '../shadow.ts'
import { readTime } from '../times.ts'
import type { ElementReader } from './reader.ts'

export type { Shadow } from '../shadow.ts'

/** Reads values of elements, and keeps what is found and what is lost on the way. */
export class LeafReader {
  readonly elements: ElementReader
  readonly findings: Finding[] = []
  readonly losses: Loss[] = []

  constructor(elements: ElementReader) {
    this.elements = elements
  }

  /** The text of the first of these elements that has one. */
  text(from: XmlElement | undefined, ...names: readonly (string | readonly string[])[]): Leaf | undefined {
    for (const name of names) {
      const element = this.elements.one(from, ...(typeof name === 'string' ? [name] : name))
      const value = element && said(element)
      if (value) return new Leaf(value, this.elements.path(element))
    }
    return undefined
  }

  texts(from: XmlElement | undefined, ...names: string[]): Leaf[] {
    return this.elements.all(from, ...names).flatMap((element) => {
      const value = said(element)
      return value ? [new Leaf(value, this.elements.path(element))] : []
    })
  }

  /** A decimal number in the one form the hub writes; of the element itself if no names are given. */
  number(from: XmlElement | undefined, ...names: readonly (string | readonly string[])[]): Leaf | undefined {
    const leaf = this.text(from, ...(names.length === 0 ? [[]] : names))
    if (!leaf) return undefined
    const value = plainDecimal(leaf.value)
    if (value === undefined) this.findings.push(finding('WCO_NUMBER_MALFORMED', leaf.path))
    return value === undefined ? undefined : new Leaf(value, leaf.path)
  }

  /** A time as text, or in an element of its own within (DateTimeString). */
  time(from: XmlElement | undefined, name: string): Leaf | undefined {
    const element = this.elements.one(from, name)
    const inner =
      element && (this.elements.one(element, 'DateTimeString') ?? this.elements.one(element, 'DateTime') ?? element)
    const text = inner && said(inner)
    if (!inner || !text) return undefined
    this.elements.attribute(inner, 'formatCode')
    const path = this.elements.path(inner)
    const read = readTime(text)
    if ('time' in read) return new Leaf(read.time, path)
    if ('invalid' in read) this.findings.push(customsFinding('DATE_INVALID', path, { value: text }))
    else this.lose(new Leaf(text, path), 'it is a time of no form that is known')
    return undefined
  }

  /** A day as yyyyMMdd, however it is written. */
  day(from: XmlElement | undefined, name: string): Leaf | undefined {
    const leaf = this.text(from, name)
    const [, year, month, day] = /^(\d{4})-?(\d{2})-?(\d{2})(?:\D?\d*.*)?$/.exec(leaf?.value ?? '') ?? []
    if (!leaf) return undefined
    if (year === undefined) this.lose(leaf, 'it is a day of no form that is known')
    else if (isDate(`${year}-${month}-${day}`)) return new Leaf(`${year}${month}${day}`, leaf.path)
    else this.findings.push(customsFinding('DATE_INVALID', leaf.path, { value: leaf.value.slice(0, VALUE_TOLD_MAX) }))
    return undefined
  }

  /** A value that is lost for a reason; only of what is neither commercial nor personal. */
  lose(leaf: Leaf | undefined, why: string): undefined {
    if (leaf) this.losses.push({ path: leaf.path, value: leaf.value.slice(0, VALUE_TOLD_MAX), why })
  }

  /** Puts a body together; what does not fit is among the losses. */
  assemble(shadow: Shadow, schema: SchemaPart): Omit<Assembled, 'losses'> {
    const { losses, ...assembled } = assemble(shadow, schema)
    this.losses.push(...losses)
    return assembled
  }
}

/** Lines that were broken for printing are one; blanks within a line are part of what is said. */
const said = (element: XmlElement): string => element.text.trim().replace(/\s*[\r\n\t]\s*/g, ' ')

/** xs:decimal allows a sign, leading zeros and a bare point; 1000.000 stays as it is. */
function plainDecimal(text: string): string | undefined {
  const [, sign = '', whole = '', fraction = ''] = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text) ?? []
  if (whole + fraction === '') return undefined
  const digits = `${sign === '-' ? '-' : ''}${whole.replace(/^0+(?=\d)/, '') || '0'}`
  return fraction === '' ? digits : `${digits}.${fraction}`
}
