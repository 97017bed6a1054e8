// `beibu attachment <index> <sha256>`: fetches one attachment of an entry, compares it with its digest and keeps it as a file.
import { writeFileSync } from 'node:fs'
import { UsageError } from '../usage.ts'
import { actingParty, clientFor } from './acting.ts'
import { ACTING, EXIT, readArgs, show, type Verb, wholeNumber } from './verb.ts'

export const attachmentVerb: Verb = {
  name: 'attachment',
  summary: 'fetch an attachment of an entry',
  help: `beibu attachment <index> <sha256> --as <party folder> --out <file> [--json]

Fetches an attachment by its digest, as the envelope names it, from an entry that the party sees
in full, and writes it to a file that does not exist yet once its bytes are those of the digest.
It is never opened: what others attached may be harmful.

  beibu attachment 17 9f86d0...0a08 --as sandbox/parties/nanning-bank --out invoice.pdf
  beibu verify bundle.json --trust trust.json --attachment invoice.pdf

Exit: 0 fetched, 1 not yours to have, 2 not there (or erased, or nobody answers).`,
  async run(args, io) {
    const { values, positionals } = readArgs('attachment', args, { ...ACTING, out: { type: 'string' } })
    const [index, sha256] = positionals
    if (index === undefined || sha256 === undefined || positionals.length !== 2 || !/^[0-9a-f]{64}$/.test(sha256))
      throw new UsageError(
        'attachment takes an index and a SHA-256 of 64 lower-case hex digits. See: beibu attachment --help',
      )
    const { out } = values
    if (out === undefined) throw new UsageError('where to? Give a new file with --out')
    const at = wholeNumber(index, 'the index')
    const bytes = await clientFor(actingParty(values, io), values.url).attachment(at, sha256)
    try {
      writeFileSync(out, bytes, { flag: 'wx' })
    } catch (error) {
      throw new UsageError(`cannot write ${out}: ${(error as Error).message}`)
    }
    show(io, values.json, { index: at, sha256, file: out, bytes: bytes.length }, () => [
      `attachment of entry ${at} written to ${out}, ${bytes.length} bytes`,
    ])
    return EXIT.good
  },
}
