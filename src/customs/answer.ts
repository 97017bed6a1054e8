// customs.answer: the declarant, or its agent, answers a query of customs; the declaration is accepted again.
import { checkEntryId, nothingWanted, placed, readSchemaFile, textsOf, type MessageKind } from '../hub/index.ts'
import type { CustomsAnswer } from '../../schemas/types.d.ts'
import { DECLARANT, findOwnDeclaration, found, namesEntry } from './authority.ts'
import { recipients, SUPERVISION } from './audience.ts'
import { caseMovesOf } from './case/case-head.ts'
import { finding } from './codes.ts'
import { actedValue } from './declaration-head.ts'

export const answerKind: MessageKind<CustomsAnswer> = {
  ...DECLARANT,
  name: 'customs.answer',
  version: 1,
  schema: readSchemaFile('customs/answer.v1.json'),
  attachments: {
    types: ['application/pdf', 'image/png', 'image/jpeg', 'image/tiff'],
    countMax: 8,
    bytesMax: 20 * 1024 * 1024,
  },
  check(body) {
    const { entryId } = textsOf<CustomsAnswer>(body)
    const number = entryId === undefined ? undefined : checkEntryId(entryId)
    return number ? [placed(number, '/entryId')] : []
  },
  async judge(message, views) {
    const { body } = message
    const acted = await findOwnDeclaration(message, views, body.entryId, 'answer')
    if ('judgement' in acted) return acted.judgement
    const { head, next } = acted
    if (body.version !== head.version)
      return found([finding('DECLARATION_VERSION_DIFFERS', '/version', { expected: head.version })])
    if (!(await namesEntry(message, head.query!, views))) return found([finding('QUERY_NOT_NAMED', '')])
    return {
      ...nothingWanted(),
      moves: [
        { key: head.key, version: head.headVersion, value: actedValue(head, next) },
        ...(await caseMovesOf(views, head.caseKey)),
      ],
      refers: [head.declaration, head.query!],
    }
  },
  audience: recipients,
  views: SUPERVISION,
}
