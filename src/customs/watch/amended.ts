// A declaration as customs has amended it, as far as the rules of the watch look at it.
import type { CustomsAmendment, CustomsDeclaration } from '../../../schemas/types.d.ts'
import { asAmended } from '../amended-declaration.ts'

/** The body after amendments; undefined where the changes do not leave a declaration. */
export const amended = (
  filed: CustomsDeclaration,
  amendments: readonly CustomsAmendment[],
): CustomsDeclaration | undefined => asAmended(filed, amendments)?.body
