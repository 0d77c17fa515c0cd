import type {
  ChosenColumn,
  FieldSummary,
  FileUpload,
  Models,
  SameFile,
  SharedPhones,
  UploadCollisions,
  UploadCounts,
} from '../../../models/index.ts'
import { type CsvFile, type CsvLimits, openCsv } from '../../csv/index.ts'
import { createBlankWords } from '../../customers/cells/index.ts'
import { describeForeignPhones } from '../../customers/columns/index.ts'
import type { FieldCatalogue, HeaderMapping, ReadRow } from '../../customers/fields/index.ts'
import { createRowReader } from '../../customers/rows/index.ts'
import { AppError } from '../../errors.ts'
import {
  type ApplyContext,
  addRows,
  applyBatches,
  countDummies,
  countOutcomes,
  countRowNotes,
  createChangeSummary,
  describeDummies,
  describeRowNotes,
  emptyCounts,
  findSharedPhones,
  summariseNet,
} from '../apply/index.ts'
import { decideHold, findCollisions, findSameFile, type GuardSettings, previewRows } from '../guard/index.ts'
import {
  claimMessage,
  type FileSource,
  holdUpload,
  type OpenedFile,
  saveCheckpoint,
  saveFile,
} from '../lease/index.ts'
import { releaseSameHeader } from './answer-question.ts'
import { rememberChoice } from './column-choices.ts'
import { correctSharedPhones } from './correct-shared-phones.ts'
import { readFileName } from './file-name.ts'
import { rejectUnusableFile } from './reject-unusable-file.ts'
import { type SpooledFile, spoolFile } from './spool-file.ts'
import { completeMapping, type UnderstoodColumns, understandColumns } from './understand-columns.ts'

/** How files are read, the same for every upload. */
export interface ImportOptions {
  readonly catalogue: FieldCatalogue
  readonly defaultRegion: string
  readonly dateOrder: 'day_first' | 'month_first'
  readonly clearWord: string
  /** Numbers that stand for "none" beside the usual ones, or with a minus in front that do not. */
  readonly dummyPhones?: readonly string[]
  /** Words of the team for an empty cell, besides the usual ones. */
  readonly blankWords?: readonly string[]
  /** Encoding of files that are not Unicode; undefined: judged file by file. */
  readonly fallbackEncoding?: string | undefined
  /** Encoding somebody stated for this file. */
  readonly encoding?: string | undefined
  readonly limits: CsvLimits
  /** Share of the first rows, 0 to 100, that may be unusable; a file with more is turned away as a whole. */
  readonly maxInvalidPercent: number
  /** When a file is held for a person to look at; undefined: never. */
  readonly guard?: GuardSettings | undefined
  /** Rows written at once. */
  readonly batchSize: number
}

interface ImportContext {
  readonly models: Models
  readonly source: FileSource
  readonly options: ImportOptions
  readonly signal: AbortSignal
  readonly onProgress: (upload: FileUpload, rows: number, bytesRead: number) => void
}

interface ImportedFile {
  readonly upload: FileUpload
  /** For the upload's document, once everything is written. */
  readonly result: {
    readonly file: FileUpload['file']
    readonly notes: string[]
    readonly counts: UploadCounts
    readonly changed_fields: FieldSummary[]
    readonly changed_customers: number
    readonly same_as?: SameFile | undefined
    readonly collisions?: UploadCollisions | undefined
    readonly shared_phones?: SharedPhones | undefined
  }
}

/**
 * Imports the file of an upload this run holds, from the first row or after the checkpoint of an earlier run.
 * Nothing is written before the whole file is here and its header is understood.
 *
 * @returns what the rows in the database add up to; `not_for_us`; or `held` where a person has to say more first
 * @throws AppError whatever is wrong with the file, the database or Slack; the signal's reason when told to stop
 */
