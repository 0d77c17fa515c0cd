import { type Models, toDatabaseError } from '../../../models/index.ts'

/**
 * Watches whether anybody is forgotten from now on. To be called before people are read for a file; what it returns is
 * to be asked once the file is remembered (`sent_files`) and before somebody can see it: a request to forget that begins
 * after that finds the file and deletes it, one that began before it may not have.
 *
 * Goes by what was begun and done, not by clocks: processes may have different ones.
 * @returns whether somebody may stand in the file who is forgotten by now
 * @throws AppError database_unavailable, database_failed
 */
export async function watchForgetting(models: Models): Promise<() => Promise<boolean>> {
  const done = await count(models, 'finished_at')
  return async () => (await count(models, 'started_at')) > done
}

async function count({ fileUploads }: Models, reached: 'started_at' | 'finished_at'): Promise<number> {
  try {
    return await fileUploads.collection.countDocuments({
      kind: 'forget',
      [reached]: { $exists: true },
    })
  } catch (error) {
    throw toDatabaseError(error)
  }
}
