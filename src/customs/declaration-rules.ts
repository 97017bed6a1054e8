// Third layer of the declaration: what its fields say of one another. Numbers of rules are those of the Chinese profile.
import { checkUscc, parseEntryId, type Finding } from '../hub/index.ts'
import { licencesOf, supervisionMode } from './code-lists.ts'
import { finding } from './codes.ts'
import { checkCharges } from './declaration-charges.ts'
import { checkItems, checkWeights } from './declaration-items.ts'
import type { DeclarationTexts } from './declaration-texts.ts'

type Header = DeclarationTexts['header']

/** Findings across fields, with JSON Pointers. */
export function checkRules(texts: DeclarationTexts): Finding[] {
  const { header, items, documents, containers } = texts
  return [
    ...checkMode(header),
    ...checkCharges(header),
    ...checkWeights(header, items),
    ...checkItems(items),
    ...checkNumber(header),
    ...checkLicences(header, documents, items),
    ...checkDates(header),
    ...checkCompanies(header),
    ...checkContainers(containers),
    ...checkPromises(texts),
    ...checkReferences(texts),
  ]
}

/** Rule 1: supervision mode and duty nature belong together; processing trade has a registration. */
function checkMode(header: Header): Finding[] {
  const code = header.tradeMode
  const mode = code === undefined ? undefined : supervisionMode(code)
  if (!mode || code === undefined) return []
  const found: Finding[] = []
  const value = header.cutMode
  if (value !== undefined && mode.dutyNatures && !mode.dutyNatures.includes(value))
    found.push(finding('DUTY_NATURE_MISMATCH', '/cutMode', { mode: code, allowed: mode.dutyNatures.join(', '), value }))
  if (mode.needsManual && header.manualNo === undefined)
    found.push(finding('MANUAL_NO_MISSING', '/manualNo', { mode: code }))
  return found
}

/** Rule 5: the number tells the office, the year and the direction. */
function checkNumber(header: Header): Finding[] {
  const parts = parseEntryId(header.entryId)
  if (!parts) return []
  const { customMaster, dDate, ieFlag } = header
  const found: Finding[] = []
  if ((ieFlag === 'E' && parts.direction === 'import') || (ieFlag === 'I' && parts.direction === 'export'))
    found.push(finding('ENTRY_DIRECTION_DIFFERS', '/entryId', { ieFlag }))
  if (customMaster !== undefined && parts.office !== customMaster)
    found.push(finding('ENTRY_OFFICE_DIFFERS', '/entryId', { office: parts.office, customMaster }))
  if (dDate !== undefined && parts.year !== dDate.slice(0, 4))
    found.push(finding('ENTRY_YEAR_DIFFERS', '/entryId', { year: parts.year, date: dDate }))
  return found
}

/** Rules 6 and 7: each document once, and those the tariff line demands of an export; the list knows of no import's. */
function checkLicences(
  header: Header,
  documents: DeclarationTexts['documents'],
  items: DeclarationTexts['items'],
): Finding[] {
  const seen = new Set<string>()
  const found: Finding[] = []
  for (const [at, { code = '', certCode = '' }] of documents.entries()) {
    const name = `${code} ${certCode}`
    if (seen.has(name)) found.push(finding('LICENCE_REPEATED', `/licenseDocus/${at}`, { code, number: certCode }))
    seen.add(name)
  }
  if (header.ieFlag !== 'E') return found
  const given = new Set(documents.map(({ code }) => code))
  for (const [at, { codeTs: line = '' }] of items.entries()) {
    // The licence of border small-scale trade counts for that mode alone.
    const needed = licencesOf(line).filter((code) => code !== 'y' || header.tradeMode === '4019')
    if (needed.length > 0 && !needed.some((code) => given.has(code)))
      found.push(finding('LICENCE_MISSING', `/items/${at}/codeTs`, { line, codes: needed.join(', ') }))
  }
  return found
}

/** Rule 8 as far as a document tells: goods are declared before they leave. Imports may be declared before and, late, after they arrive. */
function checkDates(header: Header): Finding[] {
  const { dDate, ieDate, ieFlag } = header
  if (ieFlag !== 'E' || dDate === undefined || ieDate === undefined || ieDate >= dDate) return []
  return [finding('EXPORT_BEFORE_DECLARATION', '/ieDate', { export: ieDate, declared: dDate })]
}

/** Rule 9 as far as a document tells: one customs code stands for one company. A code that is mistyped is found as such, and only so. */
function checkCompanies(header: Header): Finding[] {
  const pairs = [
    [header.tradeCode, header.tradeCoScc, 'tradeCoScc'],
    [header.ownerCode, header.ownerCodeScc, 'ownerCodeScc'],
    [header.agentCode, header.agentCodeScc, 'agentCodeScc'],
  ] as const
  const known = new Map<string, string>()
  const found: Finding[] = []
  for (const [code, scc, field] of pairs) {
    if (code === undefined || scc === undefined || checkUscc(scc)) continue
    const one = known.get(code) ?? scc
    if (one !== scc) found.push(finding('COMPANY_CODES_DISAGREE', `/${field}`, { code, one, other: scc }))
    known.set(code, one)
  }
  return found
}

function checkContainers(containers: DeclarationTexts['containers']): Finding[] {
  const numbers = containers.map(({ containerId }) => containerId)
  return numbers.flatMap((value, at) =>
    value !== undefined && numbers.indexOf(value) < at
      ? [finding('CONTAINER_REPEATED', `/containers/${at}/containerId`, { value })]
      : [],
  )
}

/** Every import says what is promised of its price and duty; what does not apply is 9. */
function checkPromises({ header, promises }: DeclarationTexts): Finding[] {
  if (!promises) return header.ieFlag === 'I' ? [finding('PROMISES_MISSING', '/promises')] : []
  const { specialRelation, priceInfluence } = promises
  return specialRelation === '0' && priceInfluence === '1'
    ? [finding('PROMISE_CONTRADICTS', '/promises/priceInfluence')]
    : []
}

function checkReferences({ header, supporting, exportDeclaration }: DeclarationTexts): Finding[] {
  const repeated = supporting.flatMap(({ from, id }, at) =>
    id !== undefined && supporting.findIndex((one) => one.id === id && one.from === from) < at
      ? [finding('SUPPORTING_REPEATED', `/supporting/${at}`, { id })]
      : [],
  )
  return exportDeclaration && header.ieFlag === 'E'
    ? [...repeated, finding('EXPORT_REFERENCE_UNEXPECTED', '/exportDeclaration')]
    : repeated
}
