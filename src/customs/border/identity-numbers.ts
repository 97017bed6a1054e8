// No text of a border kind holds the identity number of a person: it has one place, in the filing, where nobody reads it unasked. Numbers of
// trades, reasons, names of goods and plates are read by many, and are not sealed as a filing is.
import {
  checkResidentId,
  nothingWanted,
  plainNumber,
  type Finding,
  type MessageKind,
  type ValidMessage,
} from '../../hub/index.ts'
import { finding } from './people/codes.ts'

/**
 * With a year of birth up to 2014: whoever trades is older, and a number of trade made up of a county, the day and a serial number has the
 * form of one who was born that day.
 */
const NUMBER = /(?=(\d{6}(?:19\d\d|200\d|201[0-4])\d{7}[\dX]))/g

/** Whether an identity number stands in a text, however it is written. */
const holdsNumber = (text: string): boolean =>
  [...plainNumber(text).matchAll(NUMBER)].some(([, part]) => checkResidentId(part!) === undefined)

/** The check of a kind, with a finding for each text of the body that holds an identity number, but for one place. */
export const withoutNumbers =
  <Body>(check: (body: Body) => Finding[], exempt?: string) =>
  (body: Body): Finding[] => [...check(body), ...checkTexts(body, exempt)]

/** The kind, with a finding where the id or the reference of the envelope holds an identity number. */
// oxlint-disable-next-line typescript/no-explicit-any -- kinds of different bodies
export const envelopeWithoutNumbers = (kind: MessageKind<any>): MessageKind<any> => ({
  ...kind,
  async judge(message, views) {
    const findings = checkEnvelope(message)
    return findings.length > 0 ? { ...nothingWanted(), findings } : kind.judge(message, views)
  },
})

const checkEnvelope = ({ envelope: { id, ref = '' } }: Pick<ValidMessage, 'envelope'>): Finding[] =>
  [id, ref].some(holdsNumber) ? [finding('BORDER_IDENTITY_NUMBER', '')] : []

/** A member whose name holds a number is pointed at by its parent: no path repeats one. */
function checkTexts(body: unknown, exempt: string | undefined): Finding[] {
  const found: Finding[] = []
  const open: [path: string, value: unknown][] = [['', body]]
  for (const [path, value] of open) {
    if (typeof value === 'string' && path !== exempt && holdsNumber(value))
      found.push(finding('BORDER_IDENTITY_NUMBER', path))
    if (typeof value !== 'object' || value === null) continue
    for (const [name, part] of Object.entries(value)) {
      const hidden = holdsNumber(name)
      if (hidden) found.push(finding('BORDER_IDENTITY_NUMBER', path))
      open.push([hidden ? path : `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, part])
    }
  }
  return found
}
