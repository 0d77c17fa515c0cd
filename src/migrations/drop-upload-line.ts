import { listIndexes, type Models } from '../../models/index.ts'

const KEY = JSON.stringify({ upload: 1, line: 1 })
/** Another start dropped it; or a cluster shards the rows by it. */
const STAYS: readonly unknown[] = ['IndexNotFound', 'CannotDropShardKeyIndex']

/**
 * Drops the unique index on upload and line. A row's `_id` is made of share time, upload number and line, so
 * lines are unique already and sorted by it. This index cost each row as much as all other indexes together.
 */
export async function dropUploadLine({ uploadRows: { collection } }: Models): Promise<void> {
  for (const { name = '', key, unique } of await listIndexes(collection)) {
    // An index that is not unique was made by hand, for a cluster.
    if (!unique || JSON.stringify(key) !== KEY) continue
    await collection.dropIndex(name).catch((error: unknown) => {
      if (!STAYS.includes(Reflect.get(error as object, 'codeName'))) throw error
    })
  }
}
