import type { FileUpload, Models } from '../../models/index.ts'
import { summariseChanges } from '../uploads/results/index.ts'

/**
 * Computes `changed_fields` of older files from their rows, once. `/uploads show` then need not read a
 * million rows while a person waits, and the rows may lose their values later.
 */
export async function fillChangedFields(models: Models): Promise<void> {
  const uploads = models.fileUploads.collection
  for (;;) {
    const upload = await uploads.findOne<FileUpload>({
      status: { $in: ['done', 'undone'] },
      undo_of: { $exists: false },
      counts: { $exists: true },
      changed_fields: { $exists: false },
    })
    if (!upload) return
    await uploads.updateOne(
      { _id: upload._id, changed_fields: { $exists: false } },
      { $set: { changed_fields: await summariseChanges(models, upload) } },
    )
  }
}
