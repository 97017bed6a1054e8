// Thousands of parties for the benches of pushing: each with a key and a certificate of its own, entered by its country's authority.
import { join } from 'node:path'
import { clientOf, composerOf, openPartyFolder, type PartyFolder } from '../src/client/party-folder.ts'
import type { CastParty } from '../src/client/sandbox/cast.ts'
import { partyCertificate } from '../src/client/sandbox/certificates.ts'
import { partyEntry } from '../src/client/sandbox/register.ts'
import { keySigner } from '../src/hub/identity/signer.ts'
import { readCa, trader } from './parties.ts'

const AT_ONCE = 48

export interface Crowd {
  members: PartyFolder[]
  /** Register entries as message files. */
  entries: Buffer[]
}

/** Makes `count` traders of the sandbox; nothing is entered yet. */
export async function makeCrowd(sandbox: string, url: string, count: number): Promise<Crowd> {
  const ca = readCa(sandbox, 'cn-p256', 'ES256')
  const office = openPartyFolder(join(sandbox, 'authorities', 'cn-register-office'))
  const authority: CastParty = { ...office.card, folder: 'cn-register-office', ca: 'cn-sm2' }
  const crowd: Crowd = { members: [], entries: [] }
  for (let n = 1; n <= count; n++) {
    const cast = trader(`crowd-${n}`, `Crowd ${n} Trading (invented)`, 'cn-p256')
    const { certificateDer, privateKey } = await partyCertificate(cast, ca, Date.now())
    const { message } = await partyEntry(authority, cast, [certificateDer], composerOf(office))
    crowd.entries.push(Buffer.from(JSON.stringify(message)))
    crowd.members.push({
      card: { ...office.card, party: cast.party, url },
      identity: { party: cast.party, signer: keySigner(privateKey), path: [certificateDer] },
    })
  }
  return crowd
}

/** A session for feeds of each member, opened through the front door, some at a time. */
export async function openSessions(members: readonly PartyFolder[]): Promise<string[]> {
  const tokens: string[] = []
  for (let at = 0; at < members.length; at += AT_ONCE)
    tokens.push(...(await Promise.all(members.slice(at, at + AT_ONCE).map((one) => clientOf(one).token('feed')))))
  return tokens
}
