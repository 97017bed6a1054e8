// What a lying hub might show: a checkpoint changed on the way, one signed by others, and a second history signed with its own keys.
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hubVerifier } from '../../crosschain/ledgers/hub/verifier.ts'
import { ProofRefused } from '../../crosschain/proof-refused.ts'
import { headerChain } from '../../crosschain/relay/header-chain.ts'
import { headersInMemory } from '../../crosschain/relay/header-store.ts'
import { readCheckpoint, signCheckpoint } from '../../hub/evidence/checkpoint.ts'
import { leafHash, rootFromPath } from '../../hub/evidence/merkle.ts'
import { readCertificate } from '../../hub/identity/certificate.ts'
import { HubSigners } from '../../hub/identity/hub-signers.ts'
import type { Actor } from './stage.ts'
import type { Timeline } from './timeline.ts'
import type { HubPlace } from './two-hubs-world.ts'

interface HeaderJson {
  v: 1
  note: string
  keys: object[]
  last: { leaf: string; path: string[] }
  growth: object[]
}

/** `asker` is a party with a session at the hub whose log it is. */
export async function checkForgeries(
  line: Timeline,
  place: HubPlace,
  asker: Actor,
  other: HubPlace,
  there: Actor,
): Promise<void> {
  line.title('Checkpoints that are none')
  const genuine = await headerOf(place, asker)
  line.check(`a header of ${place.hub} verifies against its pinned root`, (await refusalOf(place, genuine)) === 'none')
  const { note } = parsed(genuine)
  const [origin, size, root, ...rest] = note.split('\n')
  const changed = [origin, size, `${root![0] === 'A' ? 'B' : 'A'}${root!.slice(1)}`, ...rest].join('\n')
  const forged = await refusalOf(place, bytesOf({ ...parsed(genuine), note: changed }))
  line.check(`the same with another root: refused, ${forged}`, forged === 'CHECKPOINT')
  const foreign = await refusalOf(place, await headerOf(other, there))
  line.check(`a header of ${other.hub} in its place: refused, ${foreign}`, foreign === 'CHECKPOINT')
  const second = await secondHistory(place, parsed(genuine))
  line.check(
    'a second history of the same size, signed with the keys of the hub itself: sound alone',
    (await refusalOf(place, second)) === 'none',
  )
  const chain = headerChain({
    chain: place.ledger,
    root: place.trust.root,
    verifier: hubVerifier(place.trust),
    store: headersInMemory(),
    clock: Date.now,
  })
  await chain.accept(genuine)
  const { result } = await chain.accept(second)
  line.check('beside the first it is a contradiction: nothing of that log is believed any more', result === 'frozen')
}

async function refusalOf({ trust }: HubPlace, header: Buffer): Promise<string> {
  const verifier = hubVerifier(trust)
  try {
    await verifier.ready!(header)
    verifier.verifyHeader(trust.root, header, {})
    return 'none'
  } catch (error) {
    if (error instanceof ProofRefused) return error.reason
    throw error
  }
}

async function headerOf({ url }: HubPlace, { client }: Actor): Promise<Buffer> {
  const [, size] = (await client.checkpoint()).split('\n')
  const headers = { authorization: `Bearer ${await client.token('api')}` }
  const answer = await fetch(`${url}/v1/log/header?size=${size}`, { headers })
  if (!answer.ok) throw new Error(`no header of ${size}: ${await answer.text()}`)
  return Buffer.from(await answer.arrayBuffer())
}

const parsed = (header: Buffer): HeaderJson => JSON.parse(header.toString()) as HeaderJson
const bytesOf = ({ v, note, keys, last, growth }: HeaderJson): Buffer =>
  Buffer.from(JSON.stringify({ v, note, keys, last, growth }))

/** The same last leaf after other entries: a tree of its own, signed as only the hub can. */
async function secondHistory({ dir, hub }: HubPlace, header: HeaderJson): Promise<Buffer> {
  const seed = JSON.parse(readFileSync(join(dir, 'seed.json'), 'utf8')) as { operatorRoot: string }
  const signers = new HubSigners(join(dir, 'keys'), readCertificate(new X509Certificate(seed.operatorRoot).raw))
  await signers.begin(header.keys[0] as Parameters<HubSigners['begin']>[0])
  const { origin, size } = readCheckpoint(header.note)
  const path = header.last.path.map((node) => Buffer.from(node, 'base64url'))
  path[0] = Buffer.from(leafHash(Buffer.from(`another past of ${hub}`)))
  const leaf = Buffer.from(header.last.leaf, 'base64url')
  const root = rootFromPath({ leafHash: leafHash(leaf), index: size - 1, size, path })!
  const note = await signCheckpoint({ origin, size, root }, signers.checkpointSigners())
  const last = { leaf: header.last.leaf, path: path.map((node) => node.toString('base64url')) }
  return bytesOf({ ...header, note, last, growth: [] })
}
