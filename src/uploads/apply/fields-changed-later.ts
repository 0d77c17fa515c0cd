import type { mongo } from 'mongoose'
import type { Customer, FileUpload, ImportUpload, Models, UploadRow } from '../../../models/index.ts'
import { groupBy } from '../../group-by.ts'
import { findLatePlaces, type LatePlace, openTimeline } from '../history/index.ts'
import {
  type CustomerRow,
  findCustomerRows,
  OTHER_PHONES,
  pathsWithValues,
  phoneAddedBy,
  recordKey,
  rulesOf,
} from '../rows/index.ts'
import type { NewerPaths, NewerStatement } from './batch-plan.ts'

type Upload = Pick<FileUpload, '_id' | 'number' | 'shared_at' | 'records'> &
  Pick<ImportUpload, 'reread_of'> & { readonly file?: Pick<FileUpload['file'], 'mapping'> }
type Row = Pick<
  UploadRow,
  '_id' | 'phone' | 'customer_phone' | 'written' | 'upload' | 'values' | 'without_values' | 'shared_at'
>
type Other = Pick<Upload, '_id' | 'number' | 'reread_of' | 'file'> & Pick<FileUpload, 'status'>

/**
 * Finds the fields that later shares have set. A share can be applied after later ones: its event was late or
 * lost, or the file is read again. The values of later files stand. Costs nothing while shares arrive in
 * order.
 *
 * @param firstLine first line of the planned rows; earlier lines of this upload are applied
 */
export async function findNewerPaths(
  models: Models,
  upload: Upload,
  customers: ReadonlyMap<string, Customer>,
  firstLine = 0,
): Promise<NewerPaths> {
  const phones = await findPhonesOfLaterShares(models, upload, [...customers.values()])
  if (phones.length === 0) return new Map()

  const rows = await findCustomerRows<Row>(models, phones, {
    filter: { shared_at: { $gte: upload.shared_at }, upload: { $ne: upload._id } },
    projection: {
      phone: 1,
      customer_phone: 1,
      written: 1,
      upload: 1,
      values: 1,
      without_values: 1,
      shared_at: 1,
    },
  })
  const others = await findOthers(models, rows)
  const text = new Map<string, { readonly paths: Set<string>; readonly phones: Set<string> }>()
  for (const row of rows.sort(bySharing(others))) {
    const { phone, written, upload: of } = row
    if (!isNewer(upload, row, others.get(String(of)))) continue
    const key = recordKey(upload.records?.kind, { phone, written, upload: of })
    const known = text.get(key) ?? { paths: new Set(), phones: new Set() }
    for (const path of pathsWithValues(row)) known.paths.add(path)
    const added = phoneAddedBy(row)
    if (added !== undefined) known.phones.add(added)
    text.set(key, known)
  }
  const hasRules = [upload, ...others.values()].some((one) => rulesOf(one).size > 0)
  if (!hasRules) return new Map([...text].map(([key, one]) => [key, { ...one, places: NO_PLACES }]))
  return await findPlaces(models, upload, text, { phones, firstLine })
}

/** The phones of customers that a later share may have named. */
async function findPhonesOfLaterShares(
  models: Models,
  upload: Upload,
  customers: readonly Customer[],
): Promise<string[]> {
  const own = (customer: Customer) => customer.last_upload?.upload.equals(upload._id) === true
  const named = customers.filter((one) => one.updated_at > upload.shared_at)
  const sameTime = customers.filter((one) => one.updated_at?.getTime() === upload.shared_at.getTime())
  // The files of one message have one share time. A customer that an earlier batch of this upload wrote does
  // not show whether another of these files had named it.
  const isSure = sameTime.every((one) => !own(one)) || (await hasOthersOfSameTime(models, upload))
  const tied = isSure ? sameTime : sameTime.filter((one) => !own(one))
  return [...named, ...tied].map((one) => one.primary_phone)
}

async function hasOthersOfSameTime(models: Models, { _id, shared_at }: Upload): Promise<boolean> {
  const other = await models.fileUploads.collection.findOne(
    { shared_at, _id: { $ne: _id } },
    { projection: { _id: 1 } },
  )
  return other !== null
}

const NO_PLACES: NewerStatement['places'] = new Map()

function bySharing(others: ReadonlyMap<string, Other>): (a: CustomerRow<Row>, b: CustomerRow<Row>) => number {
  const placeAt = ({ upload }: Row) => {
    const other = others.get(String(upload))
    return other ? placeOf(other) : 0
  }
  return (a, b) => {
    const [x, y] = [a._id.toHexString(), b._id.toHexString()]
    return a.shared_at.getTime() - b.shared_at.getTime() || placeAt(a) - placeAt(b) || (x < y ? -1 : 1)
  }
}

/** Shares of the same time are ordered by number; undone uploads do not count. */
function isNewer(upload: Upload, { shared_at }: Pick<Row, 'shared_at'>, other: Other | undefined): boolean {
  if (other?.status === 'undone') return false
  if (shared_at > upload.shared_at) return true
  return other !== undefined && placeOf(other) > placeOf(upload)
}

/** A file read again keeps the position of its share. */
function placeOf({ number, reread_of }: Pick<Upload, 'number' | 'reread_of'>): number {
  return reread_of?.place ?? number
}

async function findOthers(models: Models, rows: readonly Pick<Row, 'upload'>[]): Promise<Map<string, Other>> {
  const uploads = [...new Map(rows.map(({ upload }) => [String(upload), upload])).values()]
  const found = models.fileUploads.collection.find<Other & { _id: mongo.ObjectId }>(
    { _id: { $in: uploads } },
    { projection: { status: 1, number: 1, reread_of: 1, 'file.mapping.rules': 1 } },
  )
  return new Map((await found.toArray()).map((other) => [String(other._id), other]))
}

/**
 * Finds the fields where a late value still counts because of its rule. Example: a later share filled a field
 * that was empty only because this share was missing. All rows of the customer are needed to see it.
 */
async function findPlaces(
  models: Models,
  upload: Upload,
  answer: ReadonlyMap<string, Pick<NewerStatement, 'paths' | 'phones'>>,
  { phones, firstLine }: { readonly phones: readonly string[]; readonly firstLine: number },
): Promise<NewerPaths> {
  const rows = await findCustomerRows(models, phones, { projection: { cells: 0, problem: 0 } })
  const timeline = await openTimeline(models)
  await timeline.learn([upload._id, ...rows.map((row) => row.upload)])
  const files = rows.filter(
    ({ outcome, upload: of, line }) =>
      FILE_OUTCOMES.has(outcome) && !(of.equals(upload._id) && line >= firstLine),
  )
  const stories = groupBy(files, ({ phone, written, upload: of }) =>
    recordKey(upload.records?.kind, { phone, written, upload: of }),
  )
  return new Map(
    [...answer].map(([key, one]): [string, NewerStatement] => {
      const found = findLatePlaces(stories.get(key) ?? [], one.paths, upload, timeline)
      const places = new Map<string, LatePlace>()
      const paths = new Set<string>()
      for (const path of one.paths) {
        const place = path === OTHER_PHONES ? undefined : found.get(path)
        if (place && place.after('') === '') places.set(path, place)
        else paths.add(path)
      }
      return [key, { paths, phones: one.phones, places }]
    }),
  )
}

const FILE_OUTCOMES: ReadonlySet<string> = new Set(['created', 'updated', 'unchanged', 'duplicate'])
