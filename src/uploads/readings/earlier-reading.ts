import type {
  ChosenColumn,
  ChosenColumns,
  EarlierReading,
  FileUpload,
  Models,
  ReadingCandidate,
  ReadingQuestion,
} from '../../../models/index.ts'
import { type BareHeader, bareHeader } from '../../customers/columns/index.ts'
import {
  type HeaderMapping,
  type IdentityReading,
  identityOf,
  isSameIdentity,
  moveIdentity,
  type ReadRow,
} from '../../customers/fields/index.ts'
import { mapHeader } from '../../customers/mapping/index.ts'
import { AppError } from '../../errors.ts'
import type { ListFile } from '../../lists/index.ts'
import { lookBackFrom } from '../lease/index.ts'
import { type ComparedPhones, compareReadings } from './compare-readings.ts'
import { describeReading, nameOnCommandLine } from './describe-reading.ts'
import type { FirstPass } from './first-pass.ts'
import { regionOfRows } from './region-of-rows.ts'
import type { ColumnSettings, UnderstoodColumns } from './understood-columns.ts'

type Mapped = Extract<UnderstoodColumns, { kind: 'mapped' }>

interface EarlierReadingContext {
  readonly models: Models
  readonly settings: ColumnSettings
  /** The file's name in sentences. */
  readonly fileName: string
  readonly search: FirstPass['search']
  readonly readerOf: (mapping: HeaderMapping) => (row: ListFile['sample'][number]) => ReadRow
}

/**
 * Compares how a file is about to be read with how earlier files of its headings were read. If a row would
 * get another phone, a person decides; an earlier choice is not asked again.
 *
 * @param found what `findEarlierReading` found, or will find
 * @throws AppError reading_changed on the command line, where nobody can be asked
 */
export async function keepEarlierReading(
  context: EarlierReadingContext,
  upload: FileUpload,
  list: ListFile,
  understood: UnderstoodColumns,
  found: Promise<EarlierReading | undefined>,
): Promise<UnderstoodColumns> {
  const answered = asAnswered(context.settings, upload, list)
  if (answered) return answered
  const earlier = await found
  if (!earlier) return understood
  if (understood.kind === 'ask') return suggestEarlier(understood, earlier)
  const other = await compareWith(context, list, understood, earlier)
  if (!other) return understood
  const { before, now, asBefore, compared } = other
  // No decision needed yet; a later file is still compared with the earlier reading.
  if (!compared) return { ...understood, earlier: { ...before, upload: earlier.upload } }
  if (upload.source.kind === 'slack')
    return { kind: 'ask', question: toQuestion(list, earlier.upload, [before, now], compared) }
  return onCommandLine(context, upload, list, understood, { asBefore, before, earlier, now, compared })
}

interface OtherReading {
  readonly before: IdentityReading
  readonly now: IdentityReading
  readonly asBefore: HeaderMapping
  /** Null if no row gets another phone. */
  readonly compared: ComparedPhones | null
}

/** @returns undefined if the file is read as before, or if a person has stated how */
async function compareWith(
  { models, settings, readerOf, search }: EarlierReadingContext,
  list: ListFile,
  { mapping, chosen, columns }: Mapped,
  earlier: EarlierReading,
): Promise<OtherReading | undefined> {
  if (mapping.isHeaderRow || isIdentityStated(columns, earlier)) return undefined
  const now = identityOf(mapping, settings.region)
  const before = withoutChosen(earlier, now, chosen)
  const asBefore = isSameIdentity(before, now) ? null : mapAs(settings, list, before)
  if (!asBefore) return undefined
  const compared = await compareReadings(
    models,
    list.sample,
    (differs) => search(differs, [asBefore, mapping]),
    [readerOf(asBefore), readerOf(mapping)],
  )
  return { before, now, asBefore, compared }
}

/**
 * Lists rows with their phones in both readings, for a command line that rejects the file. Nothing is stored.
 */
