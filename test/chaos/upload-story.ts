import type { FileUpload } from '../../models/index.ts'
import type { FieldValue } from '../../src/customers/fields/customer.ts'
import { type ModelChoice, type ModelFile, type ModelRow, rowsByKey } from '../uploads/undo/undo-model.ts'
import type { CustomerFile, FileRow } from './customer-files.ts'

/** What a row must have become. `known`: updated or unchanged, which is a matter of values. */
export interface ToldRow {
  readonly outcome: 'created' | 'known' | 'duplicate' | 'invalid' | 'blank'
  /** Number of the request to forget that emptied it. */
  forgottenBy?: number
}

export interface ToldUpload {
  readonly upload: FileUpload
  readonly file: CustomerFile
  readonly rows: readonly ToldRow[]
  /** What of it counts, as the model of undos and switches takes it. */
  model: ModelFile
}

/** What became of everything that was asked for, in the order in which it was carried out. */
export interface UploadStory {
  readonly uploads: ToldUpload[]
  choice: ModelChoice
}

interface Sources {
  readonly fileOf: (upload: FileUpload) => CustomerFile
  /** Whom a request to forget was about: the database does not say so any more. */
  readonly phoneOf: (upload: FileUpload) => string
}

/**
 * Goes through what was carried out, one after the other. One lane carries out everything, so the order is that of the
 * ends. Reads no row, no customer and no setting: only what the files say, and when the database says they were done.
 */
export function tellStory(done: readonly FileUpload[], sources: Sources): UploadStory {
  const story: UploadStory = { uploads: [], choice: { kind: 'one_per_phone', since: 0 } }
  const byEnd = (a: FileUpload, b: FileUpload) =>
    (a.finished_at?.getTime() ?? 0) - (b.finished_at?.getTime() ?? 0) || a.number - b.number
  for (const upload of done.toSorted(byEnd)) STEPS[kindOf(upload)](story, upload, sources)
  return story
}

type Step = (story: UploadStory, upload: FileUpload, sources: Sources) => void

const STEPS: Readonly<Record<'share' | 'forget' | 'switch', Step>> = {
  share: applyFile,
  forget: forgetPerson,
  switch(story, { switch_of }) {
    const kind = switch_of?.to ?? story.choice.kind
    story.choice = { kind, since: story.uploads.length }
  },
}

export function kindOf({ forget, switch_of }: FileUpload): 'share' | 'forget' | 'switch' {
  if (switch_of) return 'switch'
  return forget ? 'forget' : 'share'
}

function applyFile(story: UploadStory, upload: FileUpload, { fileOf }: Sources): void {
  const file = fileOf(upload)
  const { kind } = story.choice
  const known = new Set(story.uploads.flatMap(({ model }) => [...rowsByKey(kind, model).keys()]))
  const rows = file.rows.flatMap((row, index) => toModel(row, index + 2))
  const model: ModelFile = { upload, rows, isEffective: true }
  const outcomes = new Map<number, ToldRow['outcome']>()
  for (const [key, [first, ...others]] of rowsByKey(kind, model)) {
    if (first) outcomes.set(first.line, known.has(key) ? 'known' : 'created')
    for (const { line } of others) outcomes.set(line, 'duplicate')
  }
  const told = file.rows.map(({ kind: said }, index): ToldRow => {
    return { outcome: said === 'customer' ? (outcomes.get(index + 2) ?? 'duplicate') : said }
  })
  story.uploads.push({ upload, file, rows: told, model })
}

function toModel(row: FileRow, line: number): ModelRow[] {
  if (row.kind !== 'customer') return []
  const { phone, written, cells } = row
  const values = Object.entries(cells).map(([path, value]): [string, FieldValue | null] => {
    return [path, value === 'CLEAR' ? null : value]
  })
  return [
    {
      line,
      phone,
      values: Object.fromEntries(values),
      ...(written !== phone && { written }),
    },
  ]
}

/** Rows under the phone; rows that could not be used and name the person by a loan number that is known to be theirs. */
function forgetPerson(story: UploadStory, { number, ...upload }: FileUpload, { phoneOf }: Sources): void {
  const phone = phoneOf({ number, ...upload })
  const isLoanKnown = story.uploads.some(({ model }) =>
    model.rows.some((row) => row.phone === phone && row.values.loan_id !== undefined),
  )
  for (const told of story.uploads) {
    for (const [index, row] of told.file.rows.entries()) {
      const isTheirs = row.kind === 'customer' || (row.kind === 'invalid' && isLoanKnown)
      const [toldRow] = told.rows.slice(index, index + 1)
      if (isTheirs && row.phone === phone && toldRow) toldRow.forgottenBy ??= number
    }
    told.model = { ...told.model, rows: told.model.rows.filter((row) => row.phone !== phone) }
  }
}
