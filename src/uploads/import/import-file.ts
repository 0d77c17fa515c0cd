import type {
  FieldSummary,
  FileUpload,
  Models,
  SameFile,
  SecondPhones,
  SharedPhones,
  UploadCollisions,
  UploadCounts,
  UploadHold,
} from '../../../models/index.ts'
import type { HeaderMapping, ReadRow } from '../../customers/fields/index.ts'
import { describeForeignPhones } from '../../customers/mapping/index.ts'
import { AppError } from '../../errors.ts'
import { type ListFile, type ListSource, openListFile, spoolFile } from '../../lists/index.ts'
import { releaseSameHeader, rememberChoice, rememberColumns } from '../answers/index.ts'
import { type ApplyContext, applyBatches, type CustomersRead, createCheckpoints } from '../apply/index.ts'
import {
  decideHold,
  findChecked,
  findCollisions,
  findSameFile,
  hasBegun,
  previewRows,
} from '../guard/index.ts'
import { claimMessage, holdUpload, type OpenedFile, saveFile } from '../lease/index.ts'
import {
  continueReading,
  createReadingHash,
  type LostReading,
  type UnderstoodColumns,
} from '../readings/index.ts'
import {
  type ChangeSummary,
  countDummies,
  countRows,
  countStored,
  createChangeSummary,
  describeDummies,
  describeRowNotes,
  findSharedPhones,
  type RowCounts,
  summariseNet,
} from '../results/index.ts'
import { findSecondPhones, withSource } from '../second-phones/index.ts'
import { chooseEncoding, type ReadableList, readAs } from './choose-encoding.ts'
import { type ChosenList, chooseList, describeSheet } from './choose-list.ts'
import { correctSharedPhones } from './correct-shared-phones.ts'
import { type ChosenFile, describeFile, describeSource } from './describe-file.ts'
import { readFileName } from './file-name.ts'
import {
  columnSettings,
  type ImportContext,
  optionsOf,
  readerOf,
  readOptions,
  wordsOf,
} from './import-options.ts'
import { readBatches, readFrom } from './read-batches.ts'
import { rejectTooManyInvalid } from './reject-too-many-invalid.ts'
import { understandList } from './understand-list.ts'

type RowReader = (row: ListFile['sample'][number]) => ReadRow

interface ImportedFile {
  readonly upload: FileUpload
  /** For the upload's document, after everything is written. */
  readonly result: {
    readonly file: FileUpload['file']
    readonly notes: string[]
    readonly counts: UploadCounts
    readonly changed_fields: FieldSummary[]
    readonly changed_customers: number
    readonly same_as?: SameFile | undefined
    readonly collisions?: UploadCollisions | undefined
    readonly shared_phones?: SharedPhones | undefined
    readonly second_phones?: SecondPhones | undefined
    readonly matched_phones?: SecondPhones | undefined
  }
}

/**
 * Imports the file of an upload leased by this run, from the first row or after an earlier run's checkpoint.
 * Nothing is written before the whole file is spooled and its header is understood.
 *
 * @param stored the upload with the record kind in force; the file is opened meanwhile
 * @returns the counts of the stored rows; `not_for_us`; `held` if a person must decide first; or the lost
 * reading of an earlier version, whose rows must be taken back first
 * @throws AppError errors of the file, the database or Slack; the signal's reason
 */
