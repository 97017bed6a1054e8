// Quotas at the front door: who is over is told when to come again, and the same bytes are taken then.
import { Agent, request } from 'node:http'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { FEED_PROTOCOL } from '../../src/hub/feed/frame.ts'
import { declared, newDeclaration, receivedOne } from '../support/consignment.ts'
import { expectRefused, expectTaken, post, type Answer } from '../support/doors.ts'
import { openWorld, type World } from '../support/world.ts'
import { PATIENT } from '../support/patience.ts'

let world: World
beforeAll(async () => {
  world = await openWorld({
    env: {
      HUB_QUOTA_MESSAGES: '20',
      HUB_QUOTA_MIB: '2',
      HUB_QUOTA_REFUSED: '3',
      HUB_QUOTA_ATTEMPTS: '4',
      HUB_QUOTA_SOCKETS: '2',
    },
  })
})
// Quotas fill again with time: the hub's stands still unless a test moves it, however long the messages take.
beforeEach(() => void (world.clock.heldMs = Date.now()))
afterAll(() => world.close())

const acknowledge = async (folder: string) => world.compose(folder, receivedOne(world, world.urn(folder)))

function expectOver(answer: Answer): void {
  expectRefused(answer, 'QUOTA_EXCEEDED')
  expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
}

describe('a party', () => {
  it('has so many messages a minute; the same bytes are taken when it has some again', async () => {
    for (let n = 0; n < 20; n++) expectTaken(await post(world, 'nanning-bank', await acknowledge('nanning-bank')))
    const message = await acknowledge('nanning-bank')
    expectOver(await post(world, 'nanning-bank', message))
    expectTaken(await post(world, 'second-bank', await acknowledge('second-bank')))
    world.clock.shiftMs += 4_000
    expectTaken(await post(world, 'nanning-bank', message))
  })

  it('that is answered with findings again and again has fewer', async () => {
    for (let n = 0; n < 3; n++) {
      const wrong = declared(world, { ...newDeclaration(world), entryId: 'x' })
      expectRefused(await post(world, 'hanoi-importer', await world.compose('hanoi-importer', wrong)), 'FINDINGS')
    }
    const good = await world.compose('hanoi-importer', declared(world))
    expectOver(await post(world, 'hanoi-importer', good))
    world.clock.shiftMs += 25_000
    expectTaken(await post(world, 'hanoi-importer', good))
  })

  it('has so many bytes a minute, those of attachments in the message file among them', async () => {
    const body = JSON.parse(
      readFileSync(resolve('fixtures/tradefinance/valid/invoice-electronics.json'), 'utf8'),
    ) as object
    const scan = Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(3 * 1024 * 1024)])
    const attachments = [{ name: 'scan.pdf', type: 'application/pdf', bytes: scan }]
    const invoice = (invoiceNumber: string) =>
      world.compose('guangxi-exporter', {
        kind: 'tradefinance.invoice',
        to: [world.urn('hanoi-importer')],
        body: { ...body, invoiceNumber, declarations: undefined },
        attachments,
      })
    expectTaken(await post(world, 'guangxi-exporter', await invoice('BYTES-1')))
    expectOver(await post(world, 'guangxi-exporter', await invoice('BYTES-2')))
  })

  it('has so many sockets, and one more when another has gone', async () => {
    const token = await world.client('guangxi-exporter').token('feed')
    const open = async () => {
      const socket = new WebSocket(`${world.url.replace('http', 'ws')}/v1/feed/socket`, FEED_PROTOCOL)
      const said = new Promise<{ type: string; code?: string }>((resolve) => {
        socket.on('message', (data) => {
          const frame = JSON.parse(String(data)) as { type: string }
          if (frame.type === 'hello') socket.send(JSON.stringify({ type: 'auth', token }))
          else resolve(frame)
        })
      })
      return { socket, said: await said }
    }
    const [one, other] = [await open(), await open()]
    expect([one.said.type, other.said.type]).toEqual(['ready', 'ready'])
    expect((await open()).said).toMatchObject({ type: 'error', code: 'QUOTA_EXCEEDED' })
    one.socket.close()
    await expect.poll(async () => (await open()).said.type, PATIENT).toBe('ready')
  })
})

describe('a connection', () => {
  it('that proves nobody is not verified for ever; another one is served', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const attempt = (): Promise<number> =>
      new Promise((resolve, reject) => {
        const headers = { authorization: 'Bearer nobodynobodynobodynobody' }
        request(`${world.url}/v1/feed`, { agent, headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer.statusCode!))
        })
          .on('error', reject)
          .end()
      })
    const statuses: number[] = []
    for (let n = 0; n < 8; n++) statuses.push(await attempt())
    agent.destroy()
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429, 429, 429])
    expect((await fetch(`${world.url}/v1/kinds`)).status).toBe(200)
  })
})
