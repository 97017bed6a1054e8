// The end of a process has a bound: whoever holds on does not hold it up for ever, and whoever asks twice does not wait.
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { mortalHub, type MortalHub } from '../support/fault-process.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

let hub: MortalHub
afterEach(() => hub?.remove())

it('says CLOSING while it answers what came before, and ends at once when asked twice', {
  timeout: LONG_MS,
}, async () => {
  hub = await mortalHub({ HUB_CLOSE_MS: '120000' })
  hub.spawn()
  await hub.ready()
  const { hostname, port } = new URL(hub.url)
  // A request that does not end holds up the closing.
  const holding = connect(Number(port), hostname)
  holding.on('error', () => {})
  holding.write('POST /v1/sessions HTTP/1.1\r\nhost: hub\r\ncontent-length: 100\r\n\r\n')
  await once(holding, 'connect')
  const ready = async () => (await fetch(`${hub.url}/health/ready`)).status
  expect(await ready()).toBe(200)
  process.kill(hub.pid, 'SIGTERM')
  await expect.poll(ready, PATIENT).toBe(503)
  const answer = await fetch(`${hub.url}/v1/kinds`)
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([503, 'CLOSING'])
  process.kill(hub.pid, 'SIGTERM')
  await expect.poll(() => hub.exitCode, PATIENT).toBe(75)
  holding.destroy()
})

it('ends within its bound although somebody does not let go', { timeout: LONG_MS }, async () => {
  hub = await mortalHub({ HUB_CLOSE_MS: '1000' })
  hub.spawn()
  await hub.ready()
  const { hostname, port } = new URL(hub.url)
  const holding = connect(Number(port), hostname)
  holding.on('error', () => {})
  holding.write('POST /v1/sessions HTTP/1.1\r\nhost: hub\r\ncontent-length: 100\r\n\r\n')
  await once(holding, 'connect')
  expect((await fetch(`${hub.url}/health/live`)).status).toBe(200)
  expect([0, 75]).toContain(await hub.stop())
  holding.destroy()
})
