// customs.match: a customs authority puts on record how the documents of a consignment agree. The hub works the report out again from the
// entries that are named, and takes no other.
import {
  canonicalJson,
  nothingWanted,
  readSchemaFile,
  type AudienceRow,
  type Finding,
  type Judgement,
  type JudgeViews,
  type MessageKind,
  type Register,
  type ValidMessage,
  refused,
} from '../../hub/index.ts'
import type { CustomsMatch, MatchedDocument } from '../../../schemas/types.d.ts'
import { AUTHORITY } from '../authority.ts'
import { recipients } from '../audience.ts'
import { caseKey, caseMoves } from '../case/case-head.ts'
import { finding } from './codes.ts'
import { isChinese, matchDocuments, type AnyDeclaration } from './match-documents.ts'
import { checkMatch } from './match-rules.ts'
import { readNamed } from './named-documents.ts'

export const matchKind: MessageKind<CustomsMatch> = {
  ...AUTHORITY,
  name: 'customs.match',
  version: 1,
  schema: readSchemaFile('customs/match.v1.json'),
  bodyMaxBytes: 1024 * 1024,
  check: checkMatch,
  judge: judgeMatch,
  audience,
  // Goods are shown to both sides; prices and names stay with the country that states the report.
  views: { abroad: ['public', 'trade'], supervision: ['public', 'trade'], 'supervision-abroad': ['public', 'trade'] },
}

async function judgeMatch({ body, authentic }: ValidMessage<CustomsMatch>, views: JudgeViews): Promise<Judgement> {
  const key = caseKey(views, body.ucr)
  const read = await readNamed(body, authentic.sender, views)
  if (!read) return refused('NOT_KNOWN_HERE', 'match-documents-known', key, (await views.head(key))?.version ?? 0)
  const findings = [
    ...read.findings,
    ...body.documents.flatMap(({ document }, at) => compareCase(read.sent[at]!, document, body.ucr, at)),
  ]
  if (findings.length > 0) return { ...nothingWanted(), findings }
  const report = matchDocuments(read.documents)
  if (canonicalJson(report) !== canonicalJson(body.report)) {
    const { verdict, agreed, compared } = report
    return { ...nothingWanted(), findings: [finding('MATCH_DIFFERS', '/report', { verdict, agreed, compared })] }
  }
  const { refers, expects } = read
  return { ...nothingWanted(), refers, expects, moves: await caseMoves(views, body.ucr) }
}

/** A document that names a reference belongs to that case; a Chinese declaration says its direction. */
function compareCase(found: object, document: MatchedDocument['document'], ucr: string, at: number): Finding[] {
  const path = `/documents/${at}`
  const other = ucrOf(found)
  return [
    ...(other !== undefined && other !== ucr ? [finding('MATCH_OTHER_CASE', path, { document })] : []),
    ...(directionDiffers(found, document) ? [finding('MATCH_DIRECTION', path, { document })] : []),
  ]
}

function ucrOf(found: object): string | undefined {
  const { ucr, goodsShipment } = found as { ucr?: string; goodsShipment?: { ucr?: { id?: string } } }
  return ucr ?? goodsShipment?.ucr?.id
}

/** Whether a Chinese declaration stands in the place of the other direction. */
export function directionDiffers(found: object, document: MatchedDocument['document']): boolean {
  const wanted = document === 'exportDeclaration' ? 'E' : document === 'importDeclaration' ? 'I' : undefined
  const declaration = found as AnyDeclaration
  return wanted !== undefined && isChinese(declaration) && declaration.ieFlag !== wanted
}

/** Recipients in the country of the authority see the report in full, those abroad without prices and names. */
function audience(message: ValidMessage<CustomsMatch>, register: Register): AudienceRow[] {
  const home = register.party(message.authentic.sender)?.country
  return recipients(message).map(({ party }) => ({
    party,
    view: register.party(party)?.country === home ? 'full' : 'abroad',
  }))
}