export async function importFile(
  given: ImportContext,
  claimed: FileUpload,
  stored: Promise<FileUpload>,
): Promise<ImportedFile | LostReading | 'not_for_us' | 'held'> {
  const encoding = claimed.source.kind === 'cli' ? claimed.source.encoding : undefined
  const context = { ...given, options: { ...given.options, encoding } }
  const claim = (ts: string, name: string) => claimMessage(context.models, claimed, ts, name)
  const found = await context.source.open(claimed, context.signal, claim, context.fetched)
  if (found === 'not_for_us') return found
  const upload = await stored
  // The bot's files are named after it and shown to other people.
  const opened = { ...found, name: readFileName(found.name) || 'unnamed file' }

  const { options, signal } = context
  const spooled = await spoolFile(opened.stream, {
    name: opened.name,
    maxBytes: options.limits.maxBytes,
    ...(opened.bytes !== undefined && { expectedBytes: opened.bytes }),
    signal,
    hints: { region: options.defaultRegion, fallback: options.fallbackEncoding },
  })
  try {
    const source = await openListFile(spooled, { options: readOptions(options), name: opened.name, signal })
    try {
      if (upload.file.sha256 !== undefined && upload.file.sha256 !== source.sha256)
        throw new AppError('file_changed', { file: opened.name })
      const { found, upload: read, note } = await chooseReading(context, upload, opened.name, source)
      if (found.kind === 'lost') return found
      if (found.kind === 'ask')
        return await holdUnread(context, read, { ...opened, ...digestOf(source) }, found)
      const { list, sheet, encoding } = found
      const notes = [...(note === undefined ? [] : [note]), ...source.notes, ...describeSheet(sheet, list)]
      const chosen: ChosenFile = {
        ...opened,
        ...digestOf(source),
        list,
        notes,
        ...(sheet && { sheet }),
        ...(encoding && { encoding }),
      }
      return await importList({ ...context, options: optionsOf(options, read) }, read, chosen)
    } finally {
      await source.close()
    }
  } finally {
    await spooled.remove()
  }
}

type ChosenReading =
  | LostReading
  | Extract<ChosenList | ReadableList, { kind: 'ask' }>
  | (Extract<ChosenList, { kind: 'chosen' }> & Extract<ReadableList, { kind: 'chosen' }>)

/** Chooses the list of the file and its encoding; a later run keeps the earlier run's choice. */
async function chooseReading(
  { models, options, signal }: ImportContext,
  upload: FileUpload,
  fileName: string,
  { lists, readings }: ListSource,
): Promise<{ readonly upload: FileUpload; readonly found: ChosenReading; readonly note?: string }> {
  const settings = columnSettings(options)
  const found = await chooseList({ models, settings, fileName, signal }, upload, lists)
  if (found.kind === 'ask') return { upload, found }
  const { chosen_encoding: encoding } = upload.file
  const given = encoding ? { ...found, ...readAs(found.list, encoding) } : found
  const continued = await continueReading(
    models,
    upload,
    given.list,
    (mapping, header, read) => readerOf(mapping, header, optionsOf(options, read)),
    signal,
  )
  if (continued.kind === 'lost') return { upload, found: continued }
  if (continued.upload.file.mapping)
    return { upload: continued.upload, found: { ...given, list: continued.list } }
  const shown = await chooseEncoding(models, continued.upload, found.list, readings)
  const { note } = continued
  return {
    upload: continued.upload,
    found: shown.kind === 'ask' ? shown : { ...found, ...shown },
    ...(note !== undefined && { note }),
  }
}

const digestOf = ({ bytes, sha256 }: ListSource) => ({ bytes, sha256 })

/** The file's columns are not known before its sheet or encoding is chosen. */
async function holdUnread(
  { models }: ImportContext,
  upload: FileUpload,
  { name, bytes, sha256, ...opened }: OpenedFile & Pick<ChosenFile, 'bytes' | 'sha256'>,
  { question }: Pick<FileUpload, 'question'>,
): Promise<'held'> {
  const source = describeSource(upload, opened)
  const { columns } = upload.file
  const file = { name, bytes, sha256, ...(columns && { columns }) }
  await holdUpload(models, upload, { source, file, ...(question && { question }) })
  return 'held'
}

