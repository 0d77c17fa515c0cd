import type { Model, PipelineStage } from 'mongoose'
import { AppError } from '../src/errors.ts'
import { CUSTOMER_INDEXES, type Customer, SWITCHING_INDEX } from './customer.ts'
import { isDuplicateKey } from './duplicate-key.ts'
import { ensureIndex, findEqualIndexes } from './ensure-index.ts'
import { RECORD_KINDS, type RecordKind, type RecordsSetting, readRecordsSetting } from './setting.ts'
import type { TextKeyedModel } from './text-keyed-model.ts'

interface CustomerModels {
  readonly customers: Model<Customer>
  readonly settings: TextKeyedModel<RecordsSetting>
}

const MAX_EXAMPLES = 5
/** IndexNotFound, NamespaceNotFound. */
const NOT_THERE: readonly unknown[] = [27, 26]

/**
 * Creates the index of the record kind in force. Does nothing during a switch, which manages its own index.
 * @throws AppError database_duplicates if duplicate records prevent the index; the error names some of them
 */
export async function ensureCustomerIndex(models: CustomerModels): Promise<void> {
  const { kind, switching } = await readRecordsSetting(models.settings)
  if (switching) return
  await createCustomerIndex(models, kind)
  // A switch may have begun in the meantime; an index it does not use must be dropped.
  const now = await readRecordsSetting(models.settings)
  if (now.switching || now.kind !== kind) await dropCustomerIndexes(models, [kind])
}

/** @throws AppError database_duplicates */
export async function createCustomerIndex(
  { customers }: Pick<CustomerModels, 'customers'>,
  kind: RecordKind | 'switching',
): Promise<void> {
  const { name, key } = kind === 'switching' ? SWITCHING_INDEX : CUSTOMER_INDEXES[kind]
  try {
    await ensureIndex(customers.collection, key, { name, ...(kind !== 'switching' && { unique: true }) })
  } catch (error) {
    if (kind === 'switching' || !isDuplicateKey(error)) throw error
    throw new AppError('database_duplicates', { examples: await findDuplicates(customers, kind) }, error)
  }
}

/** A missing index counts as dropped. */
export async function dropCustomerIndexes(
  { customers }: Pick<CustomerModels, 'customers'>,
  kinds: readonly (RecordKind | 'switching')[] = [...RECORD_KINDS, 'switching'],
): Promise<void> {
  for (const kind of kinds) {
    const { name, key } = kind === 'switching' ? SWITCHING_INDEX : CUSTOMER_INDEXES[kind]
    const equal = await findEqualIndexes(customers.collection, key, { unique: kind !== 'switching' })
    for (const one of new Set([name, ...equal]))
      await customers.collection.dropIndex(one).catch((error: unknown) => {
        if (!NOT_THERE.includes(Reflect.get(error as object, 'code'))) throw error
      })
  }
}

/**
 * Finds customers that prevent the unique index. They are named by `_id`, because errors are logged and logs
 * must hold no phone.
 */
async function findDuplicates(customers: Model<Customer>, kind: RecordKind): Promise<string[]> {
  const paths = Object.keys(CUSTOMER_INDEXES[kind].key)
  const parts = paths.map((path, at): [string, string] => [`k${at}`, `$${path}`])
  const stages: PipelineStage[] = [
    {
      $group: {
        _id: Object.fromEntries(parts),
        n: { $sum: 1 },
        first: { $min: '$_id' },
        last: { $max: '$_id' },
      },
    },
    { $match: { n: { $gt: 1 } } },
    { $sort: { n: -1, first: 1 } },
    { $limit: MAX_EXAMPLES },
  ]
  // One group per phone can exceed the server's memory limit.
  const groups = await customers.aggregate<{ first: unknown; last: unknown; n: number }>(stages, {
    allowDiskUse: true,
  })
  return groups.map(({ first, last, n }) => `${first} and ${last}${n > 2 ? ` (${n} in all)` : ''}`)
}
