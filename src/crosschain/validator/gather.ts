// Gathers an attestation: all validators are asked at once, and it is enough as soon as it is.
import type { PartyUrn } from '../../hub/index.ts'
import type { AttestedAct } from '../attestation.ts'
import type { Address } from '../packet.ts'
import type { Attestation } from '../transport.ts'
import { AttestRefused, type ValidatorClient } from './client.ts'

export interface Signed {
  party: PartyUrn
  address: Address
}
export interface Refused extends Signed {
  why: string
  code: string
  /** Asking again later may help. */
  retry: boolean
}

/** `attestation` has no more signatures than are needed, for each costs gas; `enough` is false if there are too few. `operators`: different parties among those who signed. */
export interface Gathered {
  attestation: Attestation
  enough: boolean
  signed: Signed[]
  operators: number
  refused: Refused[]
}

export interface GatherOptions {
  /** So many different parties have to be among the signers; two keys of one party are one. */
  operators?: number
  /** Who has not answered by then is not waited for. */
  timeoutMs?: number
}

type Vote = Signed & { signature: Uint8Array }

const TIMEOUT_MS = 15_000

/** Asks all for the act, and ends as soon as `threshold` signatures of enough operators are there. Never throws for what validators do. */
export async function gatherAttestation(
  clients: readonly ValidatorClient[],
  act: AttestedAct,
  threshold: number,
  { operators = 1, timeoutMs = TIMEOUT_MS }: GatherOptions = {},
): Promise<Gathered> {
  const votes: Vote[] = []
  const refused: Refused[] = []
  const asked = distinct(clients)
  const enough = (): boolean => chosen(votes, threshold, operators) !== undefined
  const giveUp = new AbortController()
  let open = true
  const one = async (client: ValidatorClient, end: () => void): Promise<void> => {
    const { party, address } = client
    try {
      const signature = await client.attest(act, giveUp.signal)
      if (open) votes.push({ party, address, signature })
    } catch (error) {
      if (open) refused.push({ party, address, ...refusalOf(error) })
    }
    if (enough()) end()
  }
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>((end) => {
    timer = setTimeout(end, timeoutMs)
    void Promise.all(asked.map((client) => one(client, end))).then(() => end())
  })
  clearTimeout(timer)
  open = false
  giveUp.abort()
  const silent = asked.filter(({ address }) => ![...votes, ...refused].some((said) => said.address === address))
  const why = enough() ? 'not waited for: enough have signed' : 'no answer in time'
  for (const { party, address } of silent) refused.push({ party, address, code: 'LATE', why, retry: true })
  return gathered(act.epoch, votes, refused, chosen(votes, threshold, operators))
}

function gathered(epoch: number, votes: Vote[], refused: Refused[], enough: Vote[] | undefined): Gathered {
  const used = (enough ?? votes).toSorted((one, other) => (one.address < other.address ? -1 : 1))
  return {
    attestation: { epoch, signatures: used.map(({ signature }) => signature) },
    enough: enough !== undefined,
    signed: used.map(({ party, address }) => ({ party, address })),
    operators: new Set(used.map(({ party }) => party)).size,
    refused,
  }
}

/** `threshold` votes with as many operators as demanded: one of each new party first, the rest as they came. Undefined: too few. */
function chosen(votes: readonly Vote[], threshold: number, operators: number): Vote[] | undefined {
  const firsts = votes.filter(({ party }, at) => votes.findIndex((vote) => vote.party === party) === at)
  if (firsts.length < operators || votes.length < threshold) return undefined
  const rest = votes.filter((vote) => !firsts.includes(vote))
  return [...firsts, ...rest].slice(0, Math.max(threshold, operators))
}

/** One question for each address: a second signature by the same key is worth nothing. */
const distinct = (clients: readonly ValidatorClient[]): ValidatorClient[] => [
  ...new Map(clients.map((client) => [client.address, client])).values(),
]

const refusalOf = (error: unknown): { code: string; why: string; retry: boolean } =>
  error instanceof AttestRefused
    ? { code: error.code, why: error.message, retry: error.retry }
    : { code: 'ANSWER', why: error instanceof Error ? error.message : String(error), retry: false }
