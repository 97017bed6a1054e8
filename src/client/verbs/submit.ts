// `beibu submit`: composes, signs and submits a message, or sends a message file again as it is.
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { naming } from '../answering.ts'
import { type ComposedMessage, composeMessage, type Composition, type MessageFile, messageFile } from '../compose.ts'
import { HubSilent } from '../hub-problem.ts'
import type { FeedItem } from '../feed-item.ts'
import type { HubClient, Submitted } from '../hub-client.ts'
import { composerOf, resolveParty } from '../party-folder.ts'
import { roomKinds } from '../../rooms.ts'
import { UsageError } from '../usage.ts'
import { exitOfProblem, problemLines } from './failure.ts'
import { readInput } from './input.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, type CommandIo, EXIT, only, readArgs, show, type Verb, wholeNumber } from './verb.ts'

const OPTIONS = {
  ...ACTING,
  kind: { type: 'string' },
  version: { type: 'string' },
  to: { type: 'string', multiple: true },
  for: { type: 'string' },
  ref: { type: 'string' },
  re: { type: 'string', multiple: true },
  id: { type: 'string' },
  type: { type: 'string' },
  expires: { type: 'string' },
  due: { type: 'string' },
  attach: { type: 'string', multiple: true },
  save: { type: 'string' },
  message: { type: 'string' },
  attempts: { type: 'string' },
} as const

export const submitVerb: Verb = {
  name: 'submit',
  summary: 'sign a document and submit it as a message',
  help: `beibu submit --as <party folder> --kind <kind> [--to <party>]... <body file>
beibu submit --as <party folder> --message <message file>

Signs the body's bytes as they are in the file (- reads standard input), submits the
message and waits for the hub's answer: the receipt, or why not and who must act.

  beibu submit --as sandbox/parties/guangxi-exporter --kind customs.declaration \\
      --to nanning-customs --to vietnam-customs declaration.json
  beibu submit --as sandbox/parties/nanning-bank --kind tradefinance.financing apply.json
  beibu submit --as ... --kind ... --attach invoice.pdf body.json    or --attach <file>:<type>
  beibu submit --as ... --kind ... --save message.json body.json     keep what was sent
  beibu submit --as ... --message message.json                       send it again, same bytes

--to takes a party URN or the name of a folder beside --as. --version is the version of
the kind (1). --ref is the consignment's UCR. --re gives the index of an entry that the
message answers. --for names a principal, --due (an answer is wanted by) and --expires
take RFC 3339 times. --url overrides the address in party.json; --attempts says how often
a silent or busy hub is asked (8).

A key need not lie in the party folder: with "command": ["program", "argument"] and "alg":
"ES256" in place of "key" in party.json the program signs. It gets the bytes in base64 on
standard input and prints the signature (JWS form, base64url).

Attachments of more than 256 KiB are uploaded before the message, which names them by digest;
smaller ones travel in it. With --message, --attach uploads files that the message names.

If nobody answers, the message is kept in <party folder>/unsent/ and can be sent again with
--message: the hub takes the same bytes only once and gives the first receipt.
Exit: 0 accepted, 1 refused or findings, 2 cannot tell (no answer, or not known here).`,
  async run(args, io) {
    const { values, positionals } = readArgs('submit', args, OPTIONS)
    const party = actingParty(values, io)
    const attempts = values.attempts === undefined ? {} : { attempts: wholeNumber(values.attempts, '--attempts') }
    const client = clientFor(party, values.url, attempts)
    if (values.message !== undefined) {
      if (positionals.length > 0) throw new UsageError('--message sends a whole message file; give no body with it')
      const file = readInput(values.message)
      for (const one of (values.attach ?? []).map(attachment))
        await client.upload({ ...one, sha256: createHash('sha256').update(one.bytes).digest('hex') })
      return tell(await client.submitFile(file), values.json, io)
    }
    const body = readInput(only('submit', 'body file', positionals))
    const re = await Promise.all((values.re ?? []).map((index) => answered(wholeNumber(index, '--re'), client)))
    const what = { ...composition(values, body, party), ...(re.length > 0 && { re }) }
    const message = await composeMessage(what, composerOf(party))
    if (values.save !== undefined) save(values.save, message)
    try {
      return tell(await client.submit(message), values.json, io, message.envelope.id)
    } catch (error) {
      if (error instanceof HubSilent)
        io.progress(`kept in ${keepUnsent(party.folder, message)}; send it with --message`)
      throw error
    }
  },
}

