// Private keys behind a port: a file, or a command of the operator's that never lets the key out.
import { spawn } from 'node:child_process'
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fromBase64url } from '../values/encoding.ts'
import type { PublicKey, Signer, SuiteName } from './suite.ts'
import { publicKeyOf, signBytes } from './suites/index.ts'

const COMMAND_TIMEOUT_MS = 10_000
/** The longest signature is that of an RSA key of 8192 bits. */
const COMMAND_OUTPUT_MAX = 4096

export interface KeySigner extends Signer {
  readonly publicKey: PublicKey
}

/** Signs with a private key held in this process, off the request thread. The suite follows from the key. */
export function keySigner(privateKey: KeyObject): KeySigner {
  const publicKey = publicKeyOf(privateKey)
  // A key on the SM2 curve that was not read from its encoding would do plain ECDSA.
  const key = publicKey.alg === 'SM2SM3' ? readAgain(privateKey) : privateKey
  return { alg: publicKey.alg, publicKey, sign: (bytes) => signBytes(bytes, key, publicKey) }
}

function readAgain(privateKey: KeyObject): KeyObject {
  return createPrivateKey({ key: privateKey.export({ type: 'pkcs8', format: 'der' }), type: 'pkcs8', format: 'der' })
}

/** A key in a PEM file (PKCS#8, encrypted if there is a passphrase). Throws if it cannot be read. */
export function fileSigner(path: string, passphrase?: string): KeySigner {
  return keySigner(
    createPrivateKey({ key: readFileSync(path), format: 'pem', ...(passphrase !== undefined && { passphrase }) }),
  )
}

/**
 * A command that gets the bytes to sign as base64 on its standard input and prints the signature in JWS form, base64url.
 * Its exit code must be 0 and it must end within the timeout; what it prints on standard error goes into the fault.
 */
export function commandSigner(
  command: readonly string[],
  alg: SuiteName,
  timeoutMs: number = COMMAND_TIMEOUT_MS,
): Signer {
  const [program, ...args] = command
  if (program === undefined) throw new Error('the signing command is empty')
  return {
    alg,
    sign: async (bytes) => {
      const printed = await run(program, args, Buffer.from(bytes).toString('base64'), timeoutMs)
      const signature = fromBase64url(printed.trim(), `what ${program} printed`)
      if (alg === 'PS256' ? signature.length < 256 : signature.length !== 64)
        throw new Error(`the signing command ${program} printed ${signature.length} bytes, not an ${alg} signature`)
      return signature
    },
  }
}

function run(program: string, args: string[], input: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeoutMs, killSignal: 'SIGKILL' })
    const [out, err] = [collect(child.stdout), collect(child.stderr)]
    child.on('error', (cause) => reject(new Error(`the signing command ${program} cannot be run`, { cause })))
    child.on('close', (code, signal) => {
      if (code === 0) resolve(out())
      else
        reject(new Error(`the signing command ${program} ended with ${code ?? signal}: ${err().trim().slice(0, 200)}`))
    })
    // A command that ends without reading is judged by its exit code, not by the broken pipe.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

/** The first bytes of a stream as text; the rest is read and dropped. */
function collect(stream: NodeJS.ReadableStream): () => string {
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    if (text.length < COMMAND_OUTPUT_MAX) text += chunk.toString('latin1')
  })
  return () => text
}
