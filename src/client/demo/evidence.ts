// Bundles of a story: fetched, written, read again from disk and verified as a stranger would, offline.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Verdict } from '../../hub/evidence/verify.ts'
import type { HubClient } from '../hub-client.ts'
import { verifyWith } from '../trust-file.ts'

/** A bundle read again from its file, and what the verifier says of it. */
export interface Exhibit {
  file: string
  bytes: Buffer
  verdict: Verdict
  /** What the bundle's own message says: envelope and body, parsed from the bytes that were verified; of XML the body is left empty. */
  envelope: Record<string, unknown>
  body: Record<string, unknown>
}

export class EvidenceFolder {
  readonly #dir: string
  readonly #trustFile: string

  constructor(dir: string, trustFile: string) {
    this.#dir = dir
    this.#trustFile = trustFile
    mkdirSync(dir, { recursive: true })
  }

  /** Where the bundles lie. */
  get folder(): string {
    return this.#dir
  }

  /** The trust file as it lies on disk. */
  trust(): Buffer {
    return readFileSync(this.#trustFile)
  }

  /** Fetches the bundle of an entry, its attachments in it, and writes it; gives the file. */
  async keep(client: HubClient, index: number, name: string): Promise<string> {
    const file = join(this.#dir, `${name}.json`)
    writeFileSync(file, await client.bundle(index, 'include'))
    return file
  }

  /** Reads a bundle and the trust file again from disk and verifies. */
  async exhibit(file: string, require: readonly string[] = []): Promise<Exhibit> {
    const bytes = readFileSync(file)
    const verdict = await verifyWith(bytes, this.trust(), require)
    const { message } = JSON.parse(bytes.toString()) as { message: { payload: string; body: string } }
    const envelope = decoded(message.payload)
    const { type } = envelope['body'] as { type: string }
    return { file, bytes, verdict, envelope, body: type === 'application/json' ? decoded(message.body) : {} }
  }

  /** Verifies bytes that were changed on the way. */
  verify(bytes: Buffer, require: readonly string[] = []): Promise<Verdict> {
    return verifyWith(bytes, this.trust(), require)
  }
}

const decoded = (text: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>

/** The bundle with one digit of the signed body's amounts changed: what a forger would like to do. */
export function forged(bytes: Buffer, from: string, to: string): Buffer {
  const bundle = JSON.parse(bytes.toString()) as { message: { body: string } }
  const body = Buffer.from(bundle.message.body, 'base64url').toString()
  if (!body.includes(from)) throw new Error(`the body does not hold ${from}`)
  bundle.message.body = Buffer.from(body.replaceAll(from, to)).toString('base64url')
  return Buffer.from(JSON.stringify(bundle))
}

/** The bundle with one character of its anchor's proof changed. */
export function anchorChanged(bytes: Buffer): Buffer {
  const bundle = JSON.parse(bytes.toString()) as { checkpoint: { anchor: { evidence: string } } }
  const { anchor } = bundle.checkpoint
  const proof = Buffer.from(anchor.evidence, 'base64url').toString()
  const at = proof.indexOf('"storage":["') + 40
  const other = proof[at] === 'A' ? 'B' : 'A'
  anchor.evidence = Buffer.from(proof.slice(0, at) + other + proof.slice(at + 1)).toString('base64url')
  return Buffer.from(JSON.stringify(bundle))
}
