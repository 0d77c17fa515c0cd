import { listIndexes, type Models } from '../../models/index.ts'

/** IndexNotFound: another start dropped it. */
const NOT_THERE = 27

/**
 * Drops the unique index of shares. One share was one document; a file read again after an undo is another
 * document at the same place, so the index needs another key. It is created again right after.
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
