// What is known of certificates by their responders: bounded, kept over a restart, and nothing of it believed for another issuer.
import { describe, expect, it } from 'vitest'
import { memoryViews } from '../../../src/hub/journal/memory-views.ts'
import { KnownCertificates, type KnownCertificate } from '../../../src/hub/revocation/answers.ts'

const known = (n: number): KnownCertificate => ({
  path: [Buffer.from(`leaf ${n}`), Buffer.from('issuer')],
  dueAtMs: 5,
  failures: 0,
  held: {
    issuer: 'ab',
    answer: {
      status: 'good',
      producedAtMs: 1,
      thisUpdateMs: 1,
      untilMs: 9,
      sha256: `${n}`,
      der: Buffer.from(`answer ${n}`),
    },
  },
})

describe('known certificates', () => {
  it('are there again after a restart, due at once', async () => {
    const views = memoryViews()
    const first = new KnownCertificates(views, 10)
    await first.set('one', known(1))
    await first.set('two', { path: [Buffer.from('leaf')], dueAtMs: 5, failures: 2 })
    const again = new KnownCertificates(views, 10)
    await again.load()
    expect(again.get('one')).toEqual({ ...known(1), dueAtMs: 0 })
    expect(again.get('two')).toBeUndefined()
  })

  it('of another process are old once one more has been written, and not before', async () => {
    const views = memoryViews()
    const writer = new KnownCertificates(views, 10)
    await writer.load()
    await writer.set('one', known(1))
    const reader = new KnownCertificates(views, 10)
    expect(await reader.isOld()).toBe(true)
    await reader.load()
    expect(await reader.isOld()).toBe(false)
    await writer.set('two', { path: [Buffer.from('leaf')], dueAtMs: 5, failures: 2 })
    expect(await reader.isOld()).toBe(false)
    await writer.delete('one')
    expect(await reader.isOld()).toBe(true)
    const next = new KnownCertificates(views, 10)
    await next.load()
    await next.set('three', known(3))
    expect(await reader.isOld()).toBe(true)
  })

  it('answer for the issuer they were asked of only', async () => {
    const certificates = new KnownCertificates(memoryViews(), 10)
    await certificates.set('one', known(1))
    expect(certificates.answer('one', 'ab')).toMatchObject({ sha256: '1' })
    expect(certificates.answer('one', 'cd')).toBeUndefined()
    expect(certificates.answer('none', 'ab')).toBeUndefined()
  })

  it('are bounded, in memory and in the view: the longest unused is forgotten', async () => {
    const views = memoryViews()
    const certificates = new KnownCertificates(views, 3)
    for (const n of [1, 2, 3]) await certificates.set(`c${n}`, known(n))
    certificates.answer('c1', 'ab')
    await certificates.set('c4', known(4))
    expect(certificates.entries().map(([key]) => key)).toEqual(['c3', 'c1', 'c4'])
    expect((await views.range('responders', '', '~', 10)).map(({ key }) => key)).toEqual(['c1', 'c3', 'c4'])
  })

  it('forget what is deleted, and a newer answer takes the place of an older one', async () => {
    const views = memoryViews()
    const certificates = new KnownCertificates(views, 3)
    await Promise.all([
      certificates.set('one', known(1)),
      certificates.set('one', known(2)),
      certificates.set('two', known(3)),
    ])
    await certificates.delete('two')
    const again = new KnownCertificates(views, 3)
    await again.load()
    expect(again.entries().map(([key, { held }]) => [key, held!.answer.sha256])).toEqual([['one', '2']])
  })
})
