// The hub as it is installed: compiled to JavaScript. Loading TypeScript costs at run time too, which is not the hub's.
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Compiles the hub into `<dir>/dist`, beside links to its schemas, reference data and packages; gives its main file. */
export function compileHub(dir: string): string {
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  for (const beside of ['schemas', 'reference', 'node_modules']) symlinkSync(join(ROOT, beside), join(dir, beside))
  writeFileSync(join(dir, 'package.json'), '{"type":"module"}\n')
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc')
  execFileSync(
    tsc,
    ['-p', join(ROOT, 'tsconfig.build.json'), '--declaration', 'false', '--outDir', join(dir, 'dist')],
    { stdio: 'inherit' },
  )
  return join(dir, 'dist', 'main.js')
}