async function importList(
  context: ImportContext,
  upload: FileUpload,
  file: ChosenFile,
): Promise<ImportedFile | 'held'> {
  const { models, options } = context
  const { list } = file
  let bytesRead = 0
  const onBytes = (total: number) => {
    bytesRead = total
  }
  let rows = await list.open({ onBytes })
  try {
    const understood = await understandList(context, upload, file, rows)
    if (understood.kind === 'ask') {
      const { question } = understood
      const { source, file: stored } = describeFile(upload, file, rows)
      await holdUpload(models, upload, { source, file: stored, question })
      return 'held'
    }
    const { mapping, chosen, columns } = understood
    if (mapping.isHeaderRow) {
      await rows.close()
      rows = await list.open({ onBytes, headerless: true })
    }
    const readCells = readerOf(mapping, rows.header, options)
    const matches = await matchesOtherPhones(context, upload)
    const readPlainly = withSource(mapping, readCells)
    const sample = rows.sample.map(readPlainly)
    if (!upload.file.mapping) {
      const cells = rows.sample.map((row) => row.cells)
      const foreign = describeForeignPhones(mapping, cells, mapping.region ?? options.defaultRegion)
      rejectTooManyInvalid(file.name, sample, options.maxInvalidPercent, foreign)
    }
    const isUnread = upload.file.sha256 === undefined
    const matching = { ...upload, match_other_phones: matches }
    const checked = isUnread && options.guard ? findChecked(models, matching, sample) : undefined
    // Its error is thrown where it is awaited.
    checked?.catch(() => {})
    const described = describeFile(upload, file, rows, { ...understood, words: wordsOf(options) })
    const [saved, same_as] = await Promise.all([
      saveFile(models, upload, {
        ...described,
        ...(matches !== (upload.match_other_phones ?? false) && { match_other_phones: matches }),
      }),
      upload.same_as ?? findSameFile(models, { _id: upload._id, file: described.file }),
    ])
    const leased = { ...saved, ...(same_as && { same_as }) }
    let customersRead: CustomersRead | undefined
    const hold = await decideHold(models, leased, sample, {
      ...options,
      isUnread,
      checked,
      onRead: (read) => {
        customersRead = read
      },
    })
    const openAgain = () => list.open({ headerless: mapping.isHeaderRow === true })
    if (hold)
      return await holdForDecision(
        context,
        leased,
        { hold, mapping, notes: file.notes },
        openAgain,
        readPlainly,
      )
    if (upload.source.kind === 'slack' && !mapping.isHeaderRow)
      await rememberAnswers(models, leased, rows.header, {
        mapping,
        ...(chosen && { chosen }),
        ...(columns && { columns }),
      })
    const readRow =
      upload.hold?.answer?.shared_phones === 'to_correct'
        ? await correctSharedPhones(
            leased,
            mapping,
            readPlainly,
            readFrom(openAgain, (row) => row),
          )
        : readPlainly
    const { line } = upload.checkpoint ?? { line: 0 }
    const applied = await applyRows(context, leased, readBatches(rows, line, readRow), {
      bytesRead: () => bytesRead,
      customersRead,
    })
    return { upload: leased, result: await describeResult(context, leased, file, rows, mapping, applied) }
  } finally {
    await rows.close()
  }
}

/** Previews the whole file, and waits for a person. */
async function holdForDecision(
  { models, signal }: ImportContext,
  upload: FileUpload,
  { hold, mapping, notes }: { hold: UploadHold; mapping: HeaderMapping; notes: readonly string[] },
  openAgain: () => Promise<ListFile>,
  readRow: RowReader,
): Promise<'held'> {
  let listNotes: readonly string[] = []
  const hash = createReadingHash()
  const rows = readFrom(
    openAgain,
    (row) => hash.add(readRow(row)),
    (list) => {
      listNotes = list.notes
    },
  )
  const shown = await previewRows(models, upload, rows, signal, () => readFrom(openAgain, readRow))
  const preview = { ...shown, reading: hash.finish() }
  const { source, file } = upload
  await holdUpload(models, upload, {
    source,
    file,
    notes: [...notes, ...listNotes, ...mapping.notes],
    hold,
    preview,
  })
  return 'held'
}

/** What a run's rows did. */
interface AppliedRows {
  readonly changes: ChangeSummary
  /** Of a file whose only batch this run stored; absent if there are other rows. */
  readonly counted?: RowCounts
}

