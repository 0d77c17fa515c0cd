import { listIndexes, type Models } from '../../models/index.ts'

/** Indexes of file_uploads that ended at `shared_at`. */
const SHORT = new Set(['queue', 'recent', 'recent_by_user', 'recent_by_channel'])
/** IndexNotFound: another start dropped it. */
const NOT_THERE = 27

/**
 * Drops indexes that end at `shared_at`. Lists of uploads are sorted by `shared_at` and `number`, and these
 * indexes made MongoDB sort all uploads. They are created again with `number` right after.
 */
export async function dropShortIndexes({ fileUploads: { collection } }: Models): Promise<void> {
  for (const { name = '', key } of await listIndexes(collection)) {
    if (!SHORT.has(name) || 'number' in key) continue
    await collection.dropIndex(name).catch((error: unknown) => {
      if (Reflect.get(error as object, 'code') !== NOT_THERE) throw error
    })
  }
}
