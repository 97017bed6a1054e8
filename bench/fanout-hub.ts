// The hub of the benches of pushing, a process of its own: the whole house, and ways in that the front door has not. An envelope names at most 32
// recipients, so an item for thousands of parties is written through the hub's own group commit.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { buildHub } from '../src/app.ts'
import { composeMessage } from '../src/client/compose.ts'
import { openPartyFolder } from '../src/client/party-folder.ts'
import { readConfig } from '../src/config.ts'
import { accept } from '../src/hub/accept.ts'
import { receiveMessageFile } from '../src/hub/message/decode.ts'
import { nothingWanted } from '../src/hub/message/kind.ts'
import { unixEntrance } from '../test/support/unix-entrance.ts'
import { declarationForm } from './declaration.ts'
import type { FanoutAsked } from './fanout-house.ts'

const ENTERED_AT_ONCE = 64

const hub = await buildHub(readConfig(process.env), { clock: Date.now })
await hub.listen()
const { house } = hub
const { bytes: body } = declarationForm('1kb')

async function enter(files: readonly string[]): Promise<void> {
  for (let at = 0; at < files.length; at += ENTERED_AT_ONCE)
    await Promise.all(
      files
        .slice(at, at + ENTERED_AT_ONCE)
        .map((file) => accept(receiveMessageFile(readFileSync(file), Date.now()), house)),
    )
}

/** Writes a signed declaration of 1 KB that all of them are told of. */
async function tell(folder: string, parties: readonly string[]): Promise<void> {
  const { card, identity } = openPartyFolder(folder)
  const message = await composeMessage(
    { hub: card.hub, kind: 'customs.declaration', v: 1, from: card.party, to: [], body },
    {
      signers: [{ signer: identity.signer, by: { path: [...identity.path] } }],
      randomness: randomBytes,
      clock: Date.now,
    },
  )
  const { findings: _none, ...judgement } = nothingWanted()
  await house.journal.append({
    kind: 'customs.declaration',
    version: 1,
    by: 'signature',
    sender: card.party,
    id: message.envelope.id,
    commitment: message.commitment,
    content: {
      envelope: message.envelopeBytes,
      signatures: message.signatures,
      body,
      attachments: [],
      certificates: [identity.path],
      status: [],
    },
    judgement,
    audience: parties.map((party) => ({ party, view: 'full' })),
    refusalAudience: [],
    registerAt: house.identities.register.at,
    judgedAt: house.journal.size(),
  })
}

async function perform(asked: FanoutAsked): Promise<void> {
  if (asked.type === 'enter') await enter(asked.files)
  else if (asked.type === 'tell') await tell(asked.folder, asked.parties)
  else await unixEntrance(hub.address(), asked.path)
}

process.on('message', (asked: FanoutAsked) => {
  perform(asked).then(
    () => process.send!({ ok: true }),
    (error: Error) => process.send!({ failed: error.message }),
  )
})
process.on('SIGTERM', () => void hub.close().then(() => process.exit(0)))
process.send!({ ok: true })
