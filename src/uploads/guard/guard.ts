import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Customer, FileUpload, HoldReason, Models, SameFile, UploadHold } from '../../../models/index.ts'
import type { FieldCatalogue, FieldValue, ReadRow } from '../../customers/fields/index.ts'
import { AppError } from '../../errors.ts'
import {
  type CustomersRead,
  findKnownCustomers,
  findNewerPaths,
  type KnownCustomers,
  phonesOf,
  planBatch,
} from '../apply/index.ts'
import { createNetFold, keyIn, type NetFold, rowsOf, ruleIn, rulesOf, valueAt } from '../rows/index.ts'
import { asPlanned } from '../second-phones/index.ts'
import { checkOldValues, type KnownCustomer } from './guard-old-values.ts'
import { explainReason } from './guard-reasons.ts'
import { createDummyCounter } from './preview-dummies.ts'
import { createSharedPhoneFinder } from './shared-phones.ts'

/** When a file is held. Without settings no file is. */
export interface GuardSettings {
  /** Percentage (1 to 100) of the checked rows or customers from which a finding holds the file. */
  readonly percent: number
  /** A finding in fewer rows or customers is ignored. */
  readonly minimum: number
  /** True if the same bytes as an earlier upload hold the file; the receipt names that upload in any case. */
  readonly holdsSameFile: boolean
}

/** Maximum of checked rows: each needs its customer and history. */
const MAX_CHECKED = 200

interface GuardOptions {
  readonly catalogue: FieldCatalogue
  /** Undefined: no file is held. */
  readonly guard?: GuardSettings | undefined
  /** True if no earlier run has opened the file: then none of its rows is written. */
  readonly isUnread?: boolean
  /** What `findChecked` found for these rows, or will find, if it was begun before. */
  readonly checked?: Promise<KnownCustomers> | undefined
  /** Called with the customers that the file was compared with, if an import would read the same. */
  readonly onRead?: ((read: CustomersRead) => void) | undefined
}

/**
 * Decides whether a person must look at a file before its first row is written: the guard found a reason, or
 * a person asked for a preview. Checked once: an approved or begun upload continues.
 *
 * @param rows the first rows of the file
 * @throws AppError held_back for a file from the command line, where nobody can be asked
 */
export async function decideHold(
  models: Models,
  upload: FileUpload,
  rows: readonly ReadRow[],
  { catalogue, guard, isUnread = false, checked, onRead }: GuardOptions,
): Promise<UploadHold | undefined> {
  const isWanted = upload.preview_wanted === true
  if (!isWanted && (upload.hold?.answer || !guard)) return undefined
  if (!isWanted && !isUnread && (await hasBegun(models, upload))) return undefined
  const reasons = guard ? await checkFile(models, upload, rows, { catalogue, checked, onRead }, guard) : []
  if (isWanted) return { reasons }
  const { source } = upload
  if (reasons.length === 0 || (source.kind === 'cli' && source.anyway)) return undefined
  if (source.kind === 'slack') return { reasons }
  const shown = [...reasons.map(explainReason), ...describeDummies(upload, rows)]
  throw new AppError('held_back', { file: upload.file.name, reasons: shown })
}

/** Dummy numbers explain invalid rows. */
function describeDummies({ file }: FileUpload, rows: readonly ReadRow[]): readonly string[] {
  const dummies = createDummyCounter(file.mapping ?? { columns: [] })
  for (const row of rows) dummies.add(row)
  return dummies.describe()
}

/** True after a row of the upload is written. */
export async function hasBegun(models: Models, upload: FileUpload): Promise<boolean> {
  if (upload.checkpoint) return true
  const row = await models.uploadRows.collection.findOne(rowsOf(upload), { projection: { _id: 1 } })
  return row !== null
}

/**
 * Compares the first rows of a file with the stored data, before any write.
 * @param rows the first rows of the file
 * @returns the reasons to hold the file; empty if there are none
 */
async function checkFile(
  models: Models,
  upload: FileUpload,
  rows: readonly ReadRow[],
  { catalogue, ...read }: Pick<GuardOptions, 'catalogue' | 'checked' | 'onRead'>,
  settings: GuardSettings,
): Promise<HoldReason[]> {
  const { planned, known } = await planRows(models, upload, rows.slice(0, MAX_CHECKED), read)
  const used = planned.filter(({ kind }) => kind !== 'blank')
  const amounts = catalogue.fields.flatMap(({ name, type }) => (type === 'money' ? [name] : []))
  const { same_as } = upload
  // A name that is not written is no evidence.
  const overwritesNames = ruleIn(rulesOf(upload), 'full_name') === 'overwrite'
  const named = overwritesNames ? known.filter(({ row, customer }) => bothNamed(row, customer)) : []
  const suspects: {
    kind: 'invalid' | 'names' | 'amounts' | 'old_values' | 'shared_phones'
    rows: number
    of: number
  }[] = [
    { kind: 'invalid', rows: used.filter(({ kind }) => kind === 'invalid').length, of: used.length },
    { kind: 'names', rows: named.filter(hasOtherName).length, of: named.length },
    checkAmounts(known, amounts),
    await checkOldValues(models, known),
    checkSharedPhones(upload, used),
  ]
  return [
    ...suspects.filter(
      ({ rows: some, of }) => of >= settings.minimum && (some / of) * 100 >= settings.percent,
    ),
    ...(same_as && settings.holdsSameFile ? [{ kind: 'identical' as const, ...same_as }] : []),
  ]
}

