// Everything that can be read out of a piece of evidence: its strings, what is encoded in them, and what is encoded in that.

export interface Unfolded {
  /** Every string, at any depth, also within signed payloads, notes and certificates. */
  strings: Set<string>
  /** Every run of bytes that some string stands for. */
  blobs: Buffer[]
}

const RUN = /[\x20-\x7e\u00a0-\uffff]{6,}/g

/** Unfolds JSON text to every depth: base64url, base64 and hex are decoded, what is JSON within them is read on. */
export function unfold(text: string): Unfolded {
  const found: Unfolded = { strings: new Set(), blobs: [Buffer.from(text)] }
  gather(JSON.parse(text), found)
  return found
}

function gather(value: unknown, found: Unfolded): void {
  if (typeof value === 'string') return gatherText(value, found)
  if (typeof value !== 'object' || value === null) return
  for (const [name, member] of Object.entries(value)) {
    if (!Array.isArray(value)) gatherText(name, found)
    gather(member, found)
  }
}

function gatherText(text: string, found: Unfolded): void {
  if (found.strings.has(text)) return
  found.strings.add(text)
  // A compact JWS, a signed note, a key of several words: each part may stand for something by itself.
  for (const separator of ['.', '\n', ' ', '/', '+'])
    if (text.includes(separator)) for (const part of text.split(separator)) if (part !== '') gatherText(part, found)
  if (/^[A-Za-z0-9_-]{8,}$/.test(text)) gatherBytes(Buffer.from(text, 'base64url'), found)
  if (/^[A-Za-z0-9+/]{8,}={0,2}$/.test(text)) gatherBytes(Buffer.from(text, 'base64'), found)
  if (/^(?:[0-9a-fA-F]{2}){4,}$/.test(text)) gatherBytes(Buffer.from(text, 'hex'), found)
}

function gatherBytes(bytes: Buffer, found: Unfolded): void {
  found.blobs.push(bytes)
  const text = bytes.toString()
  try {
    gather(JSON.parse(text), found)
  } catch {
    // Not JSON: a certificate or signature, whose readable parts count as strings too.
    // They are read on like any other, or what a string stands for would depend on where it was met first.
    for (const [run] of bytes.toString('latin1').matchAll(RUN)) if (/^[\x20-\x7e]+$/.test(run)) gatherText(run, found)
  }
}
