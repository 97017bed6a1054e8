// A declaration as its strings, read once for all rules. What is missing or of another type is the schema's to say.
import { partOf, rowsOf, textsOf, type Texts } from '../hub/index.ts'
import type {
  AccompanyingDocument,
  CustomsDeclaration,
  CustomsDeclarationItem,
  DeclarationPromises,
  DeclaredContainer,
  ReferredExport,
  SupportingDocument,
} from '../../schemas/types.d.ts'

export interface DeclarationTexts {
  header: Texts<CustomsDeclaration>
  items: readonly Texts<CustomsDeclarationItem>[]
  documents: readonly Texts<AccompanyingDocument>[]
  containers: readonly Texts<DeclaredContainer>[]
  promises: Texts<DeclarationPromises> | undefined
  supporting: readonly Texts<SupportingDocument>[]
  exportDeclaration: Texts<ReferredExport> | undefined
}

export const readTexts = (body: unknown): DeclarationTexts => ({
  header: textsOf(body),
  items: rowsOf(body, 'items'),
  documents: rowsOf(body, 'licenseDocus'),
  containers: rowsOf(body, 'containers'),
  promises: partOf(body, 'promises'),
  supporting: rowsOf(body, 'supporting'),
  exportDeclaration: partOf(body, 'exportDeclaration'),
})
