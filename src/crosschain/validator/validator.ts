// A relay validator: asked about one act on one packet, it looks for itself, verifies, writes down what it is about to sign, and signs.
import { addressOfKey, attestationDigest, signDigest, type Act, type AttestedAct } from '../attestation.ts'
import { encodeEvidence } from '../evidence.ts'
import { laneId, type LaneTerms } from '../lane.ts'
import type { Address, Word } from '../packet.ts'
import { toBase64url } from '../../hub/index.ts'
import { type KnownLane, knownLane, type LaneLedger } from './known-lane.ts'
import { NotSigned } from './not-signed.ts'
import { type ProvedAct, proveReceived, proveSent } from './prove-act.ts'
import type { SignedLog } from './signed-log.ts'

export interface AttestRequest {
  lane: Word
  sequence: number
  act: Act
  /**
   * Number of the validator set the signature is for; absent: the configured one. Taken as asked: what is signed is verified either way,
   * and for a set that this validator is not in, its signature is worth nothing.
   */
  epoch?: number
}
/** `signature`: 65 bytes over the digest of the act, r || s || v. */
export interface Attested {
  address: Address
  signature: Uint8Array
  epoch: number
  value: Word
}

export interface Validator {
  readonly address: Address
  /** Signs, or throws NotSigned, ProofRefused or TransportFault. */
  attest(request: AttestRequest): Promise<Attested>
  state(): { ledgers: Record<string, { height: number; frozen?: true }>; signed: number; alarms: number }
  /** Follows all ledgers to their newest blocks; gives what stood in the way of each. */
  follow(): Promise<{ ledger: string; fault: unknown }[]>
}

export interface ValidatorDeps {
  /** 32 bytes. */
  key: Uint8Array
  ledgers: readonly LaneLedger[]
  lanes: readonly LaneTerms[]
  signed: SignedLog
  /** Different packets at once. */
  runningMax?: number
}

const RUNNING_MAX = 64

/** Throws Error if a lane's end is at no ledger. */
export function createValidator(deps: ValidatorDeps): Validator {
  const { key, ledgers, signed, runningMax = RUNNING_MAX } = deps
  const address = addressOfKey(key)
  const lanes = new Map(deps.lanes.map((terms) => [laneId(terms), knownLane(terms, ledgers)]))
  const running = new Map<string, Promise<Word>>()

  const value = (request: AttestRequest, lane: KnownLane): Promise<Word> => {
    const name = `${request.lane}/${request.sequence}/${request.act}`
    const joined = running.get(name)
    if (joined) return joined
    if (running.size >= runningMax) throw new NotSigned('BUSY', `${runningMax} others are being looked at`)
    const started = proveAndRemember(request, lane, signed).finally(() => running.delete(name))
    running.set(name, started)
    return started
  }
  return {
    address,
    async attest(request) {
      const lane = lanes.get(request.lane)
      if (!lane) throw new NotSigned('LANE_UNKNOWN', `there is no lane ${request.lane} in the configuration`)
      const act = { ...actOf(request, lane), value: await value(request, lane) }
      return { address, signature: signDigest(attestationDigest(act), key), epoch: act.epoch, value: act.value }
    },
    state: () => ({
      ledgers: Object.fromEntries(
        ledgers.map(({ name, trusted }) => [
          name,
          { height: trusted.height(), ...(trusted.frozen() && { frozen: true as const }) },
        ]),
      ),
      signed: signed.size(),
      alarms: signed.alarms(),
    }),
    async follow() {
      const faults = await Promise.all(
        ledgers.map(({ name, trusted }) =>
          trusted.newest().then(
            () => undefined,
            (fault: unknown) => ({ ledger: name, fault }),
          ),
        ),
      )
      return faults.filter((fault) => fault !== undefined)
    },
  }
}

/** Where the signature is used: a packet's at its target, a receipt's at the source. */
function actOf(
  { lane, sequence, act, epoch }: AttestRequest,
  { source, target }: KnownLane,
): Omit<AttestedAct, 'value'> {
  const { chainId, gateway, epoch: configured = 1 } = act === 'deliver' ? target : source
  return { chainId, gateway: gateway.address, epoch: epoch ?? configured, lane, sequence, act }
}

async function proveAndRemember(request: AttestRequest, lane: KnownLane, signed: SignedLog): Promise<Word> {
  const { lane: id, sequence, act } = request
  const ledger = act === 'deliver' ? lane.source : lane.target
  const proved = await (act === 'deliver' ? proveSent : proveReceived)(ledger, id, lane.terms, sequence)
  // An answer to another packet than the one signed for: somebody else has signed for that one.
  const delivered = signed.find({ lane: id, sequence, act: 'deliver' })
  if (delivered !== undefined && delivered !== proved.commitment)
    return refuse(request, { signed: delivered, found: proved.commitment }, proved, ledger, signed)
  const { height, hash: block } = proved.header
  const stands = await signed.remember({ lane: id, sequence, act }, { value: proved.value, height, block })
  if (stands !== proved.value) return refuse(request, { signed: stands, found: proved.value }, proved, ledger, signed)
  return stands
}

async function refuse(
  { lane, sequence, act }: AttestRequest,
  values: { signed: Word; found: Word },
  { header, raw, proof }: ProvedAct,
  { verifier, name }: LaneLedger,
  signed: SignedLog,
): Promise<never> {
  const evidence = toBase64url(encodeEvidence(verifier.family, { headers: [raw], state: proof }))
  await signed.alarm({ lane, sequence, act }, { ...values, height: header.height, evidence })
  throw new NotSigned(
    'SIGNED_OTHERWISE',
    `${values.signed} was signed for packet ${sequence}; ${name} now shows ${values.found}`,
  )
}
