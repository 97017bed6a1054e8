// A sheaf of messages signed before the clock starts: one file of compact JWS, all of one width, beside the number each declares.
import { createHash, randomBytes } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { composeMessage, headerForm, type MessageSigner } from '../src/client/compose.ts'
import { type DeclarationForm, declarationForm, type DeclarationSize, writeSerial } from './declaration.ts'
import type { BenchParty } from './parties.ts'

const AT_ONCE = 512

/** `file` holds `count` texts of `width` characters; the first declares `firstSerial`, the next one more, and so on. */
export interface Sheaf {
  file: string
  width: number
  count: number
  firstSerial: number
  /** Which declaration it is; absent: the one of 4 KB. */
  size?: DeclarationSize
}

/** Signs `count` distinct declarations of the sender to the recipients; the signatures are made on threads of the sender's suite. */
export async function bindSheaf(
  file: string,
  sender: BenchParty,
  to: readonly string[],
  firstSerial: number,
  count: number,
  size: DeclarationSize = '4kb',
): Promise<Sheaf> {
  const fingerprint = createHash('sha256').update(sender.certificateDer).digest('hex')
  const by: MessageSigner = { signer: sender.signer, by: { fingerprint } }
  const form = declarationForm(size)
  const out = openSync(file, 'w')
  let width = 0
  try {
    for (let done = 0; done < count; done += AT_ONCE) {
      const serials = Array.from({ length: Math.min(AT_ONCE, count - done) }, (_, at) => firstSerial + done + at)
      const texts = await Promise.all(serials.map((serial) => signed(serial, form, sender, to, by)))
      width ||= texts[0]!.length
      // The generator copies each text to one place of a request made before.
      if (texts.some((text) => text.length !== width)) throw new Error('signed headers must all be of one width')
      writeSync(out, texts.join(''))
    }
  } finally {
    closeSync(out)
  }
  return { file, width, count, firstSerial, size }
}

async function signed(
  serial: number,
  form: DeclarationForm,
  { hub, party }: BenchParty,
  to: readonly string[],
  by: MessageSigner,
): Promise<string> {
  const body = Buffer.from(form.bytes)
  writeSerial(body, form, serial)
  const message = await composeMessage(
    { hub, kind: 'customs.declaration', v: 1, from: party, to, body },
    { signers: [by], randomness: randomBytes, clock: Date.now },
  )
  const header = headerForm(message)
  if (!header) throw new Error('the message does not fit the header form')
  return header.header
}
