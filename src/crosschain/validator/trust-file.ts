// The trust store on disk: one small file for each ledger, replaced as a whole. What a new trust root puts aside is kept.
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { compileSchema, fromBase64url, parseStrictJson, toBase64url } from '../../hub/index.ts'
import type { TrustRoot } from '../verifier.ts'
import type { TrustState, TrustStore } from './trust-state.ts'

const WORD = { type: 'string', pattern: '^[0-9a-f]{64}$' }
const WHOLE = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }
const BYTES = { type: 'string', maxLength: 100_000 }
const object = (required: string[], properties: Record<string, unknown>) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
})

/** JSON schema of a trust root, as in the configuration. */
export const TRUST_ROOT = object(['height', 'validators'], {
  height: WHOLE,
  hash: WORD,
  validators: {
    type: 'array',
    minItems: 1,
    maxItems: 256,
    uniqueItems: true,
    items: { type: 'string', pattern: '^[0-9a-f]{40}$' },
  },
  timestampS: WHOLE,
  trustingPeriodS: { ...WHOLE, minimum: 60 },
})

const findings = compileSchema(
  object(['root'], {
    root: TRUST_ROOT,
    last: object(['from', 'trust', 'header', 'atS', 'verifier'], {
      from: TRUST_ROOT,
      trust: TRUST_ROOT,
      header: BYTES,
      atS: WHOLE,
      verifier: { type: 'string' },
    }),
    frozen: object(['height', 'one', 'other'], { height: WHOLE, one: BYTES, other: BYTES }),
  }),
)

interface TrustForm {
  root: TrustRoot
  last?: { from: TrustRoot; trust: TrustRoot; header: string; atS: number; verifier: string }
  frozen?: { height: number; one: string; other: string }
}

/** `load` throws Error for a file that is none of ours. */
export function trustFile(path: string): TrustStore {
  let stored: TrustForm | undefined
  return {
    async load() {
      const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      if (!bytes) return undefined
      stored = readForm(bytes, path)
      return stateOf(stored)
    },
    async save(state) {
      const next = formOf(state)
      if (stored && JSON.stringify(stored.root) !== JSON.stringify(next.root)) await setAside(path, stored)
      await replace(path, next)
      stored = next
    },
  }
}

function readForm(bytes: Buffer, path: string): TrustForm {
  const form = parseStrictJson(bytes)
  const found = findings(form).map(({ path: at, message }) => `${at} ${message}`)
  if (found.length > 0) throw new Error(`${path} is no trust state: ${found.join('; ')}`)
  return form as TrustForm
}

const stateOf = ({ root, last, frozen }: TrustForm): TrustState => ({
  root,
  ...(last && { last: { ...last, header: fromBase64url(last.header, 'header') } }),
  ...(frozen && {
    frozen: {
      height: frozen.height,
      one: fromBase64url(frozen.one, 'one'),
      other: fromBase64url(frozen.other, 'other'),
    },
  }),
})

const formOf = ({ root, last, frozen }: TrustState): TrustForm => ({
  root,
  ...(last && { last: { ...last, header: toBase64url(last.header) } }),
  ...(frozen && {
    frozen: { height: frozen.height, one: toBase64url(frozen.one), other: toBase64url(frozen.other) },
  }),
})

/** A frozen state is evidence: it goes to a name of its own before another takes its place. */
async function setAside(path: string, form: TrustForm): Promise<void> {
  if (form.frozen) await replace(`${path}.frozen-${form.frozen.height}`, form)
}

async function replace(path: string, form: TrustForm): Promise<void> {
  const fresh = `${path}.new`
  await mkdir(dirname(path), { recursive: true })
  const file = await open(fresh, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(form)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(fresh, path)
  const folder = await open(dirname(path), 'r')
  await folder.sync().finally(() => folder.close())
}
