import type { mongo } from 'mongoose'
import {
  type Customer,
  type FieldChange,
  type FileUpload,
  type Models,
  pullFrom,
  type StoredChanges,
  type StoredValues,
  type UploadRow,
} from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import {
  customerPhoneOf,
  endingWord,
  flattenPaths,
  formerEndingWord,
  isSameValue,
  nestPaths,
  readCustomerRows,
} from '../rows/index.ts'

const FIELD = 'other_phones'
const PAGE = 500

type Row = Pick<UploadRow, '_id' | 'phone' | 'customer_phone' | 'upload' | 'line' | 'changes' | 'values'>

type Owned = Pick<UploadRow, 'phone' | 'customer_phone'>

/** Finds the primary phones of customers who have or had a phone as a second one. */
export async function findOthers(models: Models, phone: string): Promise<ReadonlySet<string>> {
  const find = (filter: Record<string, unknown>) =>
    models.uploadRows.collection
      .find<Owned>(filter, { projection: { phone: 1, customer_phone: 1 } })
      .toArray()
  const [stored, named, matched] = await Promise.all([
    models.customers.collection
      .find<Pick<Customer, 'primary_phone'>>(
        { [FIELD]: phone, primary_phone: { $ne: phone } },
        { projection: { primary_phone: 1 } },
      )
      .toArray(),
    find({ search: phone }),
    find({ phone, customer_phone: { $exists: true } }),
  ])
  const keys = [
    ...stored.map(({ primary_phone }) => primary_phone),
    ...[...named, ...matched].map(customerPhoneOf),
  ]
  return new Set(keys.filter((key) => key !== undefined && key !== phone)) as Set<string>
}

/**
 * Removes a phone from the other phones of other customers: from the values of their rows and undos, from the
 * customers, and last from the search words that lead there. A later undo or replay then can't restore it. A
 * row matched by this phone stays theirs, under their own phone.
 */
export async function removeSecondPhone(models: Models, phone: string): Promise<void> {
  const others = [...(await findOthers(models, phone))]
  const uploads = new Map<string, mongo.ObjectId>()
  for (let at = 0; at < others.length; at += PAGE)
    await cleanRows(models, phone, others.slice(at, at + PAGE), uploads)
  await models.uploadRows.collection.updateMany({ phone, customer_phone: { $exists: true } }, [
    { $set: { phone: '$customer_phone' } },
    { $unset: 'customer_phone' },
    { $unset: 'written' },
  ])
  await cleanExamples(models, phone, [...uploads.values()])
  const { customers, uploadRows } = models
  for (let at = 0; at < others.length; at += PAGE)
    await customers.collection.updateMany(
      { primary_phone: { $in: others.slice(at, at + PAGE) }, [FIELD]: phone },
      withoutElement(FIELD, phone),
    )
  for (const word of [endingWord(phone), formerEndingWord(phone)]) await removeEnding(models, phone, word)
  await uploadRows.collection.updateMany({ search: phone }, withoutElement('search', phone))
}

/** An update that removes a value from a stored list, and a list that is then empty. */
function withoutElement(field: string, value: string) {
  const rest = { $filter: { input: `$${field}`, cond: { $ne: ['$$this', value] } } }
  return [{ $set: { [field]: { $cond: [{ $eq: [rest, []] }, '$$REMOVE', rest] } } }]
}

/** An ending's search word is removed too, unless the customer's own phone has the same ending. */
async function removeEnding({ uploadRows }: Models, phone: string, word: string): Promise<void> {
  // A phone has only digits after its plus, so it is a safe pattern.
  const endsAlike = new RegExp(`${phone.slice(1 - word.length)}$`)
  await uploadRows.collection.updateMany(
    {
      search: phone,
      $nor: [{ phone: endsAlike, customer_phone: { $exists: false } }, { customer_phone: endsAlike }],
    },
    pullFrom('search', word),
  )
}

async function cleanRows(
  models: Models,
  phone: string,
  keys: readonly string[],
  uploads: Map<string, mongo.ObjectId>,
): Promise<void> {
  const { uploadRows } = models
  const rows = readCustomerRows<Row>(models, keys, {
    filter: {
      $or: [
        { [`values.${FIELD}`]: phone },
        { [`changes.${FIELD}.from`]: phone },
        { [`changes.${FIELD}.to`]: phone },
      ],
    },
    projection: { phone: 1, customer_phone: 1, upload: 1, line: 1, changes: 1, values: 1 },
  })
  for await (const { _id, upload, line, changes, values } of rows) {
    uploads.set(String(upload), upload)
    const text = flattenPaths<FieldValue | null>(values)
    const changed = flattenPaths<FieldChange>(changes)
    // A list with only this phone becomes an empty list, because it still replaced the values of earlier
    // files.
    if (text[FIELD] !== undefined) text[FIELD] = without(text[FIELD], phone)
    const change = changed[FIELD]
    if (change) changed[FIELD] = { from: without(change.from, phone), to: without(change.to, phone) }
    if (change && isSameValue(changed[FIELD]?.from ?? null, changed[FIELD]?.to ?? null)) delete changed[FIELD]
    const set = {
      ...(values && { values: nestPaths(text) as StoredValues }),
      ...(Object.keys(changed).length > 0 && { changes: nestPaths(changed) as StoredChanges }),
    }
    await uploadRows.collection.updateOne(
      { _id, upload, line },
      { $set: set, ...(Object.keys(changed).length === 0 && { $unset: { changes: '' } }) },
    )
  }
}

/** The rest of the list; null if it is empty. */
function without(value: FieldValue | null, phone: string): FieldValue | null {
  if (!Array.isArray(value)) return value
  const rest = value.filter((one) => one !== phone)
  return rest.length > 0 ? rest : null
}

async function cleanExamples(
  { fileUploads }: Models,
  phone: string,
  ids: readonly mongo.ObjectId[],
): Promise<void> {
  const uploads = fileUploads.collection.find<Pick<FileUpload, '_id' | 'changed_fields' | 'preview'>>(
    { _id: { $in: [...ids] } },
    { projection: { changed_fields: 1, preview: 1 } },
  )
  const isTheirs = ({ from, to }: FieldChange) =>
    [from, to].some((value) => Array.isArray(value) && value.includes(phone))
  for await (const { _id, changed_fields, preview } of uploads) {
    const clean = <T extends { readonly examples: readonly FieldChange[] }>(fields: readonly T[]): T[] =>
      fields.map((field) => ({ ...field, examples: field.examples.filter((one) => !isTheirs(one)) }))
    const set = {
      ...(changed_fields && { changed_fields: clean(changed_fields) }),
      ...(preview && { 'preview.fields': clean(preview.fields) }),
    }
    if (Object.keys(set).length > 0) await fileUploads.collection.updateOne({ _id }, { $set: set })
  }
}