export async function listOtherPhones(
  context: EarlierReadingContext,
  upload: FileUpload,
  list: ListFile,
  understood: UnderstoodColumns,
): Promise<ComparedPhones['rows']> {
  const earlier = await findEarlierReading(context, upload, list.header)
  if (!earlier || understood.kind === 'ask') return []
  return (await compareWith(context, list, understood, earlier))?.compared?.rows ?? []
}

/** True if a person chose the target of a column that identifies a row's customer, or chose that column. */
function isIdentityStated(
  shown: ChosenColumns | undefined,
  { phones, regions, labels = [] }: IdentityReading,
): boolean {
  const before = new Set([...phones, ...[...regions, ...labels].map(({ index }) => index)])
  return (shown?.columns ?? []).some(
    ({ index, target, field = '' }) =>
      target !== undefined && (target === 'phone' || IDENTITY_FIELDS.has(field) || before.has(index)),
  )
}

const IDENTITY_FIELDS: ReadonlySet<string> = new Set(['country', 'phone_code'])

/** The reading a person chose for this question; both readings are stored with it. */
function asAnswered(settings: ColumnSettings, { question }: FileUpload, list: ListFile): Mapped | undefined {
  if (question?.kind !== 'reading' || !question.answer) return undefined
  const { index, by, at } = question.answer
  const reading = question.candidates.find((candidate) => candidate.index === index)?.reading
  const mapping = reading && mapAs(settings, list, reading)
  if (!reading || !mapping) return undefined
  const { phones, regions, labels, region } = reading
  const [before, now] = question.candidates
  const isRegionChosen = before?.reading.region !== now?.reading.region
  const first = phones[0] ?? 0
  return {
    kind: 'mapped',
    mapping,
    chosen: {
      header: list.header[first] ?? '',
      index: first,
      by,
      at,
      reading: { phones, regions, ...(labels && { labels }), ...(isRegionChosen && { region }) },
    },
  }
}

function mapAs(settings: ColumnSettings, list: ListFile, reading: IdentityReading): HeaderMapping | null {
  const { region } = reading
  const rows = list.sample.map(({ cells }) => cells)
  const mapped = mapHeader(list.header, rows, { ...settings, region, reading })
  return mapped.kind === 'mapped' ? { ...mapped.mapping, region } : null
}

/**
 * Finds the latest import of these headings, first in its own channel. Undone and discarded files do not
 * count.
 */
export async function findEarlierReading(
  { models, settings }: Pick<EarlierReadingContext, 'models' | 'settings'>,
  { _id, source, shared_at }: FileUpload,
  header: readonly string[],
): Promise<EarlierReading | undefined> {
  const bare = bareHeader(header)
  if (bare.headings === null) return undefined
  const same = { 'file.headings': bare.headings, kind: 'import', status: 'done', _id: { $ne: _id } }
  const own = source.kind === 'slack' ? { 'source.channel': source.channel } : { 'source.kind': 'cli' }
  const atOnce = lookBackFrom(shared_at).map(($gte) => ({ ...own, shared_at: { $gte } }))
  for (const where of [...atOnce, own, {}]) {
    const [upload] = await models.fileUploads.collection
      .find<Pick<FileUpload, '_id' | 'number' | 'shared_at' | 'file'>>(
        { ...same, ...where },
        {
          projection: {
            number: 1,
            shared_at: 1,
            'file.header': 1,
            'file.earlier_reading': 1,
            'file.mapping.columns': 1,
            'file.mapping.regions': 1,
            'file.mapping.labels': 1,
            'file.mapping.region': 1,
          },
        },
      )
      .sort({ shared_at: -1 })
      .limit(1)
      .toArray()
    if (!upload) continue
    const { mapping, earlier_reading: earlier } = upload.file
    const isStored = mapping?.region !== undefined || earlier !== undefined
    const region = isStored ? settings.region : await regionOfRows(models, upload, settings.region)
    const found = readingOf(upload, bare, region)
    if (found) return found
  }
  return undefined
}

