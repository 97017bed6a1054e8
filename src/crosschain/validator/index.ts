// The relay validators: a process of a named party that signs what it verified itself, and the relay's side of asking for it.
export { readValidatorConfig, type ValidatorConfig, type ValidatorLedgerConfig } from './config.ts'
export { gatherAttestation, type Gathered, type GatherOptions } from './gather.ts'
export { type RunningValidator, startValidator, type StartOptions } from './start.ts'
export { validatorClient, AttestRefused, type ValidatorClient } from './client.ts'
