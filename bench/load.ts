// The load generator, a process of its own: sends signed messages over keep-alive connections and times the answers.
import { readFileSync } from 'node:fs'
import { declarationForm, writeSerial } from './declaration.ts'
import { Follower } from './follower.ts'
import { questionOf } from './consignment-drafts.ts'
import type { Answered, AskJob, Asked, LoadJob, LoadResult } from './load-job.ts'
import { ANY_STATUS, LoadLine } from './load-line.ts'

let follower: Follower | undefined

process.on('message', (asked: Asked) => {
  perform(asked).then(
    (ok) => process.send!({ ok } satisfies Answered),
    (error: Error) => process.send!({ failed: error.message } satisfies Answered),
  )
})
process.on('disconnect', () => process.exit(0))

async function perform(asked: Asked): Promise<LoadResult | { items: number }> {
  if (asked.type === 'load' || asked.type === 'ask') return await load(asked)
  if (asked.type === 'follow') follower = await Follower.open(asked.folder)
  else await follower?.reached(asked.least)
  return { items: follower?.items ?? 0 }
}

/** A request whose bytes differ from message to message in a few places only. */
interface RequestForm {
  template: Buffer
  /** Makes the request the `n`th. */
  write(request: Buffer, n: number): void
  most: number
  status: string
}

const headOf = (job: LoadJob | AskJob, length: number): string[] => [
  `POST ${job.path} HTTP/1.1`,
  `host: 127.0.0.1:${job.port}`,
  'content-type: application/json',
  `content-length: ${length}`,
  ...(job.token === undefined ? [] : [`authorization: Bearer ${job.token}`]),
]

function messageForm(job: LoadJob): RequestForm {
  const { sheaf } = job
  const signed = readFileSync(sheaf.file)
  const form = declarationForm(job.sheaf.size)
  const head = [...headOf(job, form.bytes.length), 'hub-message: '].join('\r\n')
  const blank = Buffer.alloc(sheaf.width)
  const template = Buffer.concat([Buffer.from(head), blank, Buffer.from('\r\n\r\n'), form.bytes])
  const bodyAt = template.length - form.bytes.length
  return {
    template,
    write(request, n) {
      const at = n % sheaf.count
      signed.copy(request, head.length, at * sheaf.width, (at + 1) * sheaf.width)
      writeSerial(request, form, sheaf.firstSerial + at, bodyAt)
    },
    most: job.repeat === true ? Infinity : sheaf.count,
    status: '201',
  }
}

function questionForm(job: AskJob): RequestForm {
  const body = (serial: number): Buffer => {
    const { entryId, ...shown } = questionOf(serial)
    return Buffer.from(JSON.stringify({ enquiry: 'customs.declaration', v: 1, question: { entryId, shown } }))
  }
  const first = body(0)
  const head = Buffer.from(`${headOf(job, first.length).join('\r\n')}\r\n\r\n`)
  return {
    template: Buffer.concat([head, first]),
    write: (request) => void body(Math.floor(Math.random() * job.serials)).copy(request, head.length),
    most: job.count,
    status: '200',
  }
}

async function load(job: LoadJob | AskJob): Promise<LoadResult> {
  const { connections } = job
  const { template, write, most, status } = job.type === 'load' ? messageForm(job) : questionForm(job)
  const latencies: number[] = []
  const idle: LoadLine[] = []
  const lines: LoadLine[] = []
  let next = 0
  let answered = 0
  const failed: Record<string, number> = {}
  let startMs = 0
  let endMs = Infinity
  let over = false
  let finish = (): void => {}
  let fail = (_error: Error): void => {}
  const finished = new Promise<void>((resolve, reject) => {
    finish = resolve
    fail = reject
  })

  const send = (line: LoadLine, dueMs: number): void => {
    line.dueMs = dueMs
    write(line.request, next)
    next++
    line.send()
  }
  const onAnswer = (line: LoadLine): void => {
    const nowMs = performance.now()
    answered++
    if (line.answered === status) latencies.push(nowMs - line.dueMs)
    else failed[codeOf(line)] = (failed[codeOf(line)] ?? 0) + 1
    if (job.perSecond !== undefined) idle.push(line)
    else if (nowMs < endMs && next < most) return send(line, nowMs)
    over ||= nowMs >= endMs || next >= most
    if (over && answered === next) finish()
  }
  /** Sends what is due. A message that finds no idle line waits, and its waiting counts. */
  const tick = (): void => {
    const nowMs = performance.now()
    const due = Math.min(most, Math.floor(((Math.min(nowMs, endMs) - startMs) / 1000) * job.perSecond!))
    for (const line of idle.splice(0, due - next)) send(line, startMs + ((next + 1) * 1000) / job.perSecond!)
    over = next >= due && (nowMs >= endMs || next >= most)
    if (over && answered === next) finish()
    else setTimeout(tick, 1)
  }

  const ports = [job.port, ...((job.type === 'load' && job.otherPorts) || [])]
  const wanted = job.type === 'load' && job.tolerate === true ? ANY_STATUS : status
  for (let n = 0; n < connections; n++)
    lines.push(await LoadLine.open(ports[n % ports.length]!, template, wanted, onAnswer, fail))
  const cpu = process.cpuUsage()
  startMs = performance.now()
  endMs = startMs + job.seconds * 1000
  if (job.perSecond === undefined) for (const line of lines) send(line, startMs)
  else {
    idle.push(...lines)
    tick()
  }
  try {
    await finished
  } finally {
    for (const line of lines) line.close()
  }
  const seconds = (performance.now() - startMs) / 1000
  const { user, system } = process.cpuUsage(cpu)
  return { ...summary(latencies, seconds), failed, generatorCpu: (user + system) / 1e6 / seconds }
}

const codeOf = ({ answered, answer }: LoadLine): string => /"code":"(\w+)"/.exec(answer.toString())?.[1] ?? answered

function summary(latencies: readonly number[], seconds: number): Omit<LoadResult, 'generatorCpu' | 'failed'> {
  const sorted = Float64Array.from(latencies).sort()
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN
  const created = latencies.length
  return { created, seconds, perSecond: created / seconds, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) }
}