export async function importFile(
  given: ImportContext,
  upload: FileUpload,
): Promise<ImportedFile | 'not_for_us' | 'held'> {
  const encoding = upload.source.kind === 'cli' ? upload.source.encoding : undefined
  const context = { ...given, options: { ...given.options, encoding } }
  const claim = (ts: string, name: string) => claimMessage(context.models, upload, ts, name)
  const found = await context.source.open(upload, context.signal, claim)
  if (found === 'not_for_us') return found
  // Files we make are named after it, and shown by others than us.
  const opened = { ...found, name: readFileName(found.name) || 'unnamed file' }

  const { limits } = context.options
  const spooled = await spoolFile(opened.stream, {
    name: opened.name,
    maxBytes: limits.maxBytes,
    ...(opened.bytes !== undefined && { expectedBytes: opened.bytes }),
    signal: context.signal,
    hints: { region: context.options.defaultRegion, fallback: context.options.fallbackEncoding },
  })
  try {
    if (upload.file.sha256 !== undefined && upload.file.sha256 !== spooled.sha256)
      throw new AppError('file_changed', { file: opened.name })
    if (spooled.lineEnds > limits.maxRows) await proveRowLimit(context.options, opened.name, spooled)
    if (encoding === undefined && spooled.probed.kind === 'open')
      await refuseUnclear(context.options, opened.name, spooled)
    return await importSpooled(context, upload, opened, spooled)
  } finally {
    await spooled.remove()
  }
}

function open(
  { limits, batchSize, encoding, fallbackEncoding, defaultRegion: region }: ImportOptions,
  fileName: string,
  spooled: SpooledFile,
  onBytes?: (total: number) => void,
  headerless = false,
): Promise<CsvFile> {
  const { probed } = spooled
  const fallback = probed.kind === 'legacy' ? probed.encoding : fallbackEncoding
  return openCsv(spooled.read(onBytes), {
    ...(encoding !== undefined && { encoding }),
    limits,
    batchSize,
    region,
    fileName,
    headerless,
    ...(fallback !== undefined && { fallbackEncoding: fallback }),
  })
}

/** Only a file with that many line ends can have too many rows; it is read once more, before anything is written. */
async function proveRowLimit(options: ImportOptions, name: string, spooled: SpooledFile): Promise<void> {
  const csv = await open(options, name, spooled)
  for await (const _ of csv.batches());
}

/** @throws AppError not_csv, file_empty, … where that is the matter with the file, else encoding_unclear */
async function refuseUnclear(options: ImportOptions, file: string, spooled: SpooledFile): Promise<void> {
  if (spooled.probed.kind !== 'open') return
  const readings = spooled.probed.readings.map(({ encoding }) => encoding)
  const csv = await open({ ...options, fallbackEncoding: readings[0] }, file, spooled)
  await csv.close()
  throw new AppError('encoding_unclear', { file, readings })
}

async function importSpooled(
  context: ImportContext,
  upload: FileUpload,
  opened: OpenedFile,
  spooled: SpooledFile,
): Promise<ImportedFile | 'held'> {
  const { models, options, signal } = context
  let bytesRead = 0
  const onBytes = (total: number) => {
    bytesRead = total
  }
  let csv = await open(options, opened.name, spooled, onBytes)
  try {
    const understood = await understand(context, upload, opened.name, csv, spooled)
    if (understood.kind === 'ask') {
      const { source, file } = describeFile(upload, opened, spooled, csv)
      await holdUpload(models, upload, { source, file, question: understood.question })
      return 'held'
    }
    const { mapping, chosen } = understood
    if (mapping.isHeaderRow) {
      await csv.close()
      csv = await open(options, opened.name, spooled, onBytes, true)
    }
    const readPlainly = createRowReader(mapping, csv.header, {
      catalogue: options.catalogue,
      region: options.defaultRegion,
      clearWord: options.clearWord,
      ...(options.dummyPhones && { dummyPhones: options.dummyPhones }),
      blankWords: createBlankWords(options.blankWords),
    })
    if (!upload.file.mapping) {
      const cells = csv.sample.map((row) => row.cells)
      const foreign = describeForeignPhones(mapping, cells, options.defaultRegion)
      rejectUnusableFile(opened.name, csv.sample.map(readPlainly), options.maxInvalidPercent, foreign)
    }
    const saved = await saveFile(models, upload, describeFile(upload, opened, spooled, csv, understood))
    const same_as = saved.same_as ?? (await findSameFile(models, saved))
    const held = { ...saved, ...(same_as && { same_as }) }
    const hold = await decideHold(models, held, csv.sample.map(readPlainly), options)
    const openAgain = () => open(options, opened.name, spooled, undefined, mapping.isHeaderRow)
    if (hold) {
      const read = () => readFrom(openAgain, (row) => readPlainly(row))
      const preview = await previewRows(models, held, read(), signal, read)
      await holdUpload(models, held, { source: held.source, file: held.file, hold, preview })
      return 'held'
    }
    const isAnswer = chosen !== undefined && chosen.upload === undefined && upload.source.kind === 'slack'
    if (isAnswer && !mapping.isHeaderRow) {
      await rememberChoice(models, held, csv.header, chosen)
      await releaseSameHeader(models, held, chosen.by)
    }

    const readRow =
      upload.hold?.answer?.shared_phones === 'to_correct'
        ? await correctSharedPhones(
            held,
            mapping,
            readPlainly,
            readFrom(openAgain, (row) => row),
          )
        : readPlainly

    let checkpoint = upload.checkpoint ?? { line: 0, counts: emptyCounts() }
    const changes = createChangeSummary()
    const onApplied: ApplyContext['onApplied'] = async (batch, written) => {
      const line = batch.at(-1)?.line ?? checkpoint.line
      checkpoint = { line, counts: addRows(checkpoint.counts, written) }
      for (const row of written) changes.add(row)
      await saveCheckpoint(models, held, checkpoint)
      context.onProgress(held, checkpoint.counts.rows, bytesRead)
    }
    await applyBatches(
      { models, upload: held, signal, onApplied },
      readBatches(csv, checkpoint.line, readRow),
    )
    // What only the last row could tell: how the file was encoded, how a repeated heading was read.
    const counted = describeRowNotes(await countRowNotes(models, upload._id))
    const dummies = describeDummies(await countDummies(models, upload._id, mapping))
    const notes = [...csv.notes, ...mapping.notes, ...dummies, ...counted]
    const file = { ...held.file, encoding: csv.dialect.encoding }
    const counts = await countOutcomes(models, upload._id)
    // A run that began behind a checkpoint has not seen the rows before it.
    const isWhole = !upload.checkpoint && changes.isNet
    const net = isWhole ? changes : await summariseNet(models, { ...held, counts })
    const collisions = await findCollisions(models, { ...held, counts })
    const shared_phones = await findSharedPhones(models, { ...held, counts })
    const changed = { changed_fields: net.fields(), changed_customers: net.customers() }
    return { upload: held, result: { file, notes, counts, ...changed, same_as, collisions, shared_phones } }
  } finally {
    await csv.close()
  }
}

