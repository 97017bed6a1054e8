// A refusal as the party that was refused sees it: the answer at the door and the entry of the journal, without what differs between any two.
import { fromBase64url } from '../../src/hub/values/encoding.ts'
import { ask, type Answer } from './doors.ts'
import type { World } from './world.ts'

type Members = Record<string, unknown>

/** Everything but index, time, ids, hashes and proofs; of the head, which is a keyed hash, its label. */
export async function refusalSeen(world: World, folder: string, { body }: Answer): Promise<Members> {
  const { receipt: _receipt, ...said } = body as unknown as Members
  const { index, ...refusal } = body.refusal!
  const entry = (await ask(world, folder, `/v1/messages/${index}`)).body as unknown as {
    kind: string
    view: string
    message: { payload: string; body: string }
  }
  const opened = (text: string): Members =>
    JSON.parse(Buffer.from(fromBase64url(text, 'a message')).toString()) as Members
  const { id: _id, created: _created, salt: _salt, body: _hash, ...envelope } = opened(entry.message.payload)
  const { about: _about, head, ...content } = opened(entry.message.body)
  return {
    said: { ...said, detail: body.detail.replace(String(index), '<index>'), refusal },
    entry: { kind: entry.kind, view: entry.view, envelope },
    content: { ...content, head: String(head).split(':')[0] },
  }
}
