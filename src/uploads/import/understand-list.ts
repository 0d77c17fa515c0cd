import type { FileUpload } from '../../../models/index.ts'
import type { ListFile } from '../../lists/index.ts'
import {
  createFirstPass,
  type FirstPass,
  findEarlierReading,
  keepEarlierReading,
  type UnderstoodColumns,
} from '../readings/index.ts'
import type { ChosenFile } from './describe-file.ts'
import { columnSettings, type ImportContext, readerOf } from './import-options.ts'
import { understandColumns } from './understand-columns.ts'

/**
 * Decides how the list is read, after one pass over it at most. A run that continues an earlier one reads the
 * rest the same way.
 */
export async function understandList(
  context: ImportContext,
  upload: FileUpload,
  file: ChosenFile,
  opened: ListFile,
): Promise<UnderstoodColumns> {
  const { options, signal } = context
  const { list } = file
  const pass = createFirstPass({
    list: opened,
    openAgain: () => list.open(),
    settings: columnSettings(options),
    signal,
    mayBeTooLong: list.maxRows > options.limits.maxRows && !provesLimitLater(upload),
  })
  const understood = storedColumns(upload) ?? (await understandWith(pass, context, upload, file, opened))
  // Also before a question: nobody is asked about a list that is too long.
  await pass.proveRowLimit()
  return understood
}

/** Rows are already written, or the whole file is read for shared phones next. */
function provesLimitLater({ checkpoint, hold }: FileUpload): boolean {
  return checkpoint !== undefined || hold?.answer?.shared_phones === 'to_correct'
}

/** How an earlier run of this upload understood its columns. */
function storedColumns({ file }: FileUpload): UnderstoodColumns | undefined {
  const { mapping, phone_column: chosen, columns, earlier_reading: earlier } = file
  if (!mapping) return undefined
  return {
    kind: 'mapped',
    mapping,
    ...(chosen && { chosen }),
    ...(columns && { columns }),
    ...(earlier && { earlier }),
  }
}

async function understandWith(
  pass: FirstPass,
  { models, options }: ImportContext,
  upload: FileUpload,
  { name }: ChosenFile,
  opened: ListFile,
): Promise<UnderstoodColumns> {
  const settings = columnSettings(options)
  const earlier = findEarlierReading({ models, settings }, upload, opened.header)
  // Its error is thrown where it is awaited, if the columns are understood.
  earlier.catch(() => {})
  const found = await understandColumns(models, settings, upload, name, opened)
  const described = found.kind === 'mapped' ? found.columns : upload.file.columns
  const kept = await keepEarlierReading(
    {
      models,
      settings: { ...settings, ...(described && { assigned: described.columns }) },
      fileName: name,
      search: pass.search,
      readerOf: (some) => readerOf(some, opened.header, options),
    },
    upload,
    opened,
    found,
    earlier,
  )
  if (kept.kind === 'ask') return kept
  const idle = await pass.complete(kept.mapping)
  return {
    ...kept,
    ...(described && { columns: described }),
    mapping: { ...idle, region: idle.region ?? settings.region },
  }
}
