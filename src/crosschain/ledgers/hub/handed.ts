// Whether what a hub has handed over is what its register of exports says: nothing else, nothing more.
import type { HubExport } from '../../../../schemas/types.d.ts'
import { fromTime, HubError, openHandedMessage, type LogPins, type Register } from '../../../hub/index.ts'
import { ProofRefused } from '../../proof-refused.ts'
import type { Handed } from './hub-log.ts'
import { viewDigest } from './own-log.ts'

/** Throws ProofRefused. Of what could not be given any more there is nothing to compare. */
export async function checkHanded(
  handed: Pick<Handed, 'message' | 'viewed' | 'unavailable'>,
  told: HubExport,
  pins: Pick<LogPins, 'operatorRoot'>,
  register: Pick<Register, 'country'>,
): Promise<void> {
  const { message, viewed, unavailable } = handed
  const given = message ? 'body' : viewed ? 'view' : 'commitment'
  const expected = unavailable ? 'commitment' : told.form
  if (given !== expected || (message && viewed))
    throw new ProofRefused('COMMITMENT', `a ${given} was handed over, the register of exports says ${told.form}`)
  if (viewed && (viewDigest(viewed) !== told.shown || viewed.view.of !== told.packet.message))
    throw new ProofRefused('COMMITMENT', 'the view is not the one in the register of exports')
  if (message) await checkMessage(message, told, pins, register)
}

async function checkMessage(
  { certificates, ...file }: NonNullable<Handed['message']>,
  { packet, message }: HubExport,
  { operatorRoot }: Pick<LogPins, 'operatorRoot'>,
  register: Pick<Register, 'country'>,
): Promise<void> {
  const country = message.from.split(':')[2]!.toUpperCase()
  const anchors = (register.country(country)?.anchors ?? []).map(({ certificate }) => certificate)
  const atMs = fromTime(message.created) ?? 0
  try {
    const { envelope, commitment } = await openHandedMessage(file, certificates, { anchors, operatorRoot, atMs })
    if (commitment.toString('hex') !== packet.message) throw new ProofRefused('COMMITMENT')
    if (envelope.from !== message.from || `${envelope.kind}/${envelope.v}` !== message.kind)
      throw new ProofRefused('COMMITMENT', 'sender or kind are not those in the register of exports')
  } catch (error) {
    throw error instanceof HubError ? new ProofRefused('COMMITMENT', error.detail) : error
  }
}
