// `beibu sandbox phone` and `beibu sandbox sign`: a phone of a border resident is given out, and signs without a network.
import { randomBytes } from 'node:crypto'
import { closeSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { composeMessage, messageFile } from '../compose.ts'
import { resolveParty } from '../party-folder.ts'
import { fingerprintOf, makePhone, openPhone } from '../sandbox/phones.ts'
import type { ClientIdentity } from '../session-keeper.ts'
import { UsageError } from '../usage.ts'
import { actingParty } from './acting.ts'
import { readInput } from './input.ts'
import { type CommandIo, EXIT, only, readArgs, show } from './verb.ts'

const OPTIONS = {
  as: { type: 'string' },
  passphrase: { type: 'string' },
  phone: { type: 'string' },
  out: { type: 'string' },
} as const

type Party = ReturnType<typeof actingParty>

/** Makes a phone and writes the message that says whose it is, signed by the party and by the phone. */
export async function phone(args: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArgs('sandbox', args, {
    ...OPTIONS,
    filing: { type: 'string' },
    group: { type: 'string' },
  })
  if (positionals.length > 0) throw new UsageError('sandbox phone takes no arguments. See: beibu sandbox --help')
  const party = actingParty(values, io)
  const [name, out] = [needed(values.phone, '--phone <name>'), needed(values.out, '--out <message file>')]
  const filingNo = needed(values.filing, '--filing <number of the resident>')
  const groupNo = needed(values.group, '--group <number of the group>')
  // A phone whose enrolment cannot be written could never be enrolled.
  const fingerprint = await inNewFile(out, async (write) => {
    const made = await makePhone(party, name, Date.now(), values.passphrase ?? io.env['BEIBU_PASSPHRASE'])
    const body = { act: 'enrol', filingNo, groupNo, fingerprint: fingerprintOf(made) }
    write(await compose(party, { kind: 'customs.border-device', to: [], body }, [party.identity, made]))
    return body.fingerprint
  })
  return told({ phone: name, fingerprint, out }, `phone ${name}, ${fingerprint}`, party, out, values.json, io)
}

/** Writes a message of the party that a phone alone has signed. */
export async function sign(args: string[], io: CommandIo): Promise<number> {
  const { values, positionals } = readArgs('sandbox', args, {
    ...OPTIONS,
    kind: { type: 'string' },
    to: { type: 'string', multiple: true },
  })
  const body = readInput(only('sandbox sign', 'body file', positionals))
  const party = actingParty(values, io)
  const [name, out] = [needed(values.phone, '--phone <name>'), needed(values.out, '--out <message file>')]
  const kind = needed(values.kind, '--kind <kind>')
  const to = (values.to ?? []).map((one) => resolveParty(one, party.folder))
  const signer = openPhone(party, name, values.passphrase ?? io.env['BEIBU_PASSPHRASE'])
  await inNewFile(out, async (write) => write(await compose(party, { kind, to, body }, [signer])))
  return told({ phone: name, out }, `signed by phone ${name}`, party, out, values.json, io)
}

/** A message file, signed by each of the signers. */
async function compose(
  { card }: Party,
  what: { kind: string; to: string[]; body: Uint8Array | object },
  signers: readonly ClientIdentity[],
): Promise<string> {
  const how = {
    signers: signers.map(({ signer, path }) => ({ signer, by: { path: [...path] } })),
    randomness: randomBytes,
    clock: Date.now,
  }
  const message = await composeMessage({ hub: card.hub, v: 1, from: card.party, ...what }, how)
  return `${JSON.stringify(messageFile(message), null, 2)}\n`
}

/** Does it with a new file at hand, which is taken away again if it fails. Throws UsageError where there can be no such file. */
async function inNewFile<T>(path: string, act: (write: (text: string) => void) => Promise<T>): Promise<T> {
  let file: number
  try {
    file = openSync(path, 'wx')
  } catch (error) {
    throw new UsageError(`cannot write ${path}: ${(error as Error).message}`)
  }
  try {
    return await act((text) => writeFileSync(file, text))
  } catch (error) {
    rmSync(path)
    throw error
  } finally {
    closeSync(file)
  }
}

function told(
  value: object,
  line: string,
  { folder }: Party,
  out: string,
  json: boolean | undefined,
  io: CommandIo,
): number {
  show(io, json, value, () => [line, `  send it: beibu submit --as ${folder} --message ${out}`])
  return EXIT.good
}

function needed(value: string | undefined, option: string): string {
  if (value === undefined) throw new UsageError(`give ${option}. See: beibu sandbox --help`)
  return value
}
