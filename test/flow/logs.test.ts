// The log of a busy hub at level debug: one JSON line per request, faults told, and nothing in it of what was said or by which secret.
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { composeMessage, headerForm, messageFile, type ComposedMessage } from '../../src/client/compose.ts'
import { application, electronics, release } from '../../src/client/demo/documents.ts'
import { composerOf } from '../../src/client/party-folder.ts'
import { FEED_PROTOCOL } from '../../src/hub/feed/frame.ts'
import { mortalHub, type MortalHub } from '../support/fault-process.ts'
import { LONG_MS, PATIENT } from '../support/patience.ts'

let hub: MortalHub
beforeAll(async () => {
  hub = await mortalHub({ HUB_LOG: 'debug', HUB_CHECKPOINT_MS: '100' })
  hub.spawn()
  await hub.ready()
}, LONG_MS)
afterAll(() => hub?.remove())

const RESIDENT_ID = '11010519491231002X'
const ACCOUNT = '6222020200112233445'
/** Everything that must not be in the log. */
const secrets = new Set<string>([RESIDENT_ID, ACCOUNT])

/** The values of a body that say something of somebody: long enough not to be a code or a number of their own. */
function valuesOf(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= 8 && !value.startsWith('urn:') && !isTime(value) ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(valuesOf) : []
}
const isTime = (text: string): boolean => /^\d{4}-\d{2}-\d{2}/.test(text)

async function compose(folder: string, kind: string, to: string[], body: object): Promise<ComposedMessage> {
  const party = hub.party(folder)
  const { hub: urn, party: from } = party.card
  for (const value of valuesOf(body)) secrets.add(value)
  const recipients = to.map((one) => hub.party(one).card.party)
  return composeMessage({ hub: urn, v: 1, kind, from, to: recipients, body }, composerOf(party))
}

async function send(folder: string, message: ComposedMessage): Promise<string> {
  const client = hub.client(folder)
  secrets.add(await client.token('api'))
  secrets.add(message.body.toString())
  secrets.add(message.envelopeBytes.toString('base64url').slice(0, 60))
  const answer = await client.submit(message)
  return answer.outcome === 'accepted' ? 'accepted' : answer.problem.code
}

const raw = async (path: string, init: RequestInit = {}): Promise<number> => (await fetch(hub.url + path, init)).status

interface Line {
  level: number
  msg: string
  method?: string
  route?: string
  status?: number
  code?: string
  party?: string
  requestId?: string
  tookMs?: number
}

it(
  'tells each request, and none of the values it carried',
  async () => {
    const declaration = electronics(Date.now(), 77_001)
    const to = ['nanning-customs', 'vietnam-customs']
    const filed = await compose('guangxi-exporter', 'customs.declaration', to, declaration)
    expect(await send('guangxi-exporter', filed)).toBe('accepted')
    const released = await compose(
      'nanning-customs',
      'customs.release',
      ['guangxi-exporter'],
      release(declaration, Date.now() - 1_000),
    )
    expect(await send('nanning-customs', released)).toBe('accepted')
    for (const [n, folder] of ['nanning-bank', 'second-bank'].entries()) {
      const wanted = { applicationId: `SECRET-APPLICATION-${n}`, amount: '256000.00', currency: 'USD' }
      const financed = await compose(folder, 'tradefinance.financing', [], application(declaration, wanted, Date.now()))
      expect(await send(folder, financed)).toBe(n === 0 ? 'accepted' : 'BALANCE_INSUFFICIENT')
    }
    const wrong = { ...electronics(Date.now(), 77_002), entryId: `${RESIDENT_ID}-entry`, extraMember: ACCOUNT }
    expect(await send('guangxi-exporter', await compose('guangxi-exporter', 'customs.declaration', to, wrong))).toBe(
      'FINDINGS',
    )

    const token = await hub.client('nanning-bank').token('api')
    secrets.add(token)
    const authorization = `Bearer ${token}`
    const type = 'application/hub-message+json'
    const headers = { authorization, 'content-type': type }
    expect(await raw('/v1/messages', { method: 'POST', headers, body: `{"payload":"${ACCOUNT}` })).toBe(400)
    const changed = { ...messageFile(filed), body: Buffer.from(`{"account":"${ACCOUNT}"}`).toString('base64url') }
    expect(await raw('/v1/messages', { method: 'POST', headers, body: JSON.stringify(changed) })).toBe(403)
    const form = headerForm(filed)!
    secrets.add(form.header)
    expect(
      await raw('/v1/messages', { method: 'POST', headers: { ...headers, 'hub-message': form.header }, body: '{}' }),
    ).toBeGreaterThanOrEqual(400)
    const strange = 'Bearer strangestrangestrangestrange'
    secrets.add(strange.slice(7))
    expect(await raw('/v1/feed', { headers: { authorization: strange } })).toBe(401)
    expect(await raw(`/v1/messages?from=x&id=${RESIDENT_ID}`, { headers: { authorization } })).toBe(404)
    expect(await raw(`/nowhere/${RESIDENT_ID}?account=${ACCOUNT}`)).toBe(404)
    expect(
      await raw('/v1/sessions', { method: 'POST', body: JSON.stringify({ answer: `a.${ACCOUNT}.b` }) }),
    ).toBeGreaterThanOrEqual(400)
    await badSocket()

    const answered = await fetch(`${hub.url}/v1/feed`)
    const { requestId } = (await answered.json()) as { requestId: string }
    expect(answered.headers.get('request-id')).toBe(requestId)
    await expect.poll(() => hub.log(), PATIENT).toContain(requestId)
    await hub.stop()
    const log = hub.log()
    for (const secret of secrets) expect(log.includes(secret), `the log holds ${secret.slice(0, 80)}`).toBe(false)
    expect(log).not.toContain('PRIVATE KEY')
    expect(log).not.toContain('BNYNCNB1')

    const lines = log
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line)
    const requests = lines.filter(({ msg }) => msg === 'request')
    expect(requests.filter((line) => line.requestId === requestId)).toEqual([
      expect.objectContaining({ method: 'GET', route: '/v1/feed', status: 401, code: 'SESSION_REQUIRED', level: 30 }),
    ])
    // A hub that is slow may have asked for the same bytes again.
    const of = (party: string) =>
      requests.filter(({ party: by, status }) => by === hub.party(party).card.party && status !== 503)
    expect(of('guangxi-exporter').map(({ status }) => status)).toEqual([201, 422])
    expect(of('second-bank').map(({ code }) => code)).toEqual(['BALANCE_INSUFFICIENT'])
    for (const line of requests) expect(line.tookMs).toBeGreaterThanOrEqual(0)
    expect(lines.filter(({ level }) => level >= 50)).toEqual([])
  },
  LONG_MS,
)

/** A socket with a token of nobody. */
async function badSocket(): Promise<void> {
  const token = 'nobodysfeedtoken-nobodysfeedtoken'
  secrets.add(token)
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/v1/feed/socket`, FEED_PROTOCOL)
  await new Promise<void>((resolve, reject) => {
    socket.on('open', () => socket.send(JSON.stringify({ type: 'auth', token })))
    socket.on('close', () => resolve())
    socket.on('error', reject)
  })
}
