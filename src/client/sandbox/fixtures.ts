// The project's fixtures, from which the papers of sandbox and stories are made.
import { readFileSync } from 'node:fs'

/** Folder of the project's fixtures. */
export const FIXTURES = new URL('../../../fixtures/', import.meta.url)

/** Reads a fixture of the project by its path under fixtures/. */
export const fixture = <T>(path: string): T => JSON.parse(readFileSync(new URL(path, FIXTURES), 'utf8')) as T
