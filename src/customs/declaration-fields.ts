// Second layer of the declaration: identifiers with their check digits and values of code lists, field by field.
import {
  checkContainer,
  checkCustomsRegistration,
  checkEntryId,
  checkTariffLine,
  checkUcr,
  checkUscc,
  placed,
  type Finding,
  type Flaw,
  type Texts,
} from '../hub/index.ts'
import type {
  AccompanyingDocument,
  CustomsDeclaration,
  CustomsDeclarationItem,
  DeclaredContainer,
} from '../../schemas/types.d.ts'
import * as lists from './code-lists.ts'
import type { DeclarationTexts } from './declaration-texts.ts'

/** The check of each field that has one. */
type FieldChecks<T> = readonly (readonly [keyof T & string, (text: string) => Flaw | undefined])[]

const HEADER: FieldChecks<CustomsDeclaration> = [
  ['preEntryId', checkEntryId],
  ['entryId', checkEntryId],
  ['customMaster', lists.checkOffice],
  ['iEPort', lists.checkOffice],
  ['dDate', lists.checkDay],
  ['ieDate', lists.checkDay],
  ['tradeCoScc', checkUscc],
  ['tradeCode', checkCustomsRegistration],
  ['ownerCodeScc', checkUscc],
  ['ownerCode', checkCustomsRegistration],
  ['agentCodeScc', checkUscc],
  ['agentCode', checkCustomsRegistration],
  ['trafMode', lists.checkTransportMode],
  ['tradeMode', lists.checkSupervisionMode],
  ['cutMode', lists.checkDutyNature],
  ['ucr', checkUcr],
  ['tradeAreaCode', lists.checkDeclaredCountry],
  ['tradeCountry', lists.checkDeclaredCountry],
  ['distinatePort', lists.checkPort],
  ['despPortCode', lists.checkPort],
  ['transMode', lists.checkTransactionTerms],
  ['feeCurr', lists.checkCurrency],
  ['insurCurr', lists.checkCurrency],
  ['otherCurr', lists.checkCurrency],
  ['wrapType', lists.checkPackageKind],
]

const ITEM: FieldChecks<CustomsDeclarationItem> = [
  ['codeTs', checkTariffLine],
  ['gUnit', lists.checkUnit],
  ['firstUnit', lists.checkUnit],
  ['secondUnit', lists.checkUnit],
  ['tradeCurr', lists.checkCurrency],
  ['originCountry', lists.checkDeclaredCountry],
  ['destinationCountry', lists.checkDeclaredCountry],
  ['dutyMode', lists.checkDutyMode],
]

const DOCUMENT: FieldChecks<AccompanyingDocument> = [['code', lists.checkLicenceCode]]
const CONTAINER: FieldChecks<DeclaredContainer> = [['containerId', checkContainer]]

/** Findings of identifiers and code lists, with JSON Pointers. */
export function checkFields(texts: DeclarationTexts): Finding[] {
  const found: Finding[] = []
  collect(found, texts.header, HEADER, '')
  for (const [at, row] of texts.documents.entries()) collect(found, row, DOCUMENT, `/licenseDocus/${at}`)
  for (const [at, row] of texts.containers.entries()) collect(found, row, CONTAINER, `/containers/${at}`)
  for (const [at, row] of texts.items.entries()) collect(found, row, ITEM, `/items/${at}`)
  return found
}

function collect<T>(found: Finding[], texts: Texts<T>, checks: FieldChecks<T>, path: string): void {
  for (const [name, check] of checks) {
    const text = texts[name]
    const flaw = text === undefined ? undefined : check(text)
    if (flaw) found.push(placed(flaw, `${path}/${name}`))
  }
}