/** Applies the rows after the checkpoint. */
async function applyRows(
  { models, signal, onProgress, onRead }: ImportContext,
  upload: FileUpload,
  batches: AsyncIterable<readonly ReadRow[]>,
  { bytesRead, customersRead }: { bytesRead: () => number; customersRead: CustomersRead | undefined },
): Promise<AppliedRows> {
  const checkpoints = createCheckpoints(models, upload)
  const changes = createChangeSummary()
  let counted: RowCounts | undefined
  let isFirst = upload.checkpoint === undefined
  const onApplied: ApplyContext['onApplied'] = async (batch, written) => {
    counted = isFirst ? countStored(written) : undefined
    isFirst = false
    checkpoints.add(batch, written)
    for (const row of written) changes.add(row)
    await checkpoints.afterBatch()
    onProgress(upload, checkpoints.rows, bytesRead())
  }
  const { beforeWrite } = checkpoints
  await applyBatches(
    { models, upload, signal, beforeWrite, onApplied, customersRead },
    endingWith(batches, onRead),
  )
  await checkpoints.finish()
  return { changes, ...(counted && { counted }) }
}

async function* endingWith<T>(batches: AsyncIterable<T>, onEnd: (() => void) | undefined): AsyncGenerator<T> {
  yield* batches
  onEnd?.()
}

/** The result for the upload's document, counted from the stored rows. */
async function describeResult(
  { models }: ImportContext,
  upload: FileUpload,
  file: ChosenFile,
  rows: ListFile,
  mapping: HeaderMapping,
  { changes, counted }: AppliedRows,
): Promise<ImportedFile['result']> {
  // Facts known only after the last row: the encoding, how a repeated heading was read.
  const { counts, notes } = counted ?? (await countRows(models, upload))
  const done = { ...upload, counts }
  // A run that continued after a checkpoint has not seen the earlier rows.
  const isNet = !upload.checkpoint && changes.isNet
  const [net, dummies, collisions, shared_phones, second_phones, matched_phones] = await Promise.all([
    isNet ? changes : summariseNet(models, done),
    counts.invalid > 0 ? countDummies(models, upload._id, mapping).then(describeDummies) : [],
    findCollisions(models, done),
    findSharedPhones(models, done),
    findSecondPhones(models, done, 'kept'),
    findSecondPhones(models, upload, 'matched'),
  ])
  return {
    file: { ...upload.file, ...rows.dialect, ...(file.sheet && { sheet: file.sheet }) },
    notes: [...file.notes, ...rows.notes, ...mapping.notes, ...dummies, ...describeRowNotes(notes)],
    counts,
    changed_fields: net.fields(),
    changed_customers: net.customers(),
    same_as: upload.same_as,
    collisions,
    shared_phones,
    second_phones,
    matched_phones,
  }
}

/** Answers about this file apply to files with the same header, also to waiting ones. */
async function rememberAnswers(
  models: Models,
  upload: FileUpload,
  header: readonly string[],
  { mapping, chosen, columns }: Omit<Extract<UnderstoodColumns, { kind: 'mapped' }>, 'kind'>,
): Promise<void> {
  if (chosen && chosen.upload === undefined) {
    await rememberChoice(models, upload, header, chosen)
    await releaseSameHeader(models, upload, chosen.by)
  }
  if (columns && columns.upload === undefined) {
    await rememberColumns(models, upload, header, columns, mapping)
    await releaseSameHeader(models, upload, columns.by)
  }
}

/** A run that continues an earlier one matches rows the same way, also where that one saved no checkpoint. */
async function matchesOtherPhones(
  { models, options: { matchOtherPhones: isOn = false } }: ImportContext,
  upload: FileUpload,
): Promise<boolean> {
  const { match_other_phones: wasOn = false, file } = upload
  const mayHaveBegun = wasOn !== isOn && file.sha256 !== undefined
  return mayHaveBegun && (await hasBegun(models, upload)) ? wasOn : isOn
}
