// `beibu ledger hub`: what is to be signed so that another hub's log is believed here, from what that hub shows of itself.
import { existsSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { UsageError } from '../usage.ts'
import { actingParty, clientFor } from './acting.ts'
import { type CommandIo, EXIT, show, wholeNumber } from './verb.ts'
import type { ActingValues } from './signed-act.ts'

type HubValues = ActingValues & { ledger?: string | undefined; out?: string | undefined; sequence?: string | undefined }

const LEDGER = /^urn:hub:[a-z]{2}:ledger:[a-z0-9][a-z0-9._-]{0,63}$/

/** Asks in the name of a party that the other hub knows. The chain of its keys is verified; whether its root is the right one is for people. */
export async function hubTrust(values: HubValues, io: CommandIo): Promise<number> {
  const { ledger, out } = values
  if (ledger === undefined || !LEDGER.test(ledger))
    throw new UsageError('ledger hub needs --ledger, a URN such as urn:hub:cn:ledger:beibu-nanning')
  if (out === undefined || !existsSync(dirname(out)))
    throw new UsageError('ledger hub needs --out, in a folder there is')
  const sequence = wholeNumber(values.sequence ?? '1', '--sequence')
  const client = clientFor(actingParty(values, io), values.url)
  const { keys, operatorRoot } = await client.keys()
  const { journal, epoch } = await client.feed({ limit: 1 })
  const { readHubKeys } = await import('../../hub/evidence/hub-keys.ts')
  const { readCertificate } = await import('../../hub/identity/certificate.ts')
  const { trustOfHub } = await import('../../crosschain/ledgers/hub/pins.ts')
  const root = Buffer.from(operatorRoot, 'base64url')
  const certificate = readCertificate(root)
  const { hub, generations } = await readHubKeys(keys, certificate)
  const genesis = generations[0]!.commitment
  const body = trustOfHub({ ledger, sequence, hub, journal, epoch, operatorRoot: root, genesis })
  writeFileSync(out, `${JSON.stringify(body, null, 2)}\n`)
  show(io, values.json, body, () => [
    `${out}: the log ${journal}, epoch ${epoch}, ${generations.length} hub.key under the root ${certificate.fingerprint}`,
    'have that fingerprint confirmed by the other operator, then sign: beibu ledger trust --file ... --as ...',
  ])
  return EXIT.good
}
