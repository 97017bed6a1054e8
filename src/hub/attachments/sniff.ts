// What a file is by its first bytes, for the few types that trade papers come in. It tells a mislabelled file; it does not tell a file made
// to be two things at once, so nothing here is ever shown or run by the hub.

const SIGNATURES: readonly (readonly [string, readonly string[]])[] = [
  ['application/pdf', ['255044462d']],
  ['image/png', ['89504e470d0a1a0a']],
  ['image/jpeg', ['ffd8ff']],
  // Both byte orders, classic and BigTIFF.
  ['image/tiff', ['49492a00', '4d4d002a', '49492b00', '4d4d002b']],
]

/** Bytes from the beginning that are looked at. */
export const SNIFF_BYTES = 8

/** The media type that the first bytes give away, or undefined. */
export function sniffType(head: Buffer): string | undefined {
  const hex = head.toString('hex', 0, SNIFF_BYTES)
  return SIGNATURES.find(([, starts]) => starts.some((start) => hex.startsWith(start)))?.[0]
}

/** Whether the bytes may be of the type declared: a type with a signature has to show it, and any other must not show one. */
export function fitsType(head: Buffer, declared: string): boolean {
  const known = SIGNATURES.some(([type]) => type === declared)
  return sniffType(head) === (known ? declared : undefined)
}
