// The `beibu` command: one verb per act, each in its own file under verbs/.
import { readFileSync } from 'node:fs'
import { accessVerb } from './verbs/access.ts'
import { adminVerb } from './verbs/admin.ts'
import { attachmentVerb } from './verbs/attachment.ts'
import { bundleVerb } from './verbs/bundle.ts'
import { checkVerb } from './verbs/check.ts'
import { completenessVerb } from './verbs/completeness.ts'
import { deliveredVerb } from './verbs/delivered.ts'
import { enquireVerb } from './verbs/enquire.ts'
import { dueVerb } from './verbs/due.ts'
import { eraseVerb } from './verbs/erase.ts'
import { explainVerb } from './verbs/explain.ts'
import { tellFailure } from './verbs/failure.ts'
import { historyVerb } from './verbs/history.ts'
import { sandboxVerb } from './verbs/sandbox.ts'
import { serveVerb } from './verbs/serve.ts'
import { statusVerb } from './verbs/status.ts'
import { submitVerb } from './verbs/submit.ts'
import { tailVerb } from './verbs/tail.ts'
import { type CommandIo, EXIT, type Verb } from './verbs/verb.ts'
import { verifyVerb } from './verbs/verify.ts'

export const VERBS: readonly Verb[] = [
  sandboxVerb,
  serveVerb,
  checkVerb,
  submitVerb,
  tailVerb,
  statusVerb,
  dueVerb,
  enquireVerb,
  deliveredVerb,
  accessVerb,
  historyVerb,
  completenessVerb,
  attachmentVerb,
  bundleVerb,
  verifyVerb,
  explainVerb,
  eraseVerb,
  adminVerb,
]

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }).version

/** The help of the command itself. */
export function overview(): string {
  const width = Math.max(...VERBS.map((verb) => verb.name.length))
  const verbs = VERBS.map((verb) => `  ${verb.name.padEnd(width)}  ${verb.summary}`).join('\n')
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
    io.out(overview())
    return name === undefined ? EXIT.usage : EXIT.good
  }
  if (name === '--version') {
    io.out(version())
    return EXIT.good
  }
  const verb = VERBS.find((one) => one.name === name)
  if (verb === undefined) {
    io.progress(`there is no verb ${name}; there are: ${VERBS.map((one) => one.name).join(', ')}`)
    return EXIT.usage
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(verb.help)
    return EXIT.good
  }
  try {
    return await verb.run(rest, io)
  } catch (error) {
    return tellFailure(error, io, rest.includes('--json'))
  }
}
