import type { BSON } from 'bson'
import mongoose from 'mongoose'
import { CUSTOMER_INDEXES, createModels } from '../../models/index.ts'

/** An index of the models. */
export interface DefinedIndex {
  readonly keys: BSON.Document
  readonly partial?: BSON.Document | undefined
}

let defined: ReadonlyMap<string, readonly DefinedIndex[]> | undefined

/** The indexes of each collection as its model defines them, with `_id`. */
export function listDefinedIndexes(): ReadonlyMap<string, readonly DefinedIndex[]> {
  defined ??= readIndexes()
  return defined
}

function readIndexes(): Map<string, readonly DefinedIndex[]> {
  const { connection: _, ...models } = createModels(mongoose.createConnection())
  // The kind of record in force has one of them; each begins with the phone.
  const ofCustomers = Object.values(CUSTOMER_INDEXES).map(({ key }) => ({ keys: { ...key } }))
  return new Map(
    Object.values(models).map(({ collection, schema }) => [
      collection.name,
      [
        { keys: { _id: 1 } },
        ...schema
          .indexes()
          .map(([keys, { partialFilterExpression: partial }]) => ({ keys: { ...keys }, partial })),
        ...(collection.name === 'customers' ? ofCustomers : []),
      ],
    ]),
  )
}
