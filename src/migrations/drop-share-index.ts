import { listIndexes, type Models } from '../../models/index.ts'

/** IndexNotFound: another start dropped it. */
const NOT_THERE = 27

/**
 * One share was one document. A file that is read again after an undo is one more at the same place, so the index gets
 * another key; it is made anew right after.
 */
export async function dropShareIndex({ fileUploads: { collection } }: Models): Promise<void> {
  for (const { name = '', key } of await listIndexes(collection)) {
    const isShare = 'source.file_id' in key && 'shared_at' in key && !('reread_of.undo' in key)
    if (!isShare) continue
    await collection.dropIndex(name).catch((error: unknown) => {
      if (Reflect.get(error as object, 'code') !== NOT_THERE) throw error
    })
  }
}
