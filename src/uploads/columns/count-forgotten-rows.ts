import type { FileUpload, Models } from '../../../models/index.ts'

/**
 * Counts the rows of an upload whose data was erased because their person was forgotten. Reading the file
 * again imports them again.
 * @throws driver errors
 */
export async function countForgottenRows(models: Models, { _id }: FileUpload): Promise<number> {
  return await models.uploadRows.collection.countDocuments({ forgotten_by: { $exists: true }, upload: _id })
}
