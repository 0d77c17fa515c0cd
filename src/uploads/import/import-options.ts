import { createBlankWords } from '../../customers/cells/index.ts'
import { DEFAULT_CATALOGUE, type FieldCatalogue, type HeaderMapping } from '../../customers/fields/index.ts'
import { createRowReader } from '../../customers/rows/index.ts'
import type { ReadListOptions } from '../../lists/index.ts'
import type { ColumnSettings } from '../readings/index.ts'
import type { ImportOptions } from './import-file.ts'

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
  })
}
