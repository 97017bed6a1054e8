// The world of judging with the parties of border trade: officers with mandates, groups, a market, a firm, and signers that may be phones.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { ValidMessage } from '../../../../src/hub/message/message.ts'
import { reach } from '../../../../src/hub/message/message.ts'
import type { MessageKind, PartyEntry, Register } from '../../../../src/hub/index.ts'
import { type Sent, World } from '../fake-views.ts'

export const BORDER = {
  customs: 'urn:hub:cn:customs:nanning',
  otherCustoms: 'urn:hub:cn:customs:elsewhere',
  customsVn: 'urn:hub:vn:customs:haiphong',
  site: 'urn:hub:cn:market-site:example-site',
  otherSite: 'urn:hub:cn:market-site:other-site',
  group: 'urn:hub:cn:border-group:example-group',
  otherGroup: 'urn:hub:cn:border-group:other-group',
  firm: 'urn:hub:cn:processor:example-processor',
  otherFirm: 'urn:hub:cn:processor:other-processor',
  officer: 'urn:hub:cn:customs-officer:first',
  second: 'urn:hub:cn:customs-officer:second',
  stranger: 'urn:hub:cn:customs-officer:elsewhere',
} as const

export const FIRM_CODE = '91450100MA5GX0TE5M'

export interface BorderSent extends Sent {
  id?: string
  /** Certificates that sign, in place of the party's own. */
  signers?: { certificate: string; device?: true }[]
}

export const certificateOf = (name: string): Buffer => Buffer.from(`certificate ${name}`)
export const fingerprintOf = (name: string): string => createHash('sha256').update(certificateOf(name)).digest('hex')

/** Mandates that stand; a test may take one away. */
const mandates = (): Set<string> =>
  new Set([
    `${BORDER.customs} ${BORDER.officer}`,
    `${BORDER.customs} ${BORDER.second}`,
    `${BORDER.otherCustoms} ${BORDER.stranger}`,
  ])

export class BorderWorld extends World {
  readonly mandates = mandates()

  constructor() {
    super()
    Object.assign(this.views, { register: registerOf(this.mandates) })
  }

  override message<B>(kind: MessageKind<B>, body: B, sent: BorderSent): ValidMessage<B> {
    const { signers = [{ certificate: sent.from }], id, ...rest } = sent
    const message = super.message(kind, body, rest)
    return reach<ValidMessage<B>>({
      ...message,
      envelope: { ...message.envelope, ...(id !== undefined && { id }) },
      authentic: {
        ...message.authentic,
        by: 'signature',
        signers: signers.map(({ certificate, ...more }) => ({
          alg: 'ES256',
          path: [certificateOf(certificate)],
          ...more,
        })),
      },
    } as never)
  }

  /** Judges and applies; gives what came of it as one word: 'accepted', the codes found, or the refusal with its rule. */
  async did<B>(kind: MessageKind<B>, body: B, sent: BorderSent): Promise<string> {
    const said = await this.say(kind, body, sent)
    if ('findings' in said) return said.findings!.join(' ')
    return said.result === 'refused' ? `${said.refusal.code} ${said.refusal.rule}` : said.result
  }
}

function registerOf(granted: ReadonlySet<string>): Register {
  const parties = new Map<string, PartyEntry>(
    Object.values(BORDER).map((party) => {
      const [, , country, kind] = party.split(':')
      const uscc = party === BORDER.firm ? { identifiers: { uscc: FIRM_CODE } } : {}
      return [party, { party, country: country!.toUpperCase(), class: kind!, name: party, state: 'active', ...uscc }]
    }),
  )
  return {
    at: 0,
    party: (urn: string) => parties.get(urn),
    mandate: (principal: string, agent: string) => (granted.has(`${principal} ${agent}`) ? {} : undefined),
  } as unknown as Register
}

export const fixture = <T>(file: string): T =>
  JSON.parse(
    readFileSync(new URL(`../../../../fixtures/customs/valid/border-${file}.json`, import.meta.url), 'utf8'),
  ) as T

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** A number of nobody: born in 1900, with a check character that is right. */
export function identityNo(serial: number): string {
  const text = `45068119000101${String(serial).padStart(3, '0')}`
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(text[at]), 0)
  return `${text}${'10X98765432'[sum % 11]}`
}

export const filingNo = (serial: number): string => `BR7200-2026-${String(serial).padStart(6, '0')}`