/** The earlier reading with the indexes of this file: a file of rows to correct has the bot's columns too. */
function readingOf(
  { number, file }: Pick<FileUpload, 'number' | 'file'>,
  bare: BareHeader,
  region: string,
): EarlierReading | null {
  const { mapping, header, earlier_reading: earlier } = file
  if (!mapping || !header) return null
  const { indexes } = bareHeader(header)
  const reading = { upload: number, ...identityOf(mapping, region), ...earlier }
  return moveIdentity(reading, (index) => bare.indexes[indexes.indexOf(index)])
}

/** The earlier reading without the columns a person has chosen since. */
function withoutChosen(
  { phones, regions, labels, region }: IdentityReading,
  now: IdentityReading,
  chosen: ChosenColumn | undefined,
): IdentityReading {
  const isChosen = chosen !== undefined && chosen.index !== phones[0]
  const isOrdered = isChosen || chosen?.reading !== undefined
  const asked = isOrdered ? now.labels : labels
  return {
    phones: isOrdered ? now.phones : phones,
    ...(asked && { labels: asked }),
    regions: chosen?.reading ? now.regions : regions,
    region: chosen?.reading?.region ?? region,
  }
}

/** The headings are ambiguous: the earlier phone column comes first. */
function suggestEarlier(
  asked: Extract<UnderstoodColumns, { kind: 'ask' }>,
  { phones, upload }: EarlierReading,
): UnderstoodColumns {
  const { question } = asked
  const [index] = phones
  if (question.kind !== 'phone_column' || question.suggested || index === undefined) return asked
  const isIt = (candidate: { readonly index: number }) => candidate.index === index
  if (!question.candidates.some(isIt)) return asked
  const others = question.candidates.filter((candidate) => !isIt(candidate))
  const candidates = [...question.candidates.filter(isIt), ...others]
  return { kind: 'ask', question: { ...question, candidates, before: { index, upload } } }
}

function toQuestion(
  list: ListFile,
  before: number,
  readings: readonly [IdentityReading, IdentityReading],
  { rows, of, known }: ComparedPhones,
): ReadingQuestion {
  const { fingerprint } = bareHeader(list.header)
  return {
    kind: 'reading',
    candidates: readings.map(
      (reading, index): ReadingCandidate => ({
        index,
        header: list.header[reading.phones[0] ?? 0]?.trim() ?? '',
        examples: rows.map(({ phones }) => phones[index] ?? ''),
        reading,
        known: known[index] ?? 0,
      }),
    ),
    lines: rows.map(({ line }) => line),
    rows: of,
    before,
    ...(fingerprint !== null && { fingerprint }),
  }
}

/** `--anyway` accepts the new reading; the name of the earlier phone column selects the earlier one. */
function onCommandLine(
  { fileName }: EarlierReadingContext,
  { source }: FileUpload,
  list: ListFile,
  understood: Mapped,
  {
    asBefore,
    before,
    earlier: { upload },
    now,
    compared: { known },
  }: {
    readonly asBefore: HeaderMapping
    readonly before: IdentityReading
    readonly earlier: EarlierReading
    readonly now: IdentityReading
    readonly compared: ComparedPhones
  },
): Mapped {
  const post = (reading: IdentityReading) => describeReading(reading, before, now, list.header)
  if (source.kind === 'cli' && source.anyway)
    return {
      ...understood,
      mapping: withNote(
        understood.mapping,
        `Files with these headings were read with ${post(before)} before (#${upload}).`,
      ),
    }
  if (understood.chosen)
    return {
      ...understood,
      mapping: withNote(asBefore, `The file is read as #${upload} was: with ${post(before)}.`),
    }
  const column = before.phones[0] ?? 0
  throw new AppError('reading_changed', {
    file: fileName,
    upload,
    readings: [before, now].map(
      (reading, at) =>
        `${post(reading)} (finds ${known[at] === 1 ? '1 known customer' : `${known[at] ?? 0} known customers`})`,
    ),
    column: nameOnCommandLine(list.header, column),
  })
}

function withNote(mapping: HeaderMapping, note: string): HeaderMapping {
  return { ...mapping, notes: [note, ...mapping.notes] }
}
