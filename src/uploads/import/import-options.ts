import type { FileUpload, Models, ReadingWords } from '../../../models/index.ts'
import type { CsvLimits } from '../../csv/index.ts'
import { createBlankWords } from '../../customers/cells/index.ts'
import { DEFAULT_CATALOGUE, type FieldCatalogue, type HeaderMapping } from '../../customers/fields/index.ts'
import { createRowReader } from '../../customers/rows/index.ts'
import type { ReadListOptions } from '../../lists/index.ts'
import type { GuardSettings } from '../guard/index.ts'
import type { FetchedFile, FileSource } from '../lease/index.ts'
import type { ColumnSettings } from '../readings/index.ts'

/** How files are read, the same for every upload. */
export interface ImportOptions {
  readonly catalogue: FieldCatalogue
  readonly defaultRegion: string
  readonly dateOrder: 'day_first' | 'month_first'
  readonly clearWord: string
  /** Numbers that mean "none" in addition to the built-in ones; a leading minus removes a built-in one. */
  readonly dummyPhones?: readonly string[]
  /** True if a row whose phone is no customer's own goes to the one customer who has it as a second phone. */
  readonly matchOtherPhones?: boolean
  /** The team's words for a blank cell, in addition to the built-in ones. */
  readonly blankWords?: readonly string[]
  /** Encoding of files that are not Unicode; undefined: detected per file. */
  readonly fallbackEncoding?: string | undefined
  /** Encoding given for this file. */
  readonly encoding?: string | undefined
  readonly limits: CsvLimits
  /** Maximum percentage (0 to 100) of invalid rows among the first rows; above it the file is rejected. */
  readonly maxInvalidPercent: number
  /** When a file is held for a person; undefined: never. */
  readonly guard?: GuardSettings | undefined
  /** Rows per write. */
  readonly batchSize: number
  /** The day on which the file is read, `YYYY-MM-DD`; today if absent. */
  readonly today?: string
}

/** What the steps of one import share. */
export interface ImportContext {
  readonly models: Models
  readonly source: FileSource
  readonly options: ImportOptions
  readonly signal: AbortSignal
  readonly onProgress: (upload: FileUpload, rows: number, bytesRead: number) => void
  /** What was fetched of the file before this run. */
  readonly fetched?: FetchedFile | undefined
  /** Called when the last row was read, while the last rows are being written. */
  readonly onRead?: (() => void) | undefined
}

/**
 * Rows per write: enough to keep the database busy, few enough for flat memory and turns of the event loop
 * under 50 ms. Twice as many are 5 % faster but take 70 ms (docs/performance.md).
 */
const BATCH_SIZE = 250

/** By default at most four of five rows may be invalid. */
const MAX_INVALID_PERCENT = 80

type Settings = Omit<ImportOptions, 'catalogue' | 'batchSize' | 'maxInvalidPercent'> &
  Partial<Pick<ImportOptions, 'maxInvalidPercent'>>

/** The import options from the settings. */
export function importOptionsOf(
  settings: Settings,
  catalogue: FieldCatalogue = DEFAULT_CATALOGUE,
): ImportOptions {
  const { defaultRegion, dateOrder, clearWord, dummyPhones, blankWords, fallbackEncoding, limits } = settings
  const { matchOtherPhones } = settings
  return {
    catalogue,
    defaultRegion,
    dateOrder,
    clearWord,
    ...(dummyPhones && { dummyPhones }),
    ...(blankWords && { blankWords }),
    ...(matchOtherPhones && { matchOtherPhones }),
    fallbackEncoding,
    limits,
    maxInvalidPercent: settings.maxInvalidPercent ?? MAX_INVALID_PERCENT,
    guard: settings.guard,
    batchSize: BATCH_SIZE,
  }
}

/** The settings for reading headings. */
export function columnSettings(options: ImportOptions): ColumnSettings {
  return {
    catalogue: options.catalogue,
    region: options.defaultRegion,
    dateOrder: options.dateOrder,
    ...(options.dummyPhones && { dummyPhones: options.dummyPhones }),
  }
}

/** The settings for splitting a file into lists. */
export function readOptions({ defaultRegion: region, ...options }: ImportOptions): ReadListOptions {
  return { ...options, region }
}

/** Creates the reader that turns rows into customers. */
export function readerOf(mapping: HeaderMapping, header: readonly string[], options: ImportOptions) {
  return createRowReader(mapping, header, {
    catalogue: options.catalogue,
    region: mapping.region ?? options.defaultRegion,
    clearWord: options.clearWord,
    ...(options.dummyPhones && { dummyPhones: options.dummyPhones }),
    blankWords: createBlankWords(options.blankWords),
    ...(options.today !== undefined && { today: options.today }),
  })
}

/** The settings stored with an upload, because another run may continue it after they changed. */
export function wordsOf({ clearWord, blankWords, dummyPhones }: ImportOptions): ReadingWords {
  return {
    clear_word: clearWord,
    ...(blankWords && blankWords.length > 0 && { blank_words: [...blankWords] }),
    ...(dummyPhones && dummyPhones.length > 0 && { dummy_phones: [...dummyPhones] }),
  }
}

/** The options of the run that began an upload: its words, and its day. */
export function optionsOf(
  options: ImportOptions,
  { file: { read_with: words }, started_at }: FileUpload,
): ImportOptions {
  const today = started_at && { today: started_at.toISOString().slice(0, 10) }
  if (!words) return { ...options, ...today }
  const { clear_word: clearWord, blank_words: blankWords = [], dummy_phones: dummyPhones = [] } = words
  return { ...options, ...today, clearWord, blankWords, dummyPhones }
}
