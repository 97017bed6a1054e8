// The upload route against hostile senders: silent, breaking off, without a length, without a session, with more or less than they say.
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AttachmentRouteDeps } from '../../../src/hub/http/attachments.ts'
import { attachmentRoutes } from '../../../src/hub/http/attachments.ts'
import { hubServer } from '../../../src/hub/http/server.ts'
import { openSealed, paperOf, PARTY, saidOf, type SealedHouse } from './sealed-house.ts'
import { PATIENT } from '../../support/patience.ts'

let house: SealedHouse
let app: ReturnType<typeof hubServer>
let port: number
let faults: unknown[]

// No sender here is silent by itself, however slow the machine is.
beforeEach(() => serve(60_000))
afterEach(close)

async function serve(idleMs: number): Promise<void> {
  house = await openSealed()
  faults = []
  app = hubServer({ logLevel: 'silent', onFault: (error) => faults.push(error) } as Parameters<typeof hubServer>[0])
  attachmentRoutes(app, {
    sessions: { verify: () => ({ purpose: 'api', party: PARTY }) },
    clock: Date.now,
    store: house.store,
    quotas: { upload: () => {} },
    types: new Set(['application/pdf']),
    idleMs,
  } as unknown as AttachmentRouteDeps)
  await app.listen({ host: '127.0.0.1', port: 0 })
  port = Number(new URL(app.listeningOrigin).port)
}
async function close(): Promise<void> {
  await app.close()
  house.close()
}

const TOKEN = `Bearer ${'t'.repeat(40)}`

/** Writes a request by hand; gives all that came back before the connection ended. `pieces` of undefined: nothing more is sent. */
function byHand(path: string, headers: Record<string, string | number>, pieces: (Buffer | 'cut')[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const back: Buffer[] = []
    socket.on('data', (data) => back.push(data)).on('error', () => {})
    socket.on('close', () => resolve(Buffer.concat(back).toString()))
    const lines = Object.entries({ host: 'hub', authorization: TOKEN, ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    )
    socket.write(`PUT ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
    for (const piece of pieces)
      if (piece === 'cut') socket.end(() => socket.destroy())
      else socket.write(piece)
  })
}

const paper = paperOf(120_000)
const PATH = `/v1/attachments/${saidOf(paper).sha256}`
const PDF = { 'content-type': 'application/pdf' }

describe('an upload over the wire', () => {
  it('of a silent sender is given up, and leaves nothing', async () => {
    await close()
    await serve(300)
    const answer = await byHand(PATH, { ...PDF, 'content-length': paper.length }, [paper.subarray(0, 70_000)])
    expect(answer).toContain('HTTP/1.1 400')
    expect(answer).toContain('did not go on in time')
    expect(house.files('staged')).toEqual([])
    expect(faults).toEqual([])
  })

  it('that breaks off leaves nothing, and is no fault of the hub', async () => {
    await byHand(PATH, { ...PDF, 'content-length': paper.length }, [paper.subarray(0, 70_000), 'cut'])
    await expect.poll(() => house.files('staged'), PATIENT).toEqual([])
    expect(faults).toEqual([])
  })

  it('says how long it is, is not empty, and has a type and a digest', async () => {
    const close = { connection: 'close' }
    const chunk = Buffer.from('5\r\n%PDF-\r\n0\r\n\r\n')
    for (const [path, headers, body] of [
      [PATH, { ...PDF, 'transfer-encoding': 'chunked' }, [chunk]],
      [PATH, { ...PDF, 'content-length': 0 }, []],
      [PATH, { 'content-length': paper.length }, [paper]],
      [
        PATH.toUpperCase().replace('/V1/ATTACHMENTS', '/v1/attachments'),
        { ...PDF, 'content-length': paper.length },
        [paper],
      ],
      ['/v1/attachments/..%2f..%2fkept', { ...PDF, 'content-length': paper.length }, [paper]],
    ] as const) {
      const answer = await byHand(path, { ...close, ...headers }, [...body])
      expect(answer).toContain('HTTP/1.1 400')
      expect(answer).toContain('PARAMETER_INVALID')
    }
    expect(house.files('staged')).toEqual([])
    expect(faults).toEqual([])
  })

  it('of a type that nobody takes, or too large, is refused before its bytes', async () => {
    const other = await byHand(PATH, { 'content-type': 'text/html', 'content-length': 1_000_000 }, [])
    expect(other).toContain('ATTACHMENT_TYPE_WRONG')
    expect(await byHand(PATH, { ...PDF, 'content-length': 65 * 1024 * 1024 }, [])).toContain('HTTP/1.1 413')
  })

  it('without a session is refused before its bytes', async () => {
    expect(
      await byHand(PATH, { ...PDF, authorization: 'Bearer no', connection: 'close', 'content-length': 0 }, []),
    ).toContain('HTTP/1.1 401')
  })

  it('of another digest is refused; the right one is taken once', async () => {
    const put = (sha256: string) =>
      fetch(`http://127.0.0.1:${port}/v1/attachments/${sha256}`, {
        method: 'PUT',
        headers: { ...PDF, authorization: TOKEN },
        body: paper,
      })
    const wrong = await put('ab'.repeat(32))
    expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([422, 'ATTACHMENT_DIGEST_MISMATCH'])
    expect(house.files('staged')).toEqual([])
    const { sha256 } = saidOf(paper)
    const both = await Promise.all([put(sha256), put(sha256)])
    expect(both.map(({ status }) => status).sort()).toEqual([200, 201])
    const again = await put(sha256)
    expect(again.status).toBe(200)
    await Promise.all([...both, again].map((answer) => answer.text()))
  })
})
