// Entries of the register that the hub writes on its own, on proof alone: a newer list of a CA, the answer of a responder. They move the
// country's head like an entry of its authority, so that messages in flight are judged again.
import type { FoldedRegister } from '../identity/register-fold.ts'
import { FULL, supervisorRows } from '../message/audience.ts'
import { derivedId } from '../message/hub-message.ts'
import { appendOwnEntry, type OwnEntryDeps } from '../own-entry.ts'

export interface RegisterEntryDeps extends OwnEntryDeps {
  register: FoldedRegister
  /** Waits until the register includes every entry below `size`. */
  caughtUp(size: number): Promise<boolean>
}

export interface RegisterEntry {
  kind: 'hub.revocation-list' | 'hub.revocation-answer'
  country: string
  /** Digest of the proof: the same proof is entered once in one state of the register. */
  sha256: string
  body: object
  /** Parties told besides the authority and those who supervise. */
  told: readonly string[]
}

const TRIES_MAX = 5

/** Appends it; `make` says what to enter as the register stands now, or undefined if it says so already. Gives whether there was an entry. */
export async function appendRegisterEntry(
  make: () => RegisterEntry | undefined,
  deps: RegisterEntryDeps,
): Promise<boolean> {
  const { register, journal } = deps
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (!(await deps.caughtUp(journal.size()))) continue
    const wanted = make()
    if (!wanted) return false
    const { kind, country, sha256, body, told } = wanted
    const key = register.headOf('country', country)
    const version = register.version(key)
    const to = [...new Set([register.country(country)!.authority, ...told])]
    const { result } = await appendOwnEntry(
      {
        kind,
        id: derivedId(kind, country, sha256, String(version)),
        to,
        body,
        audience: [...to.map((party) => ({ party, view: FULL })), ...supervisorRows(register, [country], kind)],
        judgement: { moves: [{ key, version, value: {} }] },
      },
      deps,
    )
    if (result !== 'stale') return result === 'appended'
  }
  throw new Error('the register keeps changing; the entry is tried again')
}
