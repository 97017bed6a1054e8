// A world in which an import declaration is released, its total payable, and a carrier has billed the freight.
import type { CustomsDeclaration, FreightBill, GoodsPayment } from '../../../../schemas/types.d.ts'
import {
  accountKey,
  actedValue,
  declarationKey,
  type DeclarationHead,
} from '../../../../src/customs/declaration-head.ts'
import { paymentKinds } from '../../../../src/customs/payment/index.ts'
import { decide } from '../../../../src/hub/journal/decide.ts'
import type { Draft } from '../../../../src/hub/journal/journal.ts'
import { nothingWanted, type Judgement, type MessageKind } from '../../../../src/hub/index.ts'
import { PARTIES, World, type Sent } from '../fake-views.ts'
import { fixture } from './area-fixtures.ts'

export const [goodsPaymentKind, freightBillKind] = paymentKinds as [MessageKind<GoodsPayment>, MessageKind<FreightBill>]
export const CARRIER = 'urn:hub:cn:carrier:example-carrier'
export const SCC = '91450100MA5EXAMP19'
export const IMPORT = '720820261000000201'
export const OTHER_IMPORT = '720820261000000202'
export const reserve = fixture<GoodsPayment>('goods-payment-reserve.json')
export const bill = fixture<FreightBill>('freight-bill-issue.json')
const { trader, customsCn, bankA } = PARTIES

export class PaymentWorld extends World {
  /** Files and releases a declaration of USD 320,000.00 the way the customs kinds do. */
  release(entryId = IMPORT, change: Partial<CustomsDeclaration> = {}): number {
    const declared = {
      ...fixture<CustomsDeclaration>('declaration-electronics.json'),
      entryId,
      ieFlag: 'I' as const,
      ...change,
    }
    const index = this.entries.length
    const envelope = { kind: 'customs.declaration', from: trader, to: [customsCn], id: `id-${index}` } as never
    this.entries.push({
      index,
      atMs: this.nowMs,
      kind: 'customs.declaration',
      sender: trader,
      envelope,
      body: declared,
    })
    this.filed.push({ kind: 'customs.declaration', from: trader, id: `id-${index}`, readers: [trader, customsCn] })
    this.#put(entryId, declared, index, 'released', 2)
    const account = accountKey(this.views, declared.ieFlag, entryId, 'USD')
    this.heads.set(account, { version: 1, index, value: { net: '32000000', closed: false } })
    return index
  }

  /** What customs makes of it later. */
  state(entryId: string, state: DeclarationHead['state']): void {
    const key = declarationKey(this.views, entryId)
    const head = this.heads.get(key)!
    this.heads.set(key, { ...head, version: head.version + 1, value: { ...head.value, state } })
  }

  #put(
    entryId: string,
    declared: CustomsDeclaration,
    declaration: number,
    state: DeclarationHead['state'],
    version: number,
  ) {
    const key = declarationKey(this.views, entryId)
    const head: DeclarationHead = {
      key,
      headVersion: version,
      state,
      version: 1,
      from: trader,
      customs: customsCn,
      declaration,
      ieFlag: declared.ieFlag,
      total: { minor: 32_000_000n, currency: 'USD' },
    }
    this.heads.set(key, { version, index: declaration, value: actedValue(head, state) })
  }

  issue(change: Partial<FreightBill> = {}, from: string = CARRIER) {
    return this.say(freightBillKind, { ...bill, ...change }, { from, to: [trader] })
  }

  withdraw(billNo = bill.billNo, from: string = CARRIER) {
    return this.say(freightBillKind, { act: 'withdraw', billNo }, { from, to: [trader] })
  }

  pay(body: Partial<GoodsPayment>, sent: Sent = { from: bankA, to: [trader] }) {
    return this.say(goodsPaymentKind, body as GoodsPayment, sent)
  }

  payable(entryId = IMPORT) {
    return this.heads.get(accountKey(this.views, 'I', entryId, 'USD'))?.value['net']
  }

  freight(billNo = bill.billNo) {
    return this.heads.get(this.views.key('freight', CARRIER, billNo, 'USD'))?.value['net']
  }

  payment(paymentId: string, bank: string = bankA) {
    return this.heads.get(this.views.key('goods-payment', bank, paymentId))?.value
  }

  /** What the hub writes when a reservation's time has come; false if its head has moved meanwhile, and nothing is written. */
  expire({ expiry }: Judgement, version: number): boolean {
    if (!expiry || expiry.expects.some((key) => this.heads.get(key)?.version !== version)) return false
    const moves = expiry.moves.map(({ key, value }) => ({ key, value, version }))
    const decision = decide(
      { judgement: { ...nothingWanted(), moves, accounts: expiry.accounts } } as unknown as Draft,
      {
        get: (key) => this.heads.get(key),
      },
    )
    if (decision.result !== 'accepted') throw new Error('the expiry was not accepted')
    for (const { key, to, value } of decision.movements) this.heads.set(key, { version: to, index: 99, value })
    return true
  }
}
