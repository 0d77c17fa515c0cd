import { listIndexes, type Models } from '../../models/index.ts'

const KEY = JSON.stringify({ upload: 1, line: 1 })
/** Another start dropped it; or a cluster has the rows sharded by it. */
const STAYS: readonly unknown[] = ['IndexNotFound', 'CannotDropShardKeyIndex']

/**
 * A row's `_id` is made of share time, upload number and line, so it holds that no line is there twice, and gives the order of a
 * file. The unique index that said the same again cost every row as much as all other indexes together.
 */
export async function dropUploadLine({ uploadRows: { collection } }: Models): Promise<void> {
  for (const { name = '', key, unique } of await listIndexes(collection)) {
    // One that is not unique was made by hand, for a cluster.
    if (!unique || JSON.stringify(key) !== KEY) continue
    await collection.dropIndex(name).catch((error: unknown) => {
      if (!STAYS.includes(Reflect.get(error as object, 'codeName'))) throw error
    })
  }
}
