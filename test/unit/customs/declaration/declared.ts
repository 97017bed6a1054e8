// A declaration in a world of its own, on which every act of the table can be tried: each as a message that is good in itself.
import { readFileSync } from 'node:fs'
import type { CustomsDeclaration, CustomsRequest } from '../../../../schemas/types.d.ts'
import { declarationKinds } from '../../../../src/customs/declaration-kinds.ts'
import type { DeclarationAct } from '../../../../src/customs/declaration-states.ts'
import type { MessageKind } from '../../../../src/hub/index.ts'
import { PARTIES, World, type Sent } from '../fake-views.ts'

const { trader, customsCn, customsVn } = PARTIES

export const bodyOf = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../../../fixtures/customs/valid/${file}`, import.meta.url), 'utf8')) as T

// oxlint-disable-next-line typescript/no-explicit-any -- kinds of different bodies
export const kindNamed = (name: string): MessageKind<any> => declarationKinds.find((kind) => kind.name === name)!

const STATUS: Partial<Record<DeclarationAct, string>> = {
  accept: 'ACCEPTED',
  query: 'QUERIED',
  inspect: 'INSPECTING',
  inspected: 'INSPECTED',
  reject: 'REJECTED',
  seize: 'SEIZED',
}
const FILES = { E: 'declaration-electronics.json', I: 'declaration-import-durian.json' } as const
const FROM_CUSTOMS: Sent = { from: customsCn, to: [trader, customsVn] }
const FROM_TRADER: Sent = { from: trader, to: [customsCn] }

export class Declared {
  readonly world = new World()
  readonly body: CustomsDeclaration
  /** Indexes of the last query and of the request that is open. */
  query: number | undefined
  request: { index: number; act: 'AMEND' | 'CANCEL' } | undefined
  private asked = 0
  private totalMinor: bigint
  private account: { net: string; closed: boolean } | undefined

  private constructor(body: CustomsDeclaration) {
    this.body = body
    this.totalMinor = BigInt(Math.round(body.items.reduce((sum, item) => sum + Number(item.declTotal) * 100, 0)))
  }

  static async filed(ieFlag: 'E' | 'I', change: Partial<CustomsDeclaration> = {}): Promise<Declared> {
    const declared = new Declared({ ...bodyOf<CustomsDeclaration>(FILES[ieFlag]), ...change })
    declared.world.nowMs = Date.parse('2026-11-20T00:00:00.000Z')
    await declared.world.say(kindNamed('customs.declaration'), declared.body, {
      from: trader,
      to: [customsCn, customsVn],
    })
    return declared
  }

  get head() {
    return this.world.heads.get(this.world.views.key('declaration', this.body.entryId))!
  }

  get version(): number {
    return this.head.value['version'] as number
  }

  get balance() {
    return this.accountOf(this.body.ieFlag === 'E' ? 'financeable' : 'payable')
  }

  get otherAccount() {
    return this.accountOf(this.body.ieFlag === 'E' ? 'payable' : 'financeable')
  }

  /** What the account should be after the acts that were accepted. */
  get expected() {
    return this.account
  }

  private accountOf(label: string) {
    return this.world.heads.get(this.world.views.key(label, this.body.entryId, 'USD'))?.value
  }

  re(index: number | undefined): Pick<Sent, 're'> {
    const named = index === undefined ? undefined : this.world.filed[index]
    return named ? { re: [{ from: named.from, id: named.id, digest: '00' }] } : {}
  }

  async say(kind: string, body: object, sent: Sent) {
    return this.world.say(kindNamed(kind), { entryId: this.body.entryId, ...body }, sent)
  }

  status(status: string, more: object = {}, sent: object = {}) {
    const body = { version: this.version, status, statusAt: '2026-11-19T00:00:00.000Z', ...more }
    const due = status === 'QUERIED' ? { due: '2026-11-22T00:00:00.000Z' } : {}
    return this.say('customs.status', body, { ...FROM_CUSTOMS, ...due, ...sent } as Sent)
  }

  answer(more: object = {}, sent: object = {}) {
    const body = { version: this.version, text: '见附件。', ...more }
    return this.say('customs.answer', body, { ...FROM_TRADER, ...this.re(this.query), ...sent })
  }

  async ask(act: 'AMEND' | 'CANCEL', more: object = {}, sent: object = {}) {
    const wanted = act === 'AMEND' ? changing(this.totalMinor + 100n) : {}
    const body = { version: this.version, act, reasonCode: 'CLERICAL_ERROR', reason: '笔误。', ...wanted, ...more }
    const answer = await this.say('customs.request', body, { ...FROM_TRADER, ...sent })
    if ('index' in answer) this.request = { index: answer.index, act }
    return answer
  }

  async amend(more: object = {}, sent: object = {}) {
    const asked = this.request?.act === 'AMEND' ? this.request.index : undefined
    const answer = await this.say(
      'customs.amendment',
      { version: this.version + 1, reason: '笔误。', ...changing(this.totalMinor + 100n), ...more },
      { ...FROM_CUSTOMS, ...this.re(asked), ...sent },
    )
    if (!('index' in answer)) return answer
    if (asked !== undefined) this.request = undefined
    this.totalMinor += 100n
    if (this.account) this.account = { ...this.account, net: this.totalMinor.toString() }
    return answer
  }

  async cancel(more: object = {}, sent: object = {}) {
    const asked = this.request?.act === 'CANCEL' ? this.request.index : undefined
    const body = { version: this.version, reason: '撤销。', ...more }
    const answer = await this.say('customs.cancellation', body, { ...FROM_CUSTOMS, ...this.re(asked), ...sent })
    if ('index' in answer && this.account) this.account = { net: '0', closed: true }
    return answer
  }

  async release(more: object = {}, sent: object = {}) {
    const body = { releasedAt: '2026-11-19T00:00:00.000Z', ...more }
    const answer = await this.say('customs.release', body, { ...FROM_CUSTOMS, ...sent })
    if ('index' in answer) this.account = { net: this.totalMinor.toString(), closed: false }
    return answer
  }

  /** One act of the table, by a message that nothing but the state can stand against. */
  async act(act: DeclarationAct) {
    if (act === 'answer') return this.answer()
    if (act === 'release') return this.release()
    if (act === 'amend') return this.amend()
    if (act === 'cancel') return this.cancel()
    if (act === 'request') return this.ask(this.asked++ % 2 === 0 ? 'AMEND' : 'CANCEL')
    const answer = await this.status(STATUS[act]!)
    if (act === 'query' && 'index' in answer) this.query = answer.index
    return answer
  }
}

const changing = (totalMinor: bigint): Pick<CustomsRequest, 'changes' | 'newTotal'> => {
  const amount = `${totalMinor / 100n}.${(totalMinor % 100n).toString().padStart(2, '0')}`
  return { newTotal: { amount, currency: 'USD' }, changes: [{ path: '/items/0/declTotal', to: amount }] }
}
