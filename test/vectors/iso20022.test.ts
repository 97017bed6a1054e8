// Messages of other people (shared/vectors/iso20022): what is right passes, what is wrong is named once.
import { existsSync, readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkBody } from '../../src/client/verbs/check.ts'

const { BEIBU_VECTORS } = process.env
const FOLDER =
  BEIBU_VECTORS === undefined
    ? new URL('../../../shared/vectors/iso20022/', import.meta.url)
    : pathToFileURL(`${BEIBU_VECTORS}/iso20022/`)
const there = existsSync(FOLDER)
if (!there)
  console.warn(
    'skipped: the ISO 20022 vectors are not beside the project (../shared/vectors/iso20022, or BEIBU_VECTORS)',
  )

const read = (file: string): string => readFileSync(new URL(file, FOLDER), 'utf8')
const check = (xml: string) => checkBody('fx.payment', undefined, Buffer.from(xml))

describe.skipIf(!there)('ISO 20022 messages of others', () => {
  it('pacs.008-AtoB differs between header and document, and in nothing else', () => {
    const { verdict, findings } = check(read('pacs.008-AtoB.xml'))
    expect(verdict).toBe('findings')
    expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual(['HEADER_NAMESPACE_DIFFERS /AppHdr/MsgDefIdr'])
  })

  it.each([
    ['header', '<MsgDefIdr>pacs.008.001.08<', '<MsgDefIdr>pacs.008.001.12<'],
    ['document', 'xsd:pacs.008.001.12', 'xsd:pacs.008.001.08'],
  ])('pacs.008-AtoB is right once its %s is corrected', (_what, from, to) => {
    expect(check(read('pacs.008-AtoB.xml').replace(from, to))).toMatchObject({ verdict: 'ok', findings: [] })
  })

  it('camt.053-BtoA is no payment', () => {
    const { findings } = check(read('camt.053-BtoA.xml'))
    expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual(['DOCUMENT_OTHER /Document'])
  })
})
