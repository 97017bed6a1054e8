// The reference data that verbs check documents by, offline: the same that a hub with the same settings goes by.
import { statSync } from 'node:fs'
import { openReference, ReferenceFault } from '../../customs/reference/index.ts'
import { UsageError } from '../usage.ts'
import type { CommandIo } from './verb.ts'

const SETTING = 'HUB_REFERENCE'

/** Takes the lists of the folder that the setting names, if it names one. Throws UsageError for a folder that a hub would not start with. */
export function goByReference({ env }: Pick<CommandIo, 'env'>): void {
  const folder = env[SETTING]?.trim()
  if (!folder) return
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`${SETTING} names ${folder}, where there is no folder`)
  try {
    openReference(folder, new Date().toISOString().slice(0, 10))
  } catch (error) {
    if (!(error instanceof ReferenceFault)) throw error
    throw new UsageError(`the reference data in ${folder} (${SETTING}) cannot be used: ${error.message}`)
  }
}
