// anvil, a node of other makers: started by the binary of its platform package on a free port, ended by its process.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export interface Anvil {
  url: string
  chainId: number
  ask(method: string, ...params: unknown[]): Promise<unknown>
  close(): Promise<void>
}

const START_WITHIN_MS = 60_000

/** The binary for this machine; undefined where it is not installed. */
export function anvilBinary(): string | undefined {
  const arch = process.arch === 'x64' ? 'amd64' : process.arch
  const packages = join(import.meta.dirname, '..', '..', 'node_modules', '@foundry-rs')
  const path = join(packages, `anvil-${process.platform}-${arch}`, 'bin', 'anvil')
  return existsSync(path) ? path : undefined
}

/** `accounts` (addresses) are given money. `flags` are anvil's own. */
export async function startAnvil(
  binary: string,
  chainId: number,
  { accounts = [], flags = [] }: { accounts?: readonly string[]; flags?: readonly string[] } = {},
): Promise<Anvil> {
  const child = spawn(binary, ['--port', '0', '--chain-id', `${chainId}`, '--accounts', '1', ...flags], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const url = `http://${await listening(child)}`
  let id = 0
  const ask = async (method: string, ...params: unknown[]): Promise<unknown> => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const { result, error } = (await answer.json()) as { result: unknown; error?: { message: string } }
    if (error) throw new Error(error.message)
    return result
  }
  for (const address of accounts) await ask('anvil_setBalance', `0x${address}`, `0x${(10n ** 21n).toString(16)}`)
  return { url, chainId, ask, close: () => ended(child) }
}

/** Host and port, once it says that it listens. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const late = setTimeout(() => {
      child.kill()
      reject(new Error('anvil does not start'))
    }, START_WITHIN_MS)
    const look = (bytes: Buffer): void => {
      said += bytes.toString()
      const [, address] = /Listening on (\S+)/.exec(said) ?? []
      if (address === undefined) return
      clearTimeout(late)
      // What it says later is read and dropped: a full pipe would stop it.
      child.stdout!.removeListener('data', look).resume()
      resolve(address)
    }
    child.stdout!.on('data', look)
    child.once('exit', (code) => {
      clearTimeout(late)
      reject(new Error(`anvil ended with ${code}`))
    })
  })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill()
  })
}
