// The documents benches send: export declarations of the fixtures of 4 KB and of 1 KB, each time under a number of its own.
import { readFileSync } from 'node:fs'
import type { CustomsDeclaration } from '../schemas/types.d.ts'

/** The fixture of a size, and in how many places it carries its number: entryId, and preEntryId. */
const FIXTURES = {
  '4kb': { file: new URL('../fixtures/customs/valid/declaration-4kb.json', import.meta.url), numbers: 2 },
  '1kb': { file: new URL('../fixtures/customs/valid/declaration-border.json', import.meta.url), numbers: 1 },
} as const
export type DeclarationSize = keyof typeof FIXTURES

const SERIAL_DIGITS = 9

/** Body bytes, and where in them the nine serial digits of the declaration number stand. */
export interface DeclarationForm {
  bytes: Buffer
  serialAt: number[]
}

/** A fixture as it goes over the wire. Throws if it no longer carries one number in all its places. */
export function declarationForm(size: DeclarationSize = '4kb'): DeclarationForm {
  const { file, numbers } = FIXTURES[size]
  const declaration = JSON.parse(readFileSync(file, 'utf8')) as CustomsDeclaration
  const bytes = Buffer.from(JSON.stringify(declaration))
  const number = Buffer.from(`"${declaration.entryId}"`)
  const serialAt: number[] = []
  for (let at = bytes.indexOf(number); at >= 0; at = bytes.indexOf(number, at + 1))
    serialAt.push(at + number.length - 1 - SERIAL_DIGITS)
  if (serialAt.length !== numbers) throw new Error(`the ${size} declaration must carry its number ${numbers} times`)
  return { bytes, serialAt }
}

/** Writes a serial number into a body (or a request that begins a body at `offset`), in place. */
export function writeSerial(into: Buffer, form: DeclarationForm, serial: number, offset = 0): void {
  const digits = String(serial).padStart(SERIAL_DIGITS, '0')
  for (const at of form.serialAt) into.write(digits, offset + at, 'latin1')
}
