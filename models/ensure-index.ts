import type { Collection, IndexDefinition, IndexOptions, mongo, Schema } from 'mongoose'

/** IndexOptionsConflict, IndexKeySpecsConflict. */
const CONFLICTS: readonly unknown[] = [85, 86]
/** NamespaceNotFound. */
const NO_COLLECTION = 26

type Keys = Readonly<Record<string, unknown>>
interface IndexedModel {
  readonly collection: Collection
  readonly schema: Pick<Schema, 'indexes'>
}

type Wanted = Pick<IndexOptions, 'unique' | 'partialFilterExpression'>

/** Creates the indexes of a model's schema, by one command unless one of them differs. @throws driver errors */
export async function ensureModelIndexes({ collection, schema }: IndexedModel): Promise<void> {
  const indexes = schema.indexes()
  try {
    await collection.createIndexes(
      indexes.map(([key, options]) => ({ ...options, key }) as mongo.IndexDescription),
    )
  } catch {
    // One by one, to accept equal indexes and to report the one that cannot be created.
    for (const [keys, options] of indexes) await ensureIndex(collection, keys, options)
  }
}

/**
 * Creates an index unless an equal one exists. An equal index with another name is accepted: Compass and
 * `sh.shardCollection` choose names, and a server rejects a second index with the same keys.
 *
 * @throws driver errors
 */
export async function ensureIndex(
  collection: Collection,
  keys: IndexDefinition,
  options: IndexOptions,
): Promise<void> {
  try {
    await collection.createIndex(keys as mongo.IndexSpecification, options as mongo.CreateIndexesOptions)
  } catch (error) {
    if (!CONFLICTS.includes(Reflect.get(error as object, 'code'))) throw error
    const equal = await findEqualIndexes(collection, keys as Keys, options)
    if (equal.length === 0) throw error
  }
}

/** Names of the indexes equal to this one; empty if the collection does not exist. */
export async function findEqualIndexes(
  collection: Collection,
  keys: Keys,
  { unique = false, partialFilterExpression }: Wanted,
): Promise<string[]> {
  const indexes = await listIndexes(collection)
  return indexes.flatMap((index) =>
    isSameOrder(index.key, keys) &&
    (index.unique ?? false) === unique &&
    isSameOrder(index.partialFilterExpression, partialFilterExpression) &&
    !LIMITS.some((limit) => index[limit])
      ? (index.name ?? [])
      : [],
  )
}

/** Options that limit an index to some documents or queries. */
const LIMITS = ['sparse', 'collation', 'hidden', 'expireAfterSeconds'] as const

export async function listIndexes(collection: Collection): Promise<mongo.IndexDescriptionInfo[]> {
  try {
    return await collection.indexes()
  } catch (error) {
    if (Reflect.get(error as object, 'code') === NO_COLLECTION) return []
    throw error
  }
}

/** True for the same keys in the same order, for any BSON number type. */
function isSameOrder(a: unknown, b: unknown): boolean {
  return JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
}
