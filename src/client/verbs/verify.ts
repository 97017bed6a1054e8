// `beibu verify <bundle>`: checks an evidence bundle offline, link by link, and names the broken one.
import { isAttestationFile } from '../../hub/evidence/attestation-file.ts'
import { checkLinks, verifyAttestationWith, verifyWith } from '../trust-file.ts'
import { UsageError } from '../usage.ts'
import { readInput } from './input.ts'
import { type CommandIo, EXIT, only, readArgs, type Verb } from './verb.ts'

const EXITS = { verified: EXIT.good, refused: EXIT.refused, unknown: EXIT.unknown } as const

export const verifyVerb: Verb = {
  name: 'verify',
  summary: 'verify an evidence bundle, offline',
  help: `beibu verify <bundle> --trust <trust file> [--require <link>]... [--attachment <file>]...

Checks every link of the evidence without asking anybody: form, body, attachments, signature,
certificate, status, hub-key, receipt, inclusion, checkpoint, and timestamp, anchor,
refusal, earlier where there are such. Prints JSON on standard output, always:
{verdict, links:[{link, state, detail}], broken?:{link, reason}, notProved:[...]}.

  beibu verify bundle.json --trust sandbox/trust.json
  BEIBU_TRUST=sandbox/trust.json beibu verify bundle.json
  beibu bundle 17 --as ... | beibu verify - --trust trust.json
  beibu verify bundle.json --trust trust.json --require timestamp    refuse if it has none
  beibu verify bundle.json --trust trust.json --attachment invoice.pdf

Attachments that are not in the bundle are listed as absent with their digests; a file given
with --attachment must be one that the signed envelope names.

An answer that beibu enquire has saved is verified the same way:
{proof, attestation, reason?, notProved}.

Whom to trust never comes from the bundle. Without a trust file the verdict is unknown.
A bundle or trust file that cannot be read is unknown too, with the reason.
Exit: 0 verified, 1 refused, 2 unknown.`,
  async run(args, io) {
    const { values, positionals } = readArgs('verify', args, {
      trust: { type: 'string' },
      require: { type: 'string', multiple: true },
      attachment: { type: 'string', multiple: true },
    })
    const bundle = only('verify', 'bundle file', positionals)
    const require = checkLinks(values.require ?? [])
    const file = values.trust ?? (io.env['BEIBU_TRUST'] || undefined)
    let verdict: Awaited<ReturnType<typeof verifyWith>>
    try {
      const bytes = readInput(bundle)
      if (isAttestationFile(bytes)) return await tellAttestation(bytes, file, io)
      const beside = (values.attachment ?? []).map(readInput)
      verdict = await verifyWith(bytes, file === undefined ? undefined : readInput(file), require, beside)
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      // A file that cannot be read says nothing about the evidence: that is "cannot tell", not "no".
      io.out(JSON.stringify({ verdict: 'unknown', links: [], reason: error.message, notProved: [] }, null, 2))
      return EXIT.unknown
    }
    io.out(JSON.stringify(verdict, null, 2))
    if (file === undefined) io.progress('no trust file: give --trust <file> or set BEIBU_TRUST to say whom you trust')
    return EXITS[verdict.verdict]
  },
}

async function tellAttestation(bytes: Buffer, trust: string | undefined, io: CommandIo): Promise<number> {
  const proof = await verifyAttestationWith(bytes, trust === undefined ? undefined : readInput(trust))
  io.out(JSON.stringify(proof, null, 2))
  return EXITS[proof.proof]
}