/** The whole file once more, from its beginning. */
async function* readFrom<T>(
  openAgain: () => Promise<CsvFile>,
  read: (row: CsvFile['sample'][number]) => T,
): AsyncGenerator<readonly T[]> {
  const csv = await openAgain()
  try {
    for await (const batch of csv.batches()) yield batch.map(read)
  } finally {
    await csv.close()
  }
}

/** The rows behind a line, read into customers. */
async function* readBatches(
  csv: CsvFile,
  line: number,
  readRow: ReturnType<typeof createRowReader>,
): AsyncGenerator<readonly ReadRow[]> {
  for await (const batch of csv.batches()) {
    const rows = batch.filter((row) => row.line > line)
    if (rows.length > 0) yield rows.map(readRow)
  }
}

/** A run that goes on where another was reads the rest the same way. */
async function understand(
  { models, options, signal }: ImportContext,
  upload: FileUpload,
  fileName: string,
  csv: CsvFile,
  spooled: SpooledFile,
): Promise<UnderstoodColumns> {
  const { mapping, phone_column: chosen } = upload.file
  if (mapping) return { kind: 'mapped', mapping, ...(chosen && { chosen }) }
  const { catalogue, defaultRegion: region, dateOrder, dummyPhones } = options
  const settings = { catalogue, region, dateOrder, ...(dummyPhones && { dummyPhones }) }
  const understood = await understandColumns(models, settings, upload, fileName, csv)
  if (understood.kind === 'ask') return understood
  const openAgain = () => open(options, fileName, spooled)
  const settled = await completeMapping(understood.mapping, settings, csv, openAgain, signal)
  return { ...understood, mapping: settled }
}

function describeFile(
  { source }: FileUpload,
  opened: OpenedFile,
  spooled: SpooledFile,
  csv: CsvFile,
  understood?: { readonly mapping: HeaderMapping; readonly chosen?: ChosenColumn },
): Pick<FileUpload, 'file' | 'source' | 'notes'> {
  return {
    source:
      source.kind === 'slack'
        ? {
            ...source,
            ...(opened.link !== undefined && { message_link: opened.link }),
            ...(opened.thread !== undefined && { thread: opened.thread }),
          }
        : source,
    file: {
      name: opened.name,
      bytes: spooled.bytes,
      sha256: spooled.sha256,
      encoding: csv.dialect.encoding,
      delimiter: csv.dialect.delimiter,
      header: [...csv.header],
      ...(understood && { mapping: understood.mapping }),
      ...(understood?.chosen && { phone_column: understood.chosen }),
    },
    notes: [...csv.notes, ...(understood?.mapping.notes ?? [])],
  }
}
