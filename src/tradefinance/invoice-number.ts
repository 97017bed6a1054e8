// One invoice number, however it is written: what makes the second of two invoices a duplicate.

/** The number without full-width forms, case, blanks and punctuation; empty if nothing is left of it. */
export const normalInvoiceNumber = (number: string): string =>
  number
    .normalize('NFKC')
    .toUpperCase()
    // Upper case may compose anew; a second pass makes the result one that stays as it is.
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
