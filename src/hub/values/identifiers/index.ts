// Identifiers with their forms and check digits: the second layer of validation, below the rules and above the shape.
export * from './bank.ts'
export { identifierCodes, type IdentifierCheck } from './codes.ts'
export * from './customs.ts'
export * from './party.ts'
export { plainNumber } from './resident-id.ts'
export * from './transport.ts'
