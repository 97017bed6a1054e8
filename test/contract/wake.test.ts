// What every wake-up must promise: heard soon if all is well, missed without harm if not, and never a fault for whoever tells.
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { redisWake } from '../../src/hub/cluster/redis-wake.ts'
import { openRedis, type Redis } from '../../src/hub/cluster/redis.ts'
import { localWake, type Wake } from '../../src/hub/cluster/wake.ts'
import { hasRedis, ownRedis, type OwnRedis } from '../support/own-redis.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

const withRedis = hasRedis('contract of wake-up')
let server: OwnRedis
const opened: { wake: Wake; redis?: Redis }[] = []
if (withRedis) {
  beforeAll(async () => void (server = await ownRedis()))
  afterAll(() => server.end())
}
afterEach(async () => {
  for (const { wake, redis } of opened.splice(0)) {
    await wake.close()
    await redis?.close()
  }
})

const seen = async (isSo: () => boolean, withinMs = PATIENT.timeout): Promise<boolean> => {
  for (const start = performance.now(); performance.now() - start < withinMs; await after(5)) if (isSo()) return true
  return isSo()
}

let faults: unknown[] = []
async function overRedis(name: string, prefix = 'one-hub'): Promise<Wake> {
  const onFault = (error: unknown): void => void faults.push(error)
  const redis = openRedis({ url: server.url, prefix, onFault })
  const wake = redisWake({ redis, process: name, onFault })
  opened.push({ wake, redis })
  let listens = false
  const stop = wake.onGap(() => (listens = true))
  expect(await seen(() => listens && redis.ready())).toBe(true)
  stop()
  return wake
}
async function local(): Promise<Wake> {
  const wake = localWake()
  opened.push({ wake })
  return wake
}

const kinds = [
  { name: 'one process', make: local },
  { name: 'Redis', make: () => overRedis(`process-${Math.random()}`, `alone-${Math.random()}`) },
]
describe.each(withRedis ? kinds : kinds.slice(0, 1))('wake-up in $name', ({ make }) => {
  it('is heard once by everybody who listens to the topic, here too, and by nobody else', async () => {
    const wake = await make()
    const heard: string[] = []
    wake.on('appended', (text) => heard.push(`a ${text}`))
    wake.on('appended', (text) => heard.push(`b ${text}`))
    wake.on('sessions', (text) => heard.push(`c ${text}`))
    wake.tell('appended', '7')
    await after(100)
    expect(heard).toEqual(['a 7', 'b 7'])
  })

  it('is not heard any more after the unsubscribe, and by the others still', async () => {
    const wake = await make()
    const heard: string[] = []
    const stop = wake.on('appended', () => heard.push('a'))
    wake.on('appended', () => heard.push('b'))
    stop()
    stop()
    wake.tell('appended', '')
    await after(50)
    expect(heard).toEqual(['b'])
  })

  it('tells nobody after it is closed, and throws nothing', async () => {
    const wake = await make()
    const heard: string[] = []
    wake.on('appended', (text) => heard.push(text))
    await wake.close()
    wake.tell('other', 'late')
    await after(50)
    expect(heard).toEqual([])
  })
})

describe.runIf(withRedis)('wake-up between processes', { timeout: LONG_MS }, () => {
  it('reaches the other processes of the hub and no other hub', async () => {
    const [one, two] = [await overRedis('one'), await overRedis('two')]
    const stranger = await overRedis('three', 'another-hub')
    const heard: string[] = []
    one.on('appended', (text) => heard.push(`one ${text}`))
    two.on('appended', (text) => heard.push(`two ${text}`))
    stranger.on('appended', (text) => heard.push(`stranger ${text}`))
    one.tell('appended', '关: "7"\n')
    expect(await seen(() => heard.length === 2)).toBe(true)
    await after(100)
    expect(heard).toEqual(['one 关: "7"\n', 'two 关: "7"\n'])
  })

  it('goes on for the others when a listener throws, and when somebody writes nonsense to the channel', async () => {
    const [one, two] = [await overRedis('one'), await overRedis('two')]
    const heard: string[] = []
    two.on('appended', () => {
      throw new Error('a listener of its own fault')
    })
    two.on('appended', (text) => heard.push(text))
    faults = []
    const writer = openRedis({ url: server.url, prefix: 'one-hub', onFault: () => {} })
    opened.push({ wake: localWake(), redis: writer })
    expect(await seen(() => writer.ready())).toBe(true)
    for (const nonsense of ['', '{', '7', 'null', '["x","appended"]', '["x","appended",7]'])
      writer.publish('wake', nonsense)
    one.tell('appended', 'good')
    expect(await seen(() => heard.length > 0)).toBe(true)
    expect(heard).toEqual(['good'])
    expect(faults.map(String)).toEqual(['Error: a listener of its own fault'])
  })

  it('says after a killed and restarted server that something may have been missed, and works again; telling meanwhile does no harm', async () => {
    const [one, two] = [await overRedis('one'), await overRedis('two')]
    const heard: string[] = []
    let gaps = 0
    two.on('appended', (text) => heard.push(text))
    two.onGap(() => gaps++)
    await server.server.kill()
    const before = performance.now()
    for (let n = 0; n < 10_000; n++) one.tell('appended', 'lost')
    expect(performance.now() - before, 'it waits for nobody').toBeLessThan(10_000)
    await server.server.start()
    expect(await seen(() => gaps === 1)).toBe(true)
    expect(heard).toEqual([])
    expect(await seen(() => (one.tell('appended', 'again'), heard.includes('again')))).toBe(true)
  })

  it('does not block while the server is stopped, and keeps only so much for it', async () => {
    const [one, two] = [await overRedis('one'), await overRedis('two')]
    const heard: string[] = []
    two.on('appended', (text) => heard.push(text))
    server.server.pause()
    const before = performance.now()
    for (let n = 0; n < 20_000; n++) one.tell('appended', String(n))
    expect(performance.now() - before, 'it waits for nobody').toBeLessThan(10_000)
    server.server.resume()
    expect(await seen(() => heard.length >= 1_000)).toBe(true)
    await after(200)
    expect(heard.length).toBeLessThanOrEqual(1_000)
    heard.length = 0
    one.tell('appended', 'now')
    expect(await seen(() => heard.includes('now'))).toBe(true)
  })

  it('begins without a server and listens as soon as there is one', async () => {
    const other = await ownRedis()
    await other.server.kill()
    const redis = openRedis({ url: other.url, prefix: 'late', onFault: () => {} })
    const wake = redisWake({ redis, process: 'late', onFault: () => {} })
    opened.push({ wake, redis })
    const heard: string[] = []
    let gaps = 0
    wake.on('appended', (text) => heard.push(text))
    wake.onGap(() => gaps++)
    wake.tell('appended', 'here')
    expect(heard).toEqual(['here'])
    await expect(redis.ping()).rejects.toThrow()
    await other.server.start()
    expect(await seen(() => gaps === 1 && redis.ready())).toBe(true)
    await redis.ping()
    await other.end()
  })
})
