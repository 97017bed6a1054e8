// Every document in fixtures/fx: the valid ones have no findings, each invalid one exactly those it names, at their places.
import { describe, expect, it } from 'vitest'
import { schemaFiles } from '../../../schemas/fx/make-schemas.ts'
import { readFileSync } from 'node:fs'
import { fxCodes } from '../../../src/fx/index.ts'
import { identifierCodes } from '../../../src/hub/index.ts'
import { compileSchema } from '../../../src/hub/message/schema.ts'
import { customsCodes } from '../../../src/customs/index.ts'
import { tradefinanceCodes } from '../../../src/tradefinance/index.ts'
import { check, edited, filesOf, found, invalid, kindOf, kinds, PAYMENT, valid } from './papers.ts'

describe('fixtures of fx', () => {
  it.each(filesOf('valid'))('valid: %s has no findings and fits its JSON Schema', (file) => {
    const kind = kindOf(file)
    const { body, findings } = check(kind, valid(file))
    expect(findings).toEqual([])
    expect(compileSchema(kind.schema)(body)).toEqual([])
  })

  it.each(filesOf('invalid'))('invalid: %s names its findings', (file) => {
    const { kind, of, edits, expect: expected } = invalid(file)
    const xml = edited(valid(of), ...edits)
    expect(found(kinds.find(kind, 1), xml)).toEqual([...expected].sort())
    for (const { message } of check(kinds.find(kind, 1), xml).findings) expect(message).not.toMatch(/\{\w+\}/)
  })

  it('name each place once', () => {
    for (const file of filesOf('invalid')) {
      const { expect: expected } = invalid(file)
      expect(new Set(expected.map((one) => one.split(' ')[1])).size, file).toBe(expected.length)
    }
  })
})

describe('codes of fx', () => {
  // Codes that a body alone cannot show: they come from the envelope, the register, the clock or an earlier entry.
  const judged =
    'HEADER_TIME_AHEAD AGENT_NOT_SENDER AGENT_NOT_RECIPIENT PAYMENT_RECIPIENT_MISSING STATUS_NOT_ADDRESSED STATUS_NOT_TOLD STATUS_RE_MISSING STATUS_ORIGINAL_DIFFERS'.split(
      ' ',
    )
  const shown = new Set(filesOf('invalid').flatMap((file) => invalid(file).expect.map((one) => one.split(' ')[0])))

  it.each(Object.keys(fxCodes).filter((code) => !judged.includes(code)))('%s has a fixture', (code) => {
    expect(shown).toContain(code)
  })

  it('are unique across rooms and say the same params in both languages', () => {
    const all = [customsCodes, tradefinanceCodes, identifierCodes, fxCodes].flatMap((table) => Object.entries(table))
    expect(new Set(all.map(([code]) => code)).size).toBe(all.length)
    for (const [code, { en, zh }] of Object.entries(fxCodes)) {
      const params = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
      expect(params(zh), code).toEqual(params(en))
    }
  })
})

describe('schemas of fx', () => {
  it.each([...schemaFiles()])('%s is what the profile makes', (name, text) => {
    expect(readFileSync(new URL(`../../../schemas/fx/${name}`, import.meta.url), 'utf8') === text).toBe(true)
  })

  it.each(['payment', 'payment-status'])('%s gives every leaf a class and closes every object', (name) => {
    const { $defs, properties } = kinds.find(`fx.${name}`, 1).schema as { $defs: object; properties: object }
    for (const [type, definition] of Object.entries($defs)) {
      expect(definition.additionalProperties, type).toBe(false)
      for (const [member, one] of Object.entries<Record<string, unknown>>(definition.properties)) {
        const leaf = (one['items'] ?? one) as Record<string, unknown>
        if (leaf['$ref'] === undefined)
          expect(['public', 'trade', 'commercial', 'personal'], `${type}.${member}`).toContain(leaf['x-class'])
      }
    }
    expect(Object.keys(properties)).toEqual(['AppHdr', 'Document'])
  })
})

describe('what carries header and document', () => {
  const whole = valid('payment-cny-invoice.xml')
  it.each(['Envelope', 'BizMsgEnvlp', 'RequestPayload', 'DataPDU', 'saa:DataPDU'])('may be a %s', (root) => {
    const declared = root.includes(':') ? `${root} xmlns:saa="urn:any"` : root
    expect(
      found(
        PAYMENT,
        edited(
          whole,
          ['<Envelope', `<${declared}`],
          ['</Envelope>', `</${root}>`],
          [' xmlns="urn:beibu:envelope"', ''],
        ),
      ),
    ).toEqual([])
  })

  it('may have a byte order mark and comments anywhere', () => {
    expect(found(PAYMENT, `\uFEFF${edited(whole, ['<ChrgBr>DEBT', '<ChrgBr><!-- by the payer -->DEBT'])}`)).toEqual([])
  })

  it.each(['08', '09', '10', '11', '12', '13'])('may carry version %s of the document', (version) => {
    expect(found(PAYMENT, whole.replaceAll('pacs.008.001.08', `pacs.008.001.${version}`))).toEqual([])
  })

  it.each(['01', '02', '03', '04'])('may carry version %s of the header', (version) => {
    expect(found(PAYMENT, whole.replaceAll('head.001.001.02', `head.001.001.${version}`))).toEqual([])
  })
})
