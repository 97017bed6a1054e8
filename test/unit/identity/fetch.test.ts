// Fetching from outside: only public addresses unless the operator allows the host, bounded in size and time, and never led elsewhere.
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkFetchUrl, isPublicAddress, readFetchAllow } from '../../../src/hub/identity/fetch-guard.ts'
import { guardedFetch } from '../../../src/hub/identity/fetch.ts'

let server: Server
let place: string
beforeAll(async () => {
  server = createServer((request, response) => {
    const answers: Record<string, () => void> = {
      '/good': () => response.end('good'),
      '/moved': () => response.writeHead(302, { location: '/good' }).end(),
      '/cookie': () => response.writeHead(200, { 'set-cookie': 'a=b' }).end(request.headers['cookie'] ?? 'none'),
      '/large': () => response.end(Buffer.alloc(2_000)),
      '/slow': () => void response.writeHead(200).write('a'),
      '/echo': () => void request.pipe(response),
    }
    answers[request.url!]?.()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  place = `127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const get = (path: string, allowed = new Set([place]), timeoutMs = 5_000) =>
  guardedFetch(allowed, timeoutMs)({ url: `http://${place}${path}`, accept: '*/*', bytesMax: 1_000 })

describe('addresses', () => {
  it.each([
    '127.0.0.1 127.255.255.254 0.0.0.0 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.127.255.255',
    '224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 192.0.2.1 198.51.100.7 203.0.113.9 198.18.0.1 192.0.0.8',
    '::1 :: fe80::1 fe80::1%eth0 fc00::1 fd12:3456::1 ff02::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1',
    '64:ff9b::7f00:1 2001:db8::1 2002:7f00:1::1 2001::1 3fff::1 localhost 010.0.0.1 1.2.3 example.com',
  ])('are not public: %s', (list) => {
    for (const address of list.split(' ')) expect(isPublicAddress(address), address).toBe(false)
  })
  it('are public', () => {
    for (const address of ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00::1'])
      expect(isPublicAddress(address), address).toBe(true)
  })
})

describe('a URL', () => {
  const none = new Set<string>()
  it.each([
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://example.com',
    'http://user@example.com',
    'https://u:p@example.com/',
    'crl',
    '',
  ])('is not fetched: %s', (url) => expect(() => checkFetchUrl(url, none)).toThrow())
  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://[::1]/',
    'http://[::ffff:7f00:1]/',
  ])('of an address that is not public is not fetched, however it is written: %s', (url) =>
    expect(() => checkFetchUrl(url, none)).toThrow(/not a public address/),
  )
  it('of a name that leads to loopback is not connected to', async () => {
    const fetch = guardedFetch(none)
    const url = `http://localhost:${place.split(':')[1]}/good`
    await expect(fetch({ url, accept: '*/*', bytesMax: 10 })).rejects.toThrow('no public address')
  })
  it('of a host the operator allows is fetched, and no other port of it', async () => {
    expect((await get('/good')).toString()).toBe('good')
    await expect(get('/good', new Set(['127.0.0.1:1']))).rejects.toThrow('not a public address')
  })
  it('of any text is checked without a fault', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string()), (url) => {
        try {
          checkFetchUrl(url, none)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      }),
    )
  })
})

describe('a fetch', () => {
  it('is not led elsewhere', async () => {
    await expect(get('/moved')).rejects.toThrow('status 302')
  })
  it('keeps no cookies', async () => {
    await get('/cookie')
    expect((await get('/cookie')).toString()).toBe('none')
  })
  it('ends at its bound of bytes and of time', async () => {
    await expect(get('/large')).rejects.toThrow('larger than 1000 bytes')
    await expect(get('/slow', new Set([place]), 300)).rejects.toThrow(/abort/i)
  })
  it('posts its bytes', async () => {
    const body = { type: 'application/ocsp-request', bytes: Buffer.from('asked') }
    const fetch = guardedFetch(new Set([place]))
    expect((await fetch({ url: `http://${place}/echo`, accept: '*/*', bytesMax: 10, body })).toString()).toBe('asked')
  })
})

describe('HUB_FETCH_ALLOW', () => {
  it('is host:port, separated by commas', () => {
    expect([...readFetchAllow(' crl.example:80, [::1]:8080 ,,OCSP.example:443')!]).toEqual([
      'crl.example:80',
      '[::1]:8080',
      'ocsp.example:443',
    ])
    expect([...readFetchAllow('')!]).toEqual([])
    for (const wrong of ['crl.example', 'http://crl.example:80', '*:80', 'a b:1', 'a:123456'])
      expect(readFetchAllow(wrong)).toBeUndefined()
  })
})
