import { type ChosenColumns, type FileUpload, type Models, updateMatching } from '../../../models/index.ts'

/**
 * Reads a held file again with other columns: it returns to its old place in the queue, and a preview is
 * shown before the import.
 * @returns null if it is no longer held
 */
export async function readAgain(
  models: Models,
  { _id }: FileUpload,
  columns: ChosenColumns,
): Promise<FileUpload | null> {
  return await updateMatching(
    models.fileUploads,
    { _id, status: 'held' },
    {
      $set: { status: 'queued', preview_wanted: true, 'file.columns': columns },
      $unset: {
        'file.mapping': '',
        'file.phone_column': '',
        notes: '',
        hold: '',
        preview: '',
        same_as: '',
      },
    },
  )
}
