// A declaration as its strings, read once for all rules. What is missing or of another type is the schema's to say.
import { rowsOf, textsOf, type Texts } from '../hub/index.ts'
import type {
  AccompanyingDocument,
  CustomsDeclaration,
  CustomsDeclarationItem,
  DeclaredContainer,
} from '../../schemas/types.d.ts'

export interface DeclarationTexts {
  header: Texts<CustomsDeclaration>
  items: readonly Texts<CustomsDeclarationItem>[]
  documents: readonly Texts<AccompanyingDocument>[]
  containers: readonly Texts<DeclaredContainer>[]
}

export const readTexts = (body: unknown): DeclarationTexts => ({
  header: textsOf(body),
  items: rowsOf(body, 'items'),
  documents: rowsOf(body, 'licenseDocus'),
  containers: rowsOf(body, 'containers'),
})
