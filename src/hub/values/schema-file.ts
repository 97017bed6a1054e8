// Schemas and code lists lie beside the program as files, so that people and other programs can read them too.
import { readFileSync } from 'node:fs'

const FOLDER = new URL('../../../schemas/', import.meta.url)

/** Reads a JSON file of the package's schemas folder, once at start; the same from src and from dist. Throws if it is not there. */
export const readSchemaFile = <T = Record<string, unknown>>(path: string): T =>
  JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8')) as T

/** Reads a text file of that folder, an XSD for example. Throws if it is not there. */
export const readSchemaText = (path: string): string => readFileSync(new URL(path, FOLDER), 'utf8')
