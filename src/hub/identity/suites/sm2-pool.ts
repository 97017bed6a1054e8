// The pool of SM2 worker threads: everything queued since the last post goes to a worker as one batch.
import type { KeyObject } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Sm2Batch, Sm2BatchKey, Sm2Result } from './sm2-worker.ts'

const BATCH_MAX = 16
/** A busy worker is given a second batch only when it is worth the post. */
const SECOND_BATCH_MIN = 8
const KEYS_MAX = 10_000

interface Job {
  key: KeyObject
  z: Uint8Array
  bytes: Uint8Array
  signature: Uint8Array
  resolve: (result: Exclude<Sm2Result, { failed: string }>) => void
  reject: (cause: Error) => void
}

/** One thread and the batches it owes, oldest first. */
class Sm2Thread {
  readonly owed: Job[][] = []
  private readonly worker: Worker
  private ids = new Map<KeyObject, Map<string, number>>()
  private idsUsed = 0

  constructor(onAnswer: () => void, onEnd: (thread: Sm2Thread, cause: Error) => void) {
    this.worker = startWorker()
    // An idle pool must not keep a process alive; a pool with work must.
    this.worker.unref()
    this.worker.on('message', (results: Sm2Result[]) => {
      settle(this.owed.shift()!, results)
      if (this.owed.length === 0) this.worker.unref()
      onAnswer()
    })
    this.worker.on('error', (cause) => onEnd(this, cause as Error))
    this.worker.on('exit', (code) => onEnd(this, new Error(`an SM2 worker ended with code ${code}`)))
  }

  post(jobs: Job[]): void {
    const forget = this.idsUsed > KEYS_MAX
    if (forget) {
      this.ids = new Map()
      this.idsUsed = 0
    }
    const batch = this.pack(jobs, forget)
    this.owed.push(jobs)
    this.worker.ref()
    this.worker.postMessage(batch, [batch.data.buffer as ArrayBuffer])
  }

  /** Copies the jobs into one buffer of their own: posting a slice would clone the whole pool it lies in. */
  private pack(jobs: Job[], forget: boolean): Sm2Batch {
    const keys: Sm2BatchKey[] = []
    const table = new Uint32Array(jobs.length * 3)
    const data = new Uint8Array(jobs.reduce((sum, job) => sum + job.bytes.length + job.signature.length, 0))
    let at = 0
    for (const [position, job] of jobs.entries()) {
      table.set([this.keyId(job, keys), job.bytes.length, job.signature.length], position * 3)
      data.set(job.bytes, at)
      data.set(job.signature, at + job.bytes.length)
      at += job.bytes.length + job.signature.length
    }
    return { forget, keys, jobs: table, data }
  }

  private keyId({ key, z }: Job, fresh: Sm2BatchKey[]): number {
    const name = Buffer.from(z).toString('latin1')
    let byZ = this.ids.get(key)
    if (byZ === undefined) this.ids.set(key, (byZ = new Map()))
    let id = byZ.get(name)
    if (id === undefined) {
      id = this.idsUsed++
      byZ.set(name, id)
      fresh.push({ id, key, z: Uint8Array.from(z) })
    }
    return id
  }

  async end(): Promise<void> {
    await this.worker.terminate()
  }
}

function settle(jobs: Job[], results: Sm2Result[]): void {
  for (const [position, job] of jobs.entries()) {
    const result = results[position]!
    if (typeof result === 'object' && 'failed' in result) job.reject(new Error(`SM2 failed: ${result.failed}`))
    else job.resolve(result)
  }
}

/** From a checkout the worker is TypeScript: a first line in the thread brings in the loader, found from here and not from the current folder. */
function startWorker(): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./sm2-worker.js', import.meta.url), { name: 'sm2' })
  const here = JSON.stringify(fileURLToPath(import.meta.url))
  const first = `const load = require('node:module').createRequire(${here}); load('tsx/cjs/api').register(); load('./sm2-worker.ts')`
  return new Worker(first, { eval: true, execArgv: [], name: 'sm2' })
}

/** Spreads SM2 jobs over worker threads; threads start with the first job unless started before. */
class Sm2Pool {
  private threads: Sm2Thread[] = []
  private queue: Job[] = []
  private flushing = false
  private wanted = Math.min(4, Math.max(1, availableParallelism() - 1))

  get waiting(): number {
    return this.threads.reduce((sum, { owed }) => sum + owed.flat().length, this.queue.length)
  }

  start(count: number): void {
    this.wanted = Math.max(1, count)
    this.fill()
  }

  async stop(): Promise<void> {
    const ending = this.threads
    const unfinished = [...ending.flatMap((thread) => thread.owed.flat()), ...this.queue]
    this.threads = []
    this.queue = []
    for (const job of unfinished) job.reject(new Error('the SM2 workers were stopped'))
    await Promise.all(ending.map((thread) => thread.end()))
  }

  async verify(bytes: Uint8Array, signature: Uint8Array, key: KeyObject, z: Uint8Array): Promise<boolean> {
    return (await this.add({ bytes, signature, key, z })) === true
  }

  async sign(bytes: Uint8Array, key: KeyObject, z: Uint8Array): Promise<Buffer> {
    return Buffer.from((await this.add({ bytes, signature: new Uint8Array(0), key, z })) as Uint8Array)
  }

  private add(job: Pick<Job, 'bytes' | 'signature' | 'key' | 'z'>): Promise<boolean | Uint8Array> {
    return new Promise((resolve, reject) => {
      this.queue.push({ ...job, resolve, reject })
      if (this.flushing) return
      this.flushing = true
      // What is asked for in the same turn goes out together.
      queueMicrotask(() => {
        this.flushing = false
        this.flush()
      })
    })
  }

  private flush(): void {
    if (this.queue.length > 0) this.fill()
    while (this.queue.length > 0) {
      const thread = this.threads.reduce((least, other) => (other.owed.length < least.owed.length ? other : least))
      if (thread.owed.length > 1 || (thread.owed.length === 1 && this.queue.length < SECOND_BATCH_MIN)) return
      const share = Math.ceil(this.queue.length / this.threads.length)
      thread.post(this.queue.splice(0, Math.min(BATCH_MAX, Math.max(SECOND_BATCH_MIN, share))))
    }
  }

  private fill(): void {
    while (this.threads.length < this.wanted)
      this.threads.push(
        new Sm2Thread(
          () => this.flush(),
          (thread, cause) => this.lose(thread, cause),
        ),
      )
  }

  /** A thread that dies fails what it owed; the next job starts another. */
  private lose(thread: Sm2Thread, cause: Error): void {
    if (!this.threads.includes(thread)) return
    this.threads = this.threads.filter((other) => other !== thread)
    for (const job of thread.owed.flat()) job.reject(cause)
    this.flush()
  }
}

export const sm2Pool = new Sm2Pool()

/** Signs in the pool; gives DER. */
export const sm2SignPooled = (bytes: Uint8Array, key: KeyObject, z: Uint8Array): Promise<Buffer> =>
  sm2Pool.sign(bytes, key, z)

/** Starts this many SM2 worker threads now, so that the first message does not wait for them. */
export const startSm2Workers = (count: number): void => sm2Pool.start(count)

/** SM2 jobs that are not answered yet. */
export const sm2Waiting = (): number => sm2Pool.waiting

/** Ends the SM2 worker threads; what they still owe is rejected. A later job starts them again. */
export const stopSm2Workers = (): Promise<void> => sm2Pool.stop()
