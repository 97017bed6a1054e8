// A party on disk: who it is, its key (mode 0600) and its certificate. The command acts as the party whose folder it is given.
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { commandSigner, fileSigner } from '../hub/identity/signer.ts'
import type { Signer, SuiteName } from '../hub/identity/suite.ts'
import { isSuiteName, SUITE_NAMES } from '../hub/identity/suites/index.ts'
import type { PartyUrn } from '../hub/message/envelope.ts'
import type { Purpose } from '../hub/supervision/purpose.ts'
import type { ComposeWith } from './compose.ts'
import { HubClient, type HubClientOptions } from './hub-client.ts'
import type { ClientIdentity } from './session-keeper.ts'
import { UsageError } from './usage.ts'

/** party.json. Either `key`, or `command` with `alg`. `certificates` name PEM files beside it, leaf first, without the anchor. */
export interface PartyCard {
  party: PartyUrn
  name: string
  country: string
  class: string
  hub: PartyUrn
  /** The hub's origin. */
  url: string
  /** Where its processes are reached, if they are several. */
  addresses?: string[]
  /** PEM file of the private key, beside it. Left out if a command signs. */
  key?: string
  /** Program and arguments that sign in this party's name, so that the key stays where it is; `alg` is what it signs with. */
  command?: string[]
  alg?: SuiteName
  /** A regulator's: what it reads for unless it says otherwise. */
  purpose?: Purpose
  certificates: string[]
}

export interface PartyFolder {
  card: PartyCard
  identity: ClientIdentity
}

/** Opens a party's folder. The passphrase is needed only if the key was written with one. Throws UsageError that says what is missing. */
export function openPartyFolder(folder: string, passphrase?: string): PartyFolder {
  const card = readCard(folder)
  const path = card.certificates.map((file) => derOf(readFileSync(join(folder, file), 'utf8')))
  return { card, identity: { party: card.party, signer: signerOf(card, folder, passphrase), path } }
}

function signerOf({ key, command, alg }: PartyCard, folder: string, passphrase: string | undefined): Signer {
  const file = join(folder, 'party.json')
  if ((key === undefined) === (command === undefined))
    throw new UsageError(`${file} must have either "key" (a PEM file) or "command" and "alg" (a program that signs)`)
  if (key !== undefined) return keyFileSigner(join(folder, key), passphrase)
  if (!Array.isArray(command) || command.length === 0 || command.some((word) => typeof word !== 'string'))
    throw new UsageError(`"command" in ${file} must be a list of the program and its arguments`)
  if (!isSuiteName(alg))
    throw new UsageError(`"alg" in ${file} must say what the command signs with: ${SUITE_NAMES.join(', ')}`)
  const [program, ...args] = command
  // A program given by a relative path lies with the party, wherever the command is called from.
  return commandSigner([program!.startsWith('.') ? resolve(folder, program!) : program!, ...args], alg)
}

function keyFileSigner(keyFile: string, passphrase: string | undefined): Signer {
  try {
    return fileSigner(keyFile, passphrase)
  } catch (error) {
    const encrypted = existsSync(keyFile) && readFileSync(keyFile, 'utf8').includes('ENCRYPTED')
    if (!encrypted) throw new UsageError(`the key ${keyFile} cannot be read: ${(error as Error).message}`)
    const hint = passphrase === undefined ? 'is encrypted; set BEIBU_PASSPHRASE' : 'does not open with this passphrase'
    throw new UsageError(`the key ${keyFile} ${hint}`)
  }
}

export function readCard(folder: string): PartyCard {
  const file = join(folder, 'party.json')
  if (!existsSync(file))
    throw new UsageError(
      `${folder} is not a party's folder: it has no party.json. \`beibu sandbox init <dir>\` makes some under <dir>/parties.`,
    )
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as PartyCard
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`)
  }
}

/** A party by URN, or by the name of its folder beside `folder`. */
export function resolveParty(name: string, folder: string): PartyUrn {
  if (name.startsWith('urn:hub:')) return name
  const beside = dirname(folder.replace(/[/\\]+$/, ''))
  if (existsSync(join(beside, name, 'party.json'))) return readCard(join(beside, name)).party
  const known = existsSync(beside)
    ? readdirSync(beside).filter((one) => existsSync(join(beside, one, 'party.json')))
    : []
  throw new UsageError(
    `${name} is neither a party URN (urn:hub:...) nor a folder beside ${basename(folder)}; there are: ${known.join(', ')}`,
  )
}

/** What composing in the name of this party needs, with the machine's clock and randomness. */
export const composerOf = ({ identity }: PartyFolder): ComposeWith => ({
  signers: [{ signer: identity.signer, by: { path: [...identity.path] } }],
  randomness: randomBytes,
  clock: Date.now,
})

/** Another `url` than the card's stands alone, without the card's addresses. */
export const clientOf = ({ card, identity }: PartyFolder, options: Partial<HubClientOptions> = {}): HubClient =>
  new HubClient({
    url: card.url,
    ...(card.addresses && options.url === undefined && { addresses: card.addresses }),
    hub: card.hub,
    identity,
    ...(card.purpose && { purpose: card.purpose }),
    ...options,
  })

/** DER of the first certificate in a PEM text. */
export function derOf(pem: string): Buffer {
  const match = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem)
  if (match === null) throw new UsageError('no certificate found in the PEM file')
  return Buffer.from(match[1]!, 'base64')
}

/** PEM of a certificate, RFC 7468. */
export function pemOf(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(/.{1,64}/g)!
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
