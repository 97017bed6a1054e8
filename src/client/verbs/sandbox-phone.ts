// `beibu sandbox phone` and `beibu sandbox sign`: a phone of a border resident is given out, and signs without a network.
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
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
  const made = await makePhone(party, name, Date.now(), values.passphrase ?? io.env['BEIBU_PASSPHRASE'])
  const fingerprint = fingerprintOf(made)
  const body = { act: 'enrol', filingNo, groupNo, fingerprint }
  await write(out, party, { kind: 'customs.border-device', to: [], body }, [party.identity, made])
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
  await write(out, party, { kind, to, body }, [signer])
  return told({ phone: name, out }, `signed by phone ${name}`, party, out, values.json, io)
}

async function write(
  out: string,
  { card }: Party,
  what: { kind: string; to: string[]; body: Uint8Array | object },
  signers: readonly ClientIdentity[],
): Promise<void> {
  const how = {
    signers: signers.map(({ signer, path }) => ({ signer, by: { path: [...path] } })),
    randomness: randomBytes,
    clock: Date.now,
  }
  const message = await composeMessage({ hub: card.hub, v: 1, from: card.party, ...what }, how)
  writeFileSync(out, `${JSON.stringify(messageFile(message), null, 2)}\n`)
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
