// A worker thread of the SM2 pool: verifies and signs batches, so that 0.3 ms of curve arithmetic never holds up the request thread.
import { createSign, createVerify, type KeyObject } from 'node:crypto'
import { parentPort } from 'node:worker_threads'

/** Keys this batch uses for the first time, or for the first time since `forget`. */
export interface Sm2BatchKey {
  id: number
  key: KeyObject
  z: Uint8Array
}

/** Jobs of one post. `data` holds, job after job, the bytes and (to verify) the DER signature; lengths say how much of each. */
export interface Sm2Batch {
  forget: boolean
  keys: Sm2BatchKey[]
  /** Three numbers a job: key id, length of the bytes, length of the signature (0: sign). */
  jobs: Uint32Array
  data: Uint8Array
}

/** Job by job: whether it verified, the signature made, or why it failed. */
export type Sm2Result = boolean | Uint8Array | { failed: string }

const keys = new Map<number, Sm2BatchKey>()

function run(keyId: number, bytes: Uint8Array, signature: Uint8Array): Sm2Result {
  const { key, z } = keys.get(keyId)!
  try {
    if (signature.length === 0) return createSign('sm3').update(z).update(bytes).sign(key)
    return createVerify('sm3').update(z).update(bytes).verify(key, signature)
  } catch (cause) {
    return { failed: String(cause) }
  }
}

parentPort?.on('message', (batch: Sm2Batch) => {
  if (batch.forget) keys.clear()
  for (const key of batch.keys) keys.set(key.id, key)
  const results: Sm2Result[] = []
  let at = 0
  for (let job = 0; job < batch.jobs.length; job += 3) {
    const bytesEnd = at + batch.jobs[job + 1]!
    const end = bytesEnd + batch.jobs[job + 2]!
    results.push(run(batch.jobs[job]!, batch.data.subarray(at, bytesEnd), batch.data.subarray(bytesEnd, end)))
    at = end
  }
  parentPort!.postMessage(results, [])
})
