import type { FileUpload, UploadKind } from '../../models/index.ts'
import type { FieldValue } from '../../src/customers/fields/customer.ts'
import { type ModelChoice, type ModelFile, type ModelRow, rowsByKey } from '../uploads/undo/undo-model.ts'
import type { CustomerFile, FileRow } from './customer-files.ts'

/** The expected outcome of a row. `known`: updated or unchanged, depending on values. */
export interface StoryRow {
  readonly outcome: 'created' | 'known' | 'duplicate' | 'invalid' | 'blank'
  /** Customers of the row; several if the row is invalid because several have its phone as a second one. */
  readonly owners: readonly string[]
  /** Number of the forget upload that erased it. */
  forgottenBy?: number
}

export interface StoryUpload {
  readonly upload: FileUpload
  readonly file: CustomerFile
  readonly rows: readonly StoryRow[]
  /** Its active rows, for the model of undos and switches. */
  model: ModelFile
}

/** The result of all requests, in the order of execution. */
export interface UploadStory {
  readonly uploads: StoryUpload[]
  choice: ModelChoice
}

interface Sources {
  /** True if rows match second phones. */
  readonly matches: boolean
  readonly fileOf: (upload: FileUpload) => CustomerFile
  /** The person of a forget upload, which the database no longer stores. */
  readonly phoneOf: (upload: FileUpload) => string
}

/**
 * Replays the executed requests in order. Uploads run one at a time, so they are ordered by their end. Reads
 * no rows, customers or settings: only the files, and the times in the database.
 */
export function writeStory(done: readonly FileUpload[], sources: Sources): UploadStory {
  const story: UploadStory = { uploads: [], choice: { kind: 'one_per_phone', since: 0 } }
  const byEnd = (a: FileUpload, b: FileUpload) =>
    (a.finished_at?.getTime() ?? 0) - (b.finished_at?.getTime() ?? 0) || a.number - b.number
  for (const upload of done.toSorted(byEnd)) STEPS[upload.kind](story, upload, sources)
  return story
}

type Step = (story: UploadStory, upload: FileUpload, sources: Sources) => void

const STEPS: Readonly<Record<UploadKind, Step>> = {
  import: applyFile,
  undo(story, upload) {
    const file = upload.kind === 'undo' ? String(upload.undo_of.file) : ''
    for (const { upload: one, model } of story.uploads)
      if (String(one._id) === file) model.isEffective = false
  },
  forget: forgetPerson,
  switch(story, upload) {
    const kind = upload.kind === 'switch' ? upload.switch_of.to : story.choice.kind
    story.choice = { kind, since: story.uploads.length }
  },
}

function applyFile(story: UploadStory, upload: FileUpload, { fileOf, matches }: Sources): void {
  const file = fileOf(upload)
  // For a cancelled file only the rows before the stop exist and count.
  const lines = upload.status === 'failed' ? file.rows.slice(0, upload.counts?.rows ?? 0) : file.rows
  const { kind } = story.choice
  const known = new Set(
    story.uploads.flatMap(({ model }) => (model.isEffective ? [...rowsByKey(kind, model).keys()] : [])),
  )
  const ownersOf = matches && kind === 'one_per_phone' ? watchOwners(story) : (row: FileRow) => phoneIn(row)
  const owners = lines.map(ownersOf)
  const rows = lines.flatMap((row, index) => toModel(row, index + 2, owners[index] ?? []))
  const model: ModelFile = { upload, rows, isEffective: true }
  const outcomes = new Map<number, StoryRow['outcome']>()
  for (const [key, [first, ...others]] of rowsByKey(kind, model)) {
    if (first) outcomes.set(first.line, known.has(key) ? 'known' : 'created')
    for (const { line } of others) outcomes.set(line, 'duplicate')
  }
  const shown = lines.map(({ kind: text }, index): StoryRow => {
    const of = owners[index] ?? []
    const isSeveral = text === 'customer' && of.length > 1
    const outcome = text === 'customer' ? (outcomes.get(index + 2) ?? 'duplicate') : text
    return { outcome: isSeveral ? 'invalid' : outcome, owners: of }
  })
  story.uploads.push({ upload, file, rows: shown, model })
}

const phoneIn = (row: FileRow): string[] => (row.kind === 'customer' ? [row.phone] : [])

/**
 * Finds the customer of each row: the one with the phone as primary, else the ones with it as second, else a
 * new one. Second phones never change here, so earlier results stay valid.
 */
function watchOwners(story: UploadStory): (row: FileRow) => string[] {
  const customers = new Set<string>()
  const holders = new Map<string, Set<string>>()
  const learn = (phone: string, seconds: readonly string[]) => {
    customers.add(phone)
    for (const one of seconds) holders.set(one, (holders.get(one) ?? new Set()).add(phone))
  }
  for (const { model } of story.uploads)
    for (const { phone, second, values } of model.rows)
      learn(phone, [second ?? [], values.other_phones ?? []].flat(2) as string[])
  return (row) => {
    if (row.kind !== 'customer') return []
    const found = customers.has(row.phone) ? [] : [...(holders.get(row.phone) ?? [])]
    const owners = found.length > 0 ? found : [row.phone]
    if (owners.length === 1) learn(String(owners[0]), row.second === undefined ? [] : [row.second])
    return owners
  }
}

function toModel(row: FileRow, line: number, [owner, ...others]: readonly string[]): ModelRow[] {
  if (row.kind !== 'customer' || owner === undefined || others.length > 0) return []
  const { phone, written, cells, second } = row
  const values = Object.entries(cells).flatMap(([path, value]): [string, FieldValue | null][] =>
    value === undefined ? [] : [[path, value === 'CLEAR' ? null : value]],
  )
  return [
    {
      line,
      phone: owner,
      values: { ...Object.fromEntries(values), ...(second !== undefined && { other_phones: [second] }) },
      ...(owner === phone ? written !== phone && { written } : { second: phone }),
    },
  ]
}

/** Forgets the rows with the phone, and the invalid rows with a loan ID known to be the person's. */
function forgetPerson(story: UploadStory, { number, ...upload }: FileUpload, { phoneOf }: Sources): void {
  const phone = phoneOf({ number, ...upload })
  const isLoanKnown = story.uploads.some(({ model }) =>
    model.rows.some((row) => row.phone === phone && row.values.loan_id !== undefined),
  )
  for (const described of story.uploads) {
    for (const [index, row] of described.file.rows.entries()) {
      const [storyRow] = described.rows.slice(index, index + 1)
      const isNamed = row.kind === 'invalid' && isLoanKnown && row.phone === phone
      if (storyRow && (isNamed || storyRow.owners.includes(phone))) storyRow.forgottenBy ??= number
    }
    described.model = { ...described.model, rows: described.model.rows.filter((row) => row.phone !== phone) }
  }
}
