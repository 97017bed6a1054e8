// The hub's own keys: PEM files in its key folder, of which the newest accepted `hub.key` says which are in use.
import { createHash, createPrivateKey, randomBytes } from 'node:crypto'
import { existsSync, linkSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CheckpointSigner } from '../evidence/checkpoint.ts'
import { signCommit, type CommitRoot } from '../evidence/commit-signature.ts'
import { HubError } from '../errors.ts'
import { readHubKeys, type HubKey, type KeyRing } from '../evidence/hub-keys.ts'
import type { MessageFile } from '../evidence/message-file.ts'
import type { Cursors } from '../journal/journal.ts'
import type { Certificate } from './certificate.ts'
import { compact, signJws } from './jws.ts'
import { commandSigner, keySigner } from './signer.ts'
import type { Signer, SuiteName } from './suite.ts'
import { publicKeyFromSpki } from './suites/index.ts'
import { fromBase64url } from '../values/encoding.ts'

interface HeldKey {
  signer: Signer
  spkiDer: Buffer
}

/** The hub's signing: receipts, checkpoints and views, with the keys of the current generation. */
export class HubSigners {
  readonly #held = new Map<string, HeldKey>()
  readonly #folder: string
  readonly #root: Certificate
  #files: readonly MessageFile[] = []
  #ring: KeyRing | undefined

  constructor(folder: string, operatorRoot: Certificate) {
    this.#folder = folder
    this.#root = operatorRoot
    this.#readFolder()
  }

  #readFolder(): void {
    for (const file of readdirSync(this.#folder).filter((name) => name.endsWith('.command.json')))
      this.#readCommand(file)
    for (const file of readdirSync(this.#folder).filter((name) => name.endsWith('.pem'))) {
      const signer = keySigner(createPrivateKey(readFileSync(join(this.#folder, file))))
      const { spkiDer } = signer.publicKey
      this.#held.set(createHash('sha256').update(spkiDer).digest('hex'), { signer, spkiDer })
    }
  }

  /** A key that stays with a command of the operator's: {command: [program, ...], spki: base64url of its SubjectPublicKeyInfo}. */
  #readCommand(file: string): void {
    const { command, spki } = JSON.parse(readFileSync(join(this.#folder, file), 'utf8')) as {
      command: string[]
      spki: string
    }
    const { alg, spkiDer } = publicKeyFromSpki(fromBase64url(spki, `spki of ${file}`))
    const id = createHash('sha256').update(spkiDer).digest('hex')
    this.#held.set(id, { signer: commandSigner(command, alg), spkiDer })
  }

  /** Whether the private key of that id lies in the folder; looks again, so that a key can be added while the hub runs. */
  holds(id: string): boolean {
    if (!this.#held.has(id)) this.#readFolder()
    return this.#held.has(id)
  }

  /** Signs with the keys of a first `hub.key` that is not in the journal yet. */
  async begin(genesis: MessageFile): Promise<void> {
    await this.#use([genesis])
  }

  /** Goes on with the keys of a `hub.key` that the journal has accepted. */
  async add(file: MessageFile): Promise<void> {
    const files = [...this.#files, file]
    await this.#use(files)
    this.#files = files
  }

  /** Proves that a `hub.key` continues the accepted ones. Throws the refusal of what is wrong with it. */
  async prove(file: MessageFile): Promise<void> {
    await readHubKeys([...this.#files, file], this.#root)
  }

  /** Throws if the chain does not verify or a private key of its newest generation is missing. */
  async #use(files: readonly MessageFile[]): Promise<void> {
    const ring = await readHubKeys(files, this.#root)
    const { receipt, checkpoint } = ring.generations.at(-1)!
    for (const { id } of [...receipt, ...checkpoint])
      if (!this.holds(id)) throw new Error(`the hub does not hold the private key ${id} that its hub.key names`)
    this.#ring = ring
  }

  /** Accepted `hub.key` messages, oldest first. */
  get files(): readonly MessageFile[] {
    return this.#files
  }

  get operatorRoot(): Certificate {
    return this.#root
  }

  #current(): KeyRing['generations'][number] {
    const generation = this.#ring?.generations.at(-1)
    if (!generation) throw new Error('the hub has no hub.key yet')
    return generation
  }

  #signers(keys: readonly HubKey[]): (HeldKey & { fingerprint: string })[] {
    return keys.map(({ id }) => ({ ...this.#held.get(id)!, fingerprint: id }))
  }

  signCommit(root: CommitRoot): Promise<string[]> {
    return signCommit(root, this.#signers(this.#current().receipt))
  }

  checkpointSigners(): CheckpointSigner[] {
    return this.#signers(this.#current().checkpoint)
  }

  /** Signs with the receipt keys of these suites, the first key if none is named. Throws PARAMETER_INVALID for a suite the hub has no key of. */
  async signIn(payload: Buffer, typ: string, suites: readonly SuiteName[]): Promise<string[]> {
    const held = this.#signers(this.#current().receipt)
    const used = suites.length === 0 ? held.slice(0, 1) : held.filter(({ signer }) => suites.includes(signer.alg))
    if (used.length < suites.length)
      throw new HubError('PARAMETER_INVALID', `this hub signs with ${held.map(({ signer }) => signer.alg).join(', ')}`)
    const one = async ({ signer, fingerprint }: HeldKey & { fingerprint: string }): Promise<string> =>
      compact(payload, await signJws(payload, typ, signer, { fingerprint }))
    return Promise.all(used.map(one))
  }

  /** Signs as the hub in one suite: the first receipt key. */
  async sign(payload: Buffer, typ: string): Promise<string> {
    const [{ signer, fingerprint }] = this.#signers(this.#current().receipt) as [HeldKey & { fingerprint: string }]
    return compact(payload, await signJws(payload, typ, signer, { fingerprint }))
  }
}

/**
 * Reads a 32-byte secret of the key folder, making it at the first start. Throws if it is missing although there is data already: a new
 * one could open nothing of it.
 */
export function secretKey(folder: string, name: 'sealing.key' | 'index.key', dataExists: boolean): Buffer {
  const path = join(folder, name)
  if (!existsSync(path)) {
    if (dataExists)
      throw new Error(`${path} is missing, but there is a journal already; without it the journal cannot be read`)
    makeOnce(path)
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
  if (key.length !== 32) throw new Error(`${path} does not hold 32 bytes in hex`)
  return key
}

/**
 * Compares the two secrets with what the data was begun with, so that a wrong key folder is named as such. Throws naming the file.
 */
/** Whole or not at all, and only the first of several processes that start on one folder. */
function makeOnce(path: string): void {
  const made = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(made, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' })
  try {
    linkSync(made, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    unlinkSync(made)
  }
}

export async function checkSecrets(
  cursors: Cursors,
  folder: string,
  secrets: Record<'sealing.key' | 'index.key', Buffer>,
): Promise<void> {
  for (const [name, key] of Object.entries(secrets)) {
    const digest = createHash('sha256').update('beibu-hub/key-check\n').update(key).digest('hex')
    if (await cursors.putNew('hub', name, digest)) continue
    if ((await cursors.get('hub', name)) !== digest)
      throw new Error(
        `${join(folder, name)} is not the key that this data was begun with; put the right key folder in HUB_KEYS`,
      )
  }
}
