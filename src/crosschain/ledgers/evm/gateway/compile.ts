// Compiles the contracts beside this file: `npx tsx src/crosschain/ledgers/evm/gateway/compile.ts` writes their artefacts; with --check it
// writes nothing and exits 1 when one is stale. Needs no network: the compiler is a library. No part of the running product.
import { hash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import solc from 'solc'

/** A compiled contract; byte strings as 0x and hex. */
export interface Artefact {
  contract: string
  compiler: string
  /** Of the source file, in hex. */
  sourceSha256: string
  abi: unknown[]
  bytecode: string
  deployedBytecode: string
}

interface Output {
  errors?: { severity: string; formattedMessage: string }[]
  contracts?: Record<
    string,
    Record<string, { abi: unknown[]; evm: { bytecode: { object: string }; deployedBytecode: { object: string } } }>
  >
}

const CONTRACTS = ['Gateway', 'Notary']
// Paris knows no PUSH0, which consortium chains often lack. No hash of metadata in the code, so that a comment changes no code hash.
const SETTINGS = {
  evmVersion: 'paris',
  viaIR: true,
  optimizer: { enabled: true, runs: 1000 },
  metadata: { bytecodeHash: 'none' },
  outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object', 'evm.deployedBytecode.object'] } },
}

/** Compiles Solidity texts by file name and returns every contract in them. Warnings are errors. Throws Error with what the compiler says. */
export function compileSources(sources: Readonly<Record<string, string>>): Artefact[] {
  const input = {
    language: 'Solidity',
    sources: Object.fromEntries(Object.entries(sources).map(([file, content]) => [file, { content }])),
    settings: SETTINGS,
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input)) as string) as Output
  if (output.errors?.length) throw new Error(output.errors.map(({ formattedMessage }) => formattedMessage).join('\n'))
  return Object.entries(output.contracts ?? {}).flatMap(([file, contracts]) =>
    Object.entries(contracts).map(([contract, { abi, evm }]) => ({
      contract,
      compiler: solc.version() as string,
      sourceSha256: hash('sha256', sources[file]!, 'hex'),
      abi,
      bytecode: `0x${evm.bytecode.object}`,
      deployedBytecode: `0x${evm.deployedBytecode.object}`,
    })),
  )
}

/** The artefacts of the contracts beside this file, as they are written: one text each. */
export function artefactTexts(): { file: URL; text: string }[] {
  return CONTRACTS.map((name) => {
    const source = readFileSync(new URL(`${name}.sol`, import.meta.url), 'utf8')
    const artefact = compileSources({ [`${name}.sol`]: source }).find(({ contract }) => contract === name)
    return { file: new URL(`${name}.json`, import.meta.url), text: `${JSON.stringify(artefact, null, 2)}\n` }
  })
}

if (process.argv[1] !== undefined && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const texts = artefactTexts()
  const stale = texts.filter(({ file, text }) => !existsSync(file) || readFileSync(file, 'utf8') !== text)
  if (!process.argv.includes('--check')) for (const { file, text } of texts) writeFileSync(file, text)
  else if (stale.length > 0) {
    console.error('artefacts of the contracts are stale: run src/crosschain/ledgers/evm/gateway/compile.ts')
    process.exitCode = 1
  }
}
