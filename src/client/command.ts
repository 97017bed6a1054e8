// The `beibu` command: one verb per act, each in its own file under verbs/.
import { readFileSync } from 'node:fs'
import { type CommandIo, EXIT, type Verb } from './verbs/verb.ts'

/** Loads a verb by its name: most calls want one, and what all of them need takes longer to load than most of them take to run. */
const VERBS: Readonly<Record<string, () => Promise<Verb>>> = {
  sandbox: async () => (await import('./verbs/sandbox.ts')).sandboxVerb,
  serve: async () => (await import('./verbs/serve.ts')).serveVerb,
  check: async () => (await import('./verbs/check.ts')).checkVerb,
  convert: async () => (await import('./verbs/convert.ts')).convertVerb,
  match: async () => (await import('./verbs/match.ts')).matchVerb,
  reference: async () => (await import('./verbs/reference.ts')).referenceVerb,
  submit: async () => (await import('./verbs/submit.ts')).submitVerb,
  tail: async () => (await import('./verbs/tail.ts')).tailVerb,
  status: async () => (await import('./verbs/status.ts')).statusVerb,
  due: async () => (await import('./verbs/due.ts')).dueVerb,
  case: async () => (await import('./verbs/case.ts')).caseVerb,
  enquire: async () => (await import('./verbs/enquire.ts')).enquireVerb,
  delivered: async () => (await import('./verbs/delivered.ts')).deliveredVerb,
  access: async () => (await import('./verbs/access.ts')).accessVerb,
  history: async () => (await import('./verbs/history.ts')).historyVerb,
  completeness: async () => (await import('./verbs/completeness.ts')).completenessVerb,
  attachment: async () => (await import('./verbs/attachment.ts')).attachmentVerb,
  bundle: async () => (await import('./verbs/bundle.ts')).bundleVerb,
  verify: async () => (await import('./verbs/verify.ts')).verifyVerb,
  explain: async () => (await import('./verbs/explain.ts')).explainVerb,
  erase: async () => (await import('./verbs/erase.ts')).eraseVerb,
  backup: async () => (await import('./verbs/backup.ts')).backupVerb,
  restore: async () => (await import('./verbs/restore.ts')).restoreVerb,
  migrate: async () => (await import('./verbs/migrate.ts')).migrateVerb,
  admin: async () => (await import('./verbs/admin.ts')).adminVerb,
  ledger: async () => (await import('./verbs/ledger.ts')).ledgerVerb,
  lane: async () => (await import('./verbs/lane.ts')).laneVerb,
  'export-register': async () => (await import('./verbs/export-register.ts')).exportRegisterVerb,
  validator: async () => (await import('./verbs/validator.ts')).validatorVerb,
  devnet: async () => (await import('./verbs/devnet.ts')).devnetVerb,
}

/** The verbs in the order of the help. */
export const VERB_NAMES: readonly string[] = Object.keys(VERBS)

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version

/** The help of the command itself. */
export async function overview(): Promise<string> {
  const width = Math.max(...VERB_NAMES.map((name) => name.length))
  const all = await Promise.all(Object.values(VERBS).map((load) => load()))
  const verbs = all.map((verb) => `  ${verb.name.padEnd(width)}  ${verb.summary}`).join('\n')
  return `beibu: exchange signed trade documents through a hub, and prove what happened

${verbs}

Each verb teaches itself: beibu <verb> --help. All of them take --json; beibu --version.
In a checkout say npm run -s beibu -- <verb> ... where the help says beibu <verb> ...

A first walk, in two terminals:
  beibu sandbox init ./sandbox            a small invented world, with keys
  beibu serve --sandbox ./sandbox         the hub, on loopback
  beibu tail --as ./sandbox/parties/vietnam-customs
  beibu submit --as ./sandbox/parties/nanning-customs --kind customs.release ...

Exit codes: 0 good, 1 refused or findings, 2 cannot tell, 64 called wrongly, 70 fault.`
}

/** Runs the command; gives the exit code. Never throws. */
export async function command(args: string[], io: CommandIo): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    io.out(await overview())
    return name === undefined ? EXIT.usage : EXIT.good
  }
  if (name === '--version') {
    io.out(version())
    return EXIT.good
  }
  if (!Object.hasOwn(VERBS, name)) {
    io.progress(`there is no verb ${name}; there are: ${VERB_NAMES.join(', ')}`)
    return EXIT.usage
  }
  const verb = await VERBS[name]!()
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(verb.help)
    return EXIT.good
  }
  try {
    return await verb.run(rest, io)
  } catch (error) {
    const { tellFailure } = await import('./verbs/failure.ts')
    return tellFailure(error, io, rest.includes('--json'))
  }
}
