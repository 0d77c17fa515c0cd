import { readFile } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { DEFAULT_CATALOGUE, type FieldCatalogue } from './field-catalogue.ts'
import { parseFields } from './parse-fields.ts'

/**
 * Loads a team's catalogue, or the default one.
 *
 * @param path of a `fields.yml`, see docs/csv-format.md; undefined for the default
 * @throws AppError fields_invalid, path_unreadable
 */
export async function loadFields(path: string | undefined): Promise<FieldCatalogue> {
  if (path === undefined) return DEFAULT_CATALOGUE
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new AppError('path_unreadable', { path, reason: reasonOf(error) }, error)
  }
  return parseFields(text, path)
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
