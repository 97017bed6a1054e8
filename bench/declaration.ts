// The document every bench sends: the 4 KB export declaration of the fixtures, each time under a number of its own.
import { readFileSync } from 'node:fs'
import type { CustomsDeclaration } from '../schemas/types.d.ts'

const FILE = new URL('../fixtures/customs/valid/declaration-4kb.json', import.meta.url)
const SERIAL_DIGITS = 9

/** Body bytes, and where in them the nine serial digits of the declaration number stand (twice: entryId and preEntryId). */
export interface DeclarationForm {
  bytes: Buffer
  serialAt: number[]
}

/** The fixture as it goes over the wire. Throws if the fixture no longer carries one number in both places. */
export function declarationForm(): DeclarationForm {
  const declaration = JSON.parse(readFileSync(FILE, 'utf8')) as CustomsDeclaration
  const bytes = Buffer.from(JSON.stringify(declaration))
  const number = Buffer.from(`"${declaration.entryId}"`)
  const serialAt: number[] = []
  for (let at = bytes.indexOf(number); at >= 0; at = bytes.indexOf(number, at + 1))
    serialAt.push(at + number.length - 1 - SERIAL_DIGITS)
  if (serialAt.length !== 2) throw new Error('the 4 KB declaration must carry its number as entryId and as preEntryId')
  return { bytes, serialAt }
}

/** Writes a serial number into a body (or a request that begins a body at `offset`), in place. */
export function writeSerial(into: Buffer, form: DeclarationForm, serial: number, offset = 0): void {
  const digits = String(serial).padStart(SERIAL_DIGITS, '0')
  for (const at of form.serialAt) into.write(digits, offset + at, 'latin1')
}