/** Finds rows that share a phone but have another name or loan number. */
function checkSharedPhones(upload: FileUpload, rows: readonly ReadRow[]) {
  const finder = createSharedPhoneFinder(upload)
  for (const row of rows) finder.add(row)
  const usable = rows.flatMap((row) => (row.kind === 'customer' ? [row] : []))
  const shared = usable.filter((row) => finder.linesOf(row) !== undefined)
  return { kind: 'shared_phones' as const, rows: shared.length, of: usable.length }
}

/** Finds the latest active upload of the same bytes and sheet. */
export async function findSameFile(
  models: Models,
  upload: Pick<FileUpload, '_id' | 'file'>,
): Promise<SameFile | undefined> {
  if (upload.file.sha256 === undefined) return undefined
  const [same] = await models.fileUploads.collection
    .find<FileUpload>(
      {
        'file.sha256': upload.file.sha256,
        'file.sheet.position': upload.file.sheet?.position ?? { $exists: false },
        status: 'done',
        _id: { $ne: upload._id },
      },
      { projection: { number: 1, source: 1, shared_at: 1 } },
    )
    .sort({ shared_at: -1 })
    .limit(1)
    .toArray()
  return same && { number: same.number, by: same.source.user, at: same.shared_at }
}

/** Plans the rows as an import would, and returns the customers they go to. */
async function planRows(
  models: Models,
  upload: FileUpload,
  rows: readonly ReadRow[],
  { checked, onRead }: Pick<GuardOptions, 'checked' | 'onRead'>,
): Promise<{ readonly planned: readonly ReadRow[]; readonly known: KnownCustomer[] }> {
  const found = await (checked ?? findChecked(models, upload, rows))
  if (upload.records?.kind !== 'one_per_upload') onRead?.({ phones: new Set(phonesOf(rows)), found })
  const { customers } = found
  const newer = await findNewerPaths(models, upload, customers)
  // Reading, planning and comparing take some milliseconds each; commands get a turn in between.
  await nextTurn()
  const plan = planBatch(upload, rows, found, new Map(), newer)
  await nextTurn()
  const planned = rows.map((row, index) => asPlanned(row, plan.rows[index]))
  const known = new Map<string, { row: KnownCustomer['row']; customer: Customer; fold: NetFold }>()
  for (const [index, row] of planned.entries()) {
    const record = plan.rows[index]
    const key = row.kind === 'customer' ? keyIn(upload, row) : ''
    const customer = customers.get(key)
    if (row.kind !== 'customer' || !customer || !record) continue
    const earlier = known.get(key)
    const fold = earlier?.fold ?? createNetFold()
    fold.add(record)
    const values = { ...earlier?.row.values, ...row.values }
    known.set(key, { row: { ...(earlier?.row ?? row), values }, customer, fold })
  }
  return {
    planned,
    known: [...known.values()].map(({ fold, ...one }) => ({ ...one, changes: fold.net() })),
  }
}

/**
 * Finds the customers to compare a file with: its own records. With the kind `one_per_upload`, the latest
 * record of each phone.
 * @param all the first rows of the file
 */
export async function findChecked(
  models: Models,
  upload: FileUpload,
  all: readonly ReadRow[],
): Promise<KnownCustomers> {
  const rows = all.slice(0, MAX_CHECKED)
  if (upload.records?.kind !== 'one_per_upload') return await findKnownCustomers(models, upload, rows)
  const latest = new Map<string, Customer>()
  for await (const customer of models.customers.collection
    .find<Customer>({ primary_phone: { $in: phonesOf(rows) } })
    .sort({ updated_at: 1 }))
    latest.set(keyIn(upload, { phone: customer.primary_phone }), customer)
  return { customers: latest, crowded: new Set() }
}

const wordsOf = (value: unknown): Set<string> =>
  new Set(
    String(value)
      .normalize('NFKD')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [],
  )

function bothNamed({ values }: KnownCustomer['row'], customer: Customer): boolean {
  return typeof values.full_name === 'string' && typeof customer.full_name === 'string'
}

/** True if no word of the stored name is left. A corrected or completed name keeps most of a word. */
function hasOtherName({ row, customer }: KnownCustomer): boolean {
  const before = [...wordsOf(customer.full_name)]
  const after = wordsOf(row.values.full_name)
  return !before.some((word) => after.has(word) || [...after].some((other) => isAlike(word, other)))
}

/** `meenakhsi` and `meenakshi`: the same first letters. */
function isAlike(a: string, b: string): boolean {
  const max = Math.min(a.length, b.length)
  return max >= 3 && a.slice(0, 3) === b.slice(0, 3)
}

/**
 * Amounts due change every day, so one changed amount column is normal. Suspicious: every amount of a
 * customer with several changes, or an amount becomes the stored value of another field.
 */
function checkAmounts(known: readonly KnownCustomer[], amounts: readonly string[]) {
  const counted = known.filter(({ row }) => amounts.some((name) => typeof row.values[name] === 'number'))
  const odd = counted.filter(({ row, customer, changes }) => {
    const given = amounts.filter(
      (name) => typeof row.values[name] === 'number' && valueAt(customer, name) !== null,
    )
    const changed = given.filter((name) => changes[name])
    const isMoved = changed.some((name) => isElsewhere(customer, name, row.values[name] ?? null))
    return isMoved || (given.length > 1 && changed.length === given.length)
  })
  return { kind: 'amounts' as const, rows: odd.length, of: counted.length }
}

/** True if the customer has the value in another field. */
function isElsewhere(customer: Customer, path: string, value: FieldValue | null): boolean {
  if (value === 0) return false
  return Object.entries(customer).some(
    ([name, other]) => name !== path && name !== 'upload_count' && other === value,
  )
}
