import { it } from 'vitest'
import { verifyBundle } from '../../../src/hub/evidence/verify.ts'
import { bytesOf, openCases, rotationBundle } from './bundle-cases.ts'
it('x', { timeout: 3e6 }, async () => {
  const c = await openCases()
  const r = await rotationBundle(c.room)
  for (const [name, b] of [
    ['accepted', c.accepted],
    ['refused', c.refused],
    ['rotation', r],
  ] as const) {
    const base = await verifyBundle(bytesOf(b), c.room.trust)
    console.log(name, base.verdict, base.broken, bytesOf(b).length)
    const text = bytesOf(b).toString()
    let tried = 0,
      parsed = 0
    const bad: string[] = []
    const unread = new Map<string, number>()
    let batch: Promise<void>[] = []
    for (let at = 0; at < text.length; at++)
      for (const ch of [text[at] === 'A' ? 'B' : 'A', String.fromCharCode(text.charCodeAt(at) ^ 1)]) {
        if (ch === text[at]) continue
        const t = text.slice(0, at) + ch + text.slice(at + 1)
        tried++
        batch.push(
          verifyBundle(Buffer.from(t), c.room.trust).then((v) => {
            if (v.verdict !== 'refused')
              bad.push(at + ' ' + JSON.stringify(ch) + ' ' + text.slice(Math.max(0, at - 40), at + 10))
            else if (v.broken!.link !== 'form') parsed++
            if (v.broken?.reason.startsWith('it cannot be read'))
              unread.set(v.broken.reason, (unread.get(v.broken.reason) ?? 0) + 1)
          }),
        )
        if (batch.length > 64) {
          await Promise.all(batch)
          batch = []
        }
      }
    await Promise.all(batch)
    console.log(name, tried, parsed, bad.length, bad.slice(0, 10), [...unread].slice(0, 10))
  }
})
