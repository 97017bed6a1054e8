// `npm test`: runs every suite and closes on one line of counts. Arguments go to vitest.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Report {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: { name: string; status: string; assertionResults: { status: string; title: string }[] }[]
}

const folder = mkdtempSync(join(tmpdir(), 'beibu-test-'))
const output = join(folder, 'report.json')
const run = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${output}`,
    ...process.argv.slice(2),
  ],
  { stdio: ['ignore', 'inherit', 'inherit'] },
)
if (!existsSync(output)) {
  console.log('0 passed, 1 failed, 0 skipped')
  process.exit(1)
}
const report = JSON.parse(readFileSync(output, 'utf8')) as Report
rmSync(folder, { recursive: true, force: true })
// A file that cannot even be loaded has no tests to count, yet it has failed.
const brokenFiles = report.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.every((one) => one.status !== 'failed'),
)
const failed = report.numFailedTests + brokenFiles.length
for (const { name } of brokenFiles) console.log(`could not run: ${name}`)
// Vectors of other projects lie beside this one or not at all: nobody can provision them, so their absence is said and not held against a run.
const vectorsThere = existsSync(process.env['BEIBU_VECTORS'] ?? '../shared/vectors')
let missed = 0
for (const { name, assertionResults } of report.testResults)
  for (const { status, title } of assertionResults) {
    if (status !== 'skipped' && status !== 'pending') continue
    const file = name.split('/test/')[1] ?? name
    console.log(`skipped: ${title} (${file})`)
    if (vectorsThere || !file.startsWith('vectors/')) missed++
  }
// Where every real part has been provisioned (CI), nothing may drop out silently.
const skipped = report.numPendingTests + report.numTodoTests
const incomplete = process.env['BEIBU_TEST_COMPLETE'] === '1' && missed + report.numTodoTests > 0
if (incomplete) console.log('BEIBU_TEST_COMPLETE is set: the run has failed, since tests were skipped')
console.log(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`)
process.exit(!incomplete && run.status === 0 && failed === 0 ? 0 : 1)
