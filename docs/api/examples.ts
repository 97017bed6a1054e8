// Examples in the API documents: the project's own signed vectors and fixtures, never something made up for the page.
import { readFileSync } from 'node:fs'

const FIXTURES = new URL('../../fixtures/', import.meta.url)
const fixture = (path: string): string => readFileSync(new URL(path, FIXTURES), 'utf8')

interface Vector {
  name: string
  payload: string
  protected: string
  signature: string
  valid: boolean
}

const { lines } = JSON.parse(fixture('vectors/signing.json')) as { lines: Vector[] }

const decoded = (text: string): string => Buffer.from(text, 'base64url').toString()

/** What the vectors sign; they are about signing, not about customs. */
const BODY = Buffer.from('{"declaration":"530120260000000017","goods":"fresh pomelos, 18000 kg"}').toString('base64url')

/** One signed message file per suite, from the vectors. */
export const exampleMessages = Object.fromEntries(
  ['ES256', 'EdDSA', 'PS256', 'SM2SM3'].flatMap((suite) => {
    const line = lines.find(({ valid, protected: header }) => valid && decoded(header).includes(`"${suite}"`))
    if (line === undefined) return []
    const { payload, protected: header, signature } = line
    const value = { payload, signatures: [{ protected: header, signature }], body: BODY }
    return [[suite, { summary: `signed ${suite}`, value }]]
  }),
)
