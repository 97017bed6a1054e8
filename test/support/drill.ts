// One CA of a drill in the trust register of CN, with its lists and responders on a host of ours, and a trader whose certificate it issued.
import { generateKeyPair, issueCertificate, issueCrl, type Issuer } from '../../src/hub/identity/issue.ts'
import { readCertificate } from '../../src/hub/identity/certificate.ts'
import type { JournalEntry } from '../../src/hub/journal/journal.ts'
import { openEntry } from '../../src/hub/message/opened.ts'
import type { SuiteName } from '../../src/hub/identity/suite.ts'
import type { ComposedMessage } from '../../src/client/compose.ts'
import { HubClient } from '../../src/client/hub-client.ts'
import type { ClientIdentity } from '../../src/client/session-keeper.ts'
import { toBase64url, toTime } from '../../src/hub/values/encoding.ts'
import { expectTaken, post, type Answer } from './doors.ts'
import { answerOcsp, type OcspPaper } from './ocsp-paper.ts'
import { caOf, DAY_MS, enrol, enter, paperOf } from './papers.ts'
import { StatusHost, type Serve } from './status-host.ts'
import { openWorld, type World } from './world.ts'
import { PATIENT } from './patience.ts'

const HOUR_MS = 3_600_000
const BANK = 'nanning-bank'

interface AnchorEntry {
  certificate: string
  status: 'register' | 'crl' | 'ocsp'
  classes: string[]
  crl?: string
  crlUrls?: string[]
  ocspUrls?: string[]
  userId?: string
}

/** Signs messages with the certificate of the drill, and opens sessions with another one that is good throughout. */
export interface Trader extends ClientIdentity {
  session: ClientIdentity
}

/** A hub that looks at its sources ten times a second and may fetch from the host. */
export class DrillGround {
  readonly world: World
  readonly host: StatusHost
  #anchors: AnchorEntry[]
  #drills = 0
  readonly #clients = new Map<string, HubClient>()

