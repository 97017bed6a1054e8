// What a hub's data really hold: every content decrypted with the hub's own keys, and the raw bytes of its folder. Read after it has closed.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { secretKey } from '../../hub/identity/hub-signers.ts'
import { openJournal } from '../../hub/journal/append.ts'
import { sqliteStore } from '../../hub/journal/sqlite-store.ts'
import type { HubPlace } from './two-hubs-world.ts'

/** Texts of all entries that can still be opened: envelope, body, and what is base64url in the body. */
export async function contentsOf({ dir, hub }: HubPlace): Promise<string[]> {
  const keys = join(dir, 'keys')
  const journal = await openJournal({
    store: sqliteStore(join(dir, 'data', 'journal.sqlite')),
    hub,
    urn: `${hub}:journal`,
    epoch: 1,
    sealingKey: secretKey(keys, 'sealing.key', true),
    indexKey: secretKey(keys, 'index.key', true),
    clock: Date.now,
    randomness: () => {
      throw new Error('nothing is written here')
    },
    signCommit: () => Promise.reject(new Error('nothing is signed here')),
  })
  const texts: string[] = []
  for (let index = 0; index < journal.size(); index++) {
    const content = await journal.content(index)
    if (content) texts.push(content.envelope.toString(), ...unwrapped(content.body.toString()))
  }
  await journal.close()
  return texts
}

const unwrapped = (text: string): string[] => [
  text,
  ...(text.match(/[A-Za-z0-9_-]{24,}/g) ?? []).map((word) => Buffer.from(word, 'base64url').toString()),
]

/** Whether any file of the folder has the bytes. */
export function rawHolds(folder: string, text: string): boolean {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .some((one) => readFileSync(join(one.parentPath, one.name)).includes(text))
}
