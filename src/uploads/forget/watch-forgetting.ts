import type { Models } from '../../../models/index.ts'

/**
 * Detects whether a person is forgotten while a file is made. Call it before customers are read for the file.
 * Call its result after the file is stored in `sent_files`, and before a person can see it. A forget upload
 * that starts later finds the stored file and deletes it; one that started earlier may not.
 *
 * Compares which uploads started and finished instead of times, because processes' clocks may differ.
 * @returns true if a person in the file may have been forgotten since
 * @throws driver errors
 */
export async function watchForgetting(models: Models): Promise<() => Promise<boolean>> {
  const done = await count(models, 'finished_at')
  return async () => (await count(models, 'started_at')) > done
}

async function count({ fileUploads }: Models, reached: 'started_at' | 'finished_at'): Promise<number> {
  return await fileUploads.collection.countDocuments({
    kind: 'forget',
    [reached]: { $exists: true },
  })
}