type Values = ReturnType<typeof readArgs<typeof OPTIONS>>['values']

function composition(values: Values, body: Buffer, party: ReturnType<typeof actingParty>): Composition {
  if (values.kind === undefined)
    throw new UsageError('of which kind is it? Give --kind, for example customs.declaration')
  const attachments = (values.attach ?? []).map(attachment)
  return {
    hub: party.card.hub,
    kind: values.kind,
    v: wholeNumber(values.version ?? '1', '--version'),
    from: party.card.party,
    to: (values.to ?? []).map((name) => resolveParty(name, party.folder)),
    body,
    ...(values.for === undefined ? {} : { for: resolveParty(values.for, party.folder) }),
    ...(values.ref === undefined ? {} : { ref: values.ref }),
    ...(values.id === undefined ? {} : { id: values.id }),
    type: values.type ?? typeOf(values.kind),
    ...(values.expires === undefined ? {} : { expiresMs: time(values.expires, '--expires') }),
    ...(values.due === undefined ? {} : { dueMs: time(values.due, '--due') }),
    ...(attachments.length === 0 ? {} : { attachments }),
  }
}

async function answered(index: number, client: HubClient): Promise<NonNullable<Composition['re']>[number]> {
  const named = naming((await client.entry(index)) as unknown as FeedItem)
  if (!named) throw new UsageError(`entry ${index} is not shown to this party as a whole message, so it cannot name it`)
  return named
}

/** The content type of a kind's bodies; of kinds that only the hub knows, JSON. */
const typeOf = (kind: string): string => roomKinds.find(({ name }) => name === kind)?.type ?? 'application/json'

const CARRIED_BYTES_MAX = 256 * 1024
const TYPES: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.tif': 'image/tiff',
  '.tiff': 'image/tiff',
}

/** `file:type`; without a type it is the one the name ends in, or application/octet-stream. */
function attachment(text: string): { name: string; type: string; bytes: Buffer; upload: boolean } {
  const match = /^(.*):([a-z]+\/[A-Za-z0-9.+-]+)$/.exec(text)
  const file = match?.[1] ?? text
  const type = match?.[2] ?? TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream'
  const bytes = readInput(file)
  return { name: basename(file), type, bytes, upload: bytes.length > CARRIED_BYTES_MAX }
}

function time(text: string, option: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (Number.isNaN(ms))
    throw new UsageError(`${option} takes an RFC 3339 time such as 2026-05-01T08:00:00Z, got ${text}`)
  return ms
}

const save = (file: string, message: ComposedMessage): void =>
  writeFileSync(file, `${JSON.stringify(messageFile(message) satisfies MessageFile, null, 2)}\n`)

function keepUnsent(folder: string, message: ComposedMessage): string {
  const dir = join(folder, 'unsent')
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const file = join(dir, `${message.envelope.id}.json`)
  save(file, message)
  return file
}

function tell(answer: Submitted, json: boolean | undefined, io: CommandIo, id?: string): number {
  if (answer.outcome === 'accepted') {
    const known = id === undefined ? {} : { id }
    show(io, json, { ...known, ...answer }, () => [
      `${answer.duplicate ? 'known already; this is the first receipt' : 'accepted'}: entry ${answer.index}`,
      ...(id === undefined ? [] : [`  id ${id}`]),
      `  proof: beibu bundle ${answer.index}`,
    ])
    return EXIT.good
  }
  if (json === true) io.out(JSON.stringify({ outcome: 'refused', problem: answer.problem }))
  for (const line of problemLines(answer.problem)) io.progress(line)
  return exitOfProblem(answer.problem)
}
