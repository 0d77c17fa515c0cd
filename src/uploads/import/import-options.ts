import { DEFAULT_CATALOGUE, type FieldCatalogue } from '../../customers/fields/index.ts'
import type { ImportOptions } from './import-file.ts'

/**
 * Rows written at once: enough for the database to be busy, few enough that memory stays flat and that nothing holds up
 * the event loop for 50 ms. Twice as many make an import 5 % faster and hold it up for 70 ms (docs/performance.md).
 */
const BATCH_SIZE = 250

/** At most four rows in five may be unusable, unless settings say otherwise. */
const MAX_INVALID_PERCENT = 80

type Settings = Omit<ImportOptions, 'catalogue' | 'batchSize' | 'maxInvalidPercent'> &
  Partial<Pick<ImportOptions, 'maxInvalidPercent'>>

/** How files are read under these settings. */
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
