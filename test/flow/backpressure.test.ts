// Too much at a time: told so before bodies are read; every answer is 201 or 503, and what was answered 201 is kept.
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { declared } from '../support/consignment.ts'
import { ask, expectRefused, expectTaken, post, type Answer } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'
import { PATIENT } from '../support/patience.ts'

const MIB = 1024 * 1024
const RESERVE_MIB = 100
let world: World
let freeMiB = 10_000
beforeAll(async () => {
  world = await openWorld({
    env: { HUB_BODY_MIB: '1', HUB_REQUESTS_MAX: '12', HUB_DISK_RESERVE_MB: String(RESERVE_MIB) },
    surroundings: { freeBytes: () => freeMiB * MIB },
  })
})
afterAll(() => world.close())

interface Ready {
  ready: boolean
  reasons: string[]
}
const readiness = async (): Promise<Ready> => (await (await fetch(`${world.url}/health/ready`)).json()) as Ready

/** A connection that has said a body comes and sends none of it. */
function stalled(headers: string): { socket: Socket; answer: Promise<string> } {
  const { hostname, port } = new URL(world.url)
  const socket = connect(Number(port), hostname)
  socket.write(`POST /v1/sessions HTTP/1.1\r\nhost: hub\r\n${headers}\r\n\r\n`)
  socket.on('error', () => {})
  const answer = new Promise<string>((resolve) => {
    socket.once('data', (data) => resolve(data.toString()))
    socket.once('close', () => resolve(''))
  })
  return { socket, answer }
}

describe('a flood', () => {
  it('is answered 201 or 503, and every 201 is in the journal', async () => {
    const { journal } = world.hub.house
    const messages = await Promise.all(
      Array.from({ length: 60 }, () => world.compose('hanoi-importer', declared(world))),
    )
    await world.client('hanoi-importer').token('api')
    // Ten of the twelve places are taken by others.
    const held = Array.from({ length: 10 }, () => stalled('content-length: 100'))
    const inFlight = async () => (await world.client('hub-operator').adminState()).inFlight.requests
    await expect.poll(inFlight, PATIENT).toBe(11)
    const before = journal.size()
    const answers: Answer[] = await Promise.all(messages.map((message) => post(world, 'hanoi-importer', message)))
    for (const { socket } of held) socket.destroy()
    await expect.poll(inFlight, PATIENT).toBe(1)
    const taken = answers.filter(({ status }) => status === 201)
    for (const answer of answers)
      if (answer.status === 201) expectTaken(answer)
      else expectRefused(answer, 'OVERLOADED')
    expect(taken.length).toBeGreaterThan(0)
    expect(taken.length).toBeLessThan(answers.length)
    const entries = await journal.read(before, 1_000)
    expect(entries.filter(({ kind }) => kind === 'customs.declaration').length).toBe(taken.length)
    for (const [n, message] of messages.entries()) {
      const kept = await journal.find(message.envelope.from, message.envelope.id)
      expect(kept?.index).toBe(answers[n]!.status === 201 ? answers[n]!.body.index : undefined)
      if (!kept) expectTaken(await post(world, 'hanoi-importer', message))
    }
  })
})

describe('bodies that do not come', () => {
  it.each([
    ['of a length', 'content-length: 190000'],
    ['in chunks, for which the most is reserved', 'transfer-encoding: chunked'],
  ])('%s are not waited for beyond the bound, and give their room back', async (_name, header) => {
    const held = Array.from({ length: 5 }, () => stalled(header))
    const bytes = async () => (await world.client('hub-operator').adminState()).inFlight.bodyBytes
    await expect.poll(bytes, PATIENT).toBeGreaterThan(900_000)
    expect(await bytes()).toBeLessThanOrEqual(MIB)
    const more = stalled(header)
    expect(await more.answer).toMatch(/^HTTP\/1.1 503 [\s\S]*retry-after: 1[\s\S]*OVERLOADED/)
    more.socket.destroy()
    for (const { socket } of held) socket.destroy()
    await expect.poll(bytes, PATIENT).toBe(0)
  })
})

describe('a disk below its reserve', () => {
  it('stops intake with a reason, goes on reading, and takes messages again when there is room', async () => {
    freeMiB = RESERVE_MIB - 1
    await expect.poll(async () => (await readiness()).ready, PATIENT).toBe(false)
    expect((await readiness()).reasons).toEqual([`the disk has 99 MiB left, the reserve is 100 MiB`])
    const message = await world.compose('hanoi-importer', declared(world))
    const refused = expectRefused(await post(world, 'hanoi-importer', message), 'OVERLOADED')
    expect(refused.body.detail).toContain('the disk has')
    expect((await ask(world, 'hanoi-importer', '/v1/feed')).status).toBe(200)
    freeMiB = 10_000
    await expect.poll(async () => (await readiness()).ready, PATIENT).toBe(true)
    expectTaken(await post(world, 'hanoi-importer', message))
  })
})