  private constructor(world: World, host: StatusHost) {
    this.world = world
    this.host = host
    this.#anchors = (['cn-sm2', 'cn-p256'] as const).map((ca) => ({
      certificate: toBase64url(caOf(world, ca).certificateDer),
      status: 'register',
      classes: [],
    }))
  }

  static async open(): Promise<DrillGround> {
    const host = await StatusHost.open()
    const world = await openWorld({
      env: { HUB_FETCH_ALLOW: `127.0.0.1:${host.port}`, HUB_REVOCATION_MS: '100' },
    })
    return new DrillGround(world, host)
  }

  async close(): Promise<void> {
    await this.world.close()
    await this.host.down()
  }

  now(): number {
    return this.world.clock.now()
  }

  /** Moves the hub's clock, as the world's time goes on; not while a source is being asked, which is due again counted from the end of that. */
  async goOn(ms: number): Promise<void> {
    await until(async () => {
      const text = await (await fetch(`${this.world.url}/metrics`)).text()
      const held = text.matchAll(/^hub_courier_jobs\{purpose="revocation",state="(?:waiting|running)"\} (\d+)$/gm)
      const counts = [...held].map(([, count]) => Number(count))
      return counts.length === 2 && counts.every((count) => count === 0) ? true : undefined
    })
    this.world.clock.shiftMs += ms
  }

  /** A fresh root of its own name. */
  async ca(alg: SuiteName = 'ES256', CN = `Invented Drill Root ${++this.#drills}`): Promise<Issuer> {
    const { privateKey, spkiDer } = generateKeyPair(alg)
    const certificateDer = await issueCertificate({
      subject: { C: 'CN', O: 'Invented Drill Office', CN },
      spkiDer,
      privateKey,
      ca: {},
      notBeforeMs: this.now() - 100 * DAY_MS,
      notAfterMs: this.now() + 100 * DAY_MS,
    })
    return { certificateDer, privateKey }
  }

  /** Enters a CA beside those that stand, in place of its own earlier entry. */
  async enterCa({ certificateDer }: Issuer, entry: Omit<AnchorEntry, 'certificate' | 'classes'>): Promise<void> {
    const certificate = toBase64url(certificateDer)
    this.#anchors = this.#anchors.filter((one) => one.certificate !== certificate)
    this.#anchors.push({ certificate, classes: [], ...entry })
    await this.#enterAnchors()
  }

  async takeOut({ certificateDer }: Issuer): Promise<void> {
    this.#anchors = this.#anchors.filter(({ certificate }) => certificate !== toBase64url(certificateDer))
    await this.#enterAnchors()
  }

  async #enterAnchors(): Promise<void> {
    const authority = this.world.urn('cn-register-office')
    const body = { country: 'CN', authority, anchors: this.#anchors, classes: [] }
    expectTaken(await enter(this.world, 'cn', 'hub.country', body))
  }

  /** A trader in the register with a certificate of the CA that nobody has seen yet. */
  async trader(ca: Issuer): Promise<Trader> {
    const party = `urn:hub:cn:trader:drill-${++this.#drills}`
    const { identity } = await enrol(this.world, party, 'cn-p256')
    return { ...(await paperOf(party, ca)), session: identity }
  }

  /** A mandate of the trader for the bank: the smallest message that needs a good certificate. */
  compose({ party, signer, path }: ClientIdentity) {
    const [from, until] = [toTime(this.now() - DAY_MS), toTime(this.now() + DAY_MS)]
    const body = { agent: this.world.urn(BANK), kinds: ['customs.declaration'], from, until, state: 'granted' }
    return this.world.compose(
      BANK,
      { kind: 'hub.mandate', from: party, body },
      { signers: [{ signer, by: { path: [...path] } }] },
    )
  }

  async send(trader: Trader): Promise<Answer> {
    return this.submit(trader, await this.compose(trader))
  }

  /** Submits a message in a session of the trader. */
  async submit({ party, session }: Trader, message: ComposedMessage): Promise<Answer> {
    const { url, clock } = this.world
    const { hub } = this.world.party(BANK).card
    const client = this.#clients.get(party) ?? new HubClient({ url, hub, identity: session, clock: clock.now })
    this.#clients.set(party, client)
    return post(this.world, undefined, message, { authorization: `Bearer ${await client.token('api')}` })
  }

  async restart(): Promise<void> {
    await this.world.restart()
    this.#clients.clear()
  }

  /** Submits until it is taken; the refusals on the way must all be of that code. */
  async sendUntilTaken(trader: Trader, code: string, message?: ComposedMessage): Promise<Answer> {
    const same = message ?? (await this.compose(trader))
    return until(async () => {
      const answer = await this.submit(trader, same)
      if (answer.status === 201) return answer
      if (answer.body.code !== code) throw new Error(`${answer.body.code}: ${answer.body.detail}`)
      return undefined
    })
  }

  list(
    issuer: Issuer,
    revoked: readonly Buffer[],
    { atMs = this.now(), dueMs = DAY_MS, ...more }: { atMs?: number; dueMs?: number; revokedAtMs?: number } = {},
  ): Promise<Buffer> {
    const { revokedAtMs = atMs } = more
    return issueCrl({
      issuer,
      revoked: revoked.map((der) => ({ serialHex: readCertificate(der).serialHex, atMs: revokedAtMs })),
      thisUpdateMs: atMs,
      nextUpdateMs: atMs + dueMs,
    })
  }

  /** A responder that answers with the CA's own key unless told otherwise. */
  responder(signer: Issuer, paper: () => Partial<OcspPaper> | Promise<Partial<OcspPaper>> = () => ({})): Serve {
    return async (request) =>
      answerOcsp(request, {
        signer,
        thisUpdateMs: this.now() - 1000,
        nextUpdateMs: this.now() + HOUR_MS,
        ...(await paper()),
      })
  }

  /** Entries of a kind from an index on, opened. */
  async entries(kind: string, from = 0): Promise<{ entry: JournalEntry; body: Record<string, unknown> }[]> {
    const { journal } = this.world.hub.house
    const found = (await journal.read(from, 100_000)).filter((entry) => entry.kind === kind)
    return Promise.all(
      found.map(async (entry) => {
        const opened = await openEntry(journal, entry.index)
        if (!opened || 'withheld' in opened) throw new Error(`entry ${entry.index} cannot be opened`)
        return { entry, body: opened.body as Record<string, unknown> }
      }),
    )
  }

  /** What the hub says of the source of a CA's lists. */
  listState(ca: Issuer) {
    const { fingerprint } = readCertificate(ca.certificateDer)
    return this.world.hub.revocationState().find((one) => one.source === 'crl' && one.ca === fingerprint)
  }

  ocspState() {
    return this.world.hub.revocationState().find((one) => one.source === 'ocsp')!
  }
}

/** Asks until there is an answer; rejects with what was awaited when none comes. */
export async function until<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  boundMs = PATIENT.timeout,
): Promise<T> {
  const endMs = performance.now() + boundMs
  for (;;) {
    const found = await ask()
    if (found !== undefined) return found
    if (performance.now() > endMs) throw new Error(`waited ${boundMs} ms in vain for ${ask.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
