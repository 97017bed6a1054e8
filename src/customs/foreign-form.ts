// What a form of document that others write has to offer to be read as a kind of the hub.
import type { Finding, XmlElement } from '../hub/index.ts'

export interface ForeignReading {
  /** A draft of the kind. */
  body: unknown
  /** Of what the document itself says; paths are those of elements in the file. */
  findings: Finding[]
  /** What of the document has no place in the kind. `value` is told only of what is neither commercial nor personal. */
  losses: { path: string; value?: string; why: string }[]
  /** What the kind needs and the document does not say; JSON Pointers into the kind. */
  missing: { path: string; why: string }[]
  /** Paths of elements and attributes that were not read. */
  unread: string[]
}

export interface ForeignForm {
  name: string
  /** Kinds it can be read as. */
  kinds: readonly string[]
  recognises(root: XmlElement): boolean
  read(file: { root: XmlElement }, kind: string): ForeignReading
}
