import { type CsvFile, type CsvLimits, type EncodingReading, openCsv } from '../csv/index.ts'
import { AppError } from '../errors.ts'
import { identifyFile, openWorkbook, openZippedFile } from '../xlsx/index.ts'
import type { List, OpenListOptions } from './list-file.ts'
import { sheetList } from './sheet-list.ts'
import { type SpooledFile, spoolFile } from './spool-file.ts'

/** A spooled file and its lists: one for a text, one per worksheet for a workbook. */
export interface ListSource {
  readonly lists: readonly List[]
  /** The size of the list itself if the file is a zip archive. */
  readonly bytes: number
  readonly sha256: string
  /** Sentences for the receipt. */
  readonly notes: readonly string[]
  /** Two lines decoded with each likely encoding if a person must choose; else empty. */
  readonly readings: readonly EncodingReading[]
  /** Closes the file before the spool is deleted. */
  close(): Promise<void>
}

/** How lists are read, the same for every file. */
export interface ReadListOptions {
  readonly limits: CsvLimits
  /** Rows per batch. */
  readonly batchSize: number
  /** Region of the lists (ISO 3166): its languages help to detect an encoding. */
  readonly region: string
  /** Encoding of texts that are not Unicode; undefined: detected per text. */
  readonly fallbackEncoding?: string | undefined
  /** Encoding given for this file. */
  readonly encoding?: string | undefined
}

interface OpenListFileOptions {
  readonly options: ReadListOptions
  /** The file's name in sentences. */
  readonly name: string
  readonly signal: AbortSignal
}

/**
 * Opens the lists in a file, by its content and not by its name.
 * @throws AppError workbook_damaged, workbook_too_large, no_sheet, file_encrypted, workbook_xls,
 * workbook_xlsb, workbook_ods, workbook_numbers, zip_contents, file_too_large
 */
export async function openListFile(spooled: SpooledFile, context: OpenListFileOptions): Promise<ListSource> {
  const kind = await identifyFile(spooled.path, context.name)
  if (kind === 'zip') return await openZipped(spooled, context)
  const isText = kind === 'other' || kind === 'word' || kind === 'presentation'
  return isText ? openText(spooled, context) : await openSheets(spooled, context)
}

function openText(spooled: SpooledFile, { options, name }: OpenListFileOptions): ListSource {
  const list: List = {
    place: undefined,
    isHidden: false,
    isActive: true,
    maxRows: spooled.lineEnds,
    async open(how = {}) {
      const isKnown = options.encoding ?? how.encoding ?? how.stated?.encoding
      if (isKnown === undefined) await refuseUnclear(spooled, options, name)
      return await openDetected(spooled, options, name, how)
    },
  }
  const { bytes, sha256, probed } = spooled
  const readings = options.encoding === undefined && probed.kind === 'open' ? probed.readings : []
  return { lists: [list], bytes, sha256, notes: [], readings, close: async () => {} }
}

/** Uses the encoding given for the file, else the one that the whole text proves. */
function openDetected(
  { probed, read }: SpooledFile,
  { limits, batchSize, region, encoding, fallbackEncoding }: ReadListOptions,
  fileName: string,
  { onBytes, headerless = false, encoding: chosen, stated }: OpenListOptions = {},
): Promise<CsvFile> {
  const checked = probed.kind === 'legacy' ? probed.encoding : (chosen ?? fallbackEncoding)
  const fallback = stated?.encoding ?? checked
  return openCsv(read(onBytes), {
    ...(encoding !== undefined && { encoding }),
    ...(stated?.delimiter !== undefined && { delimiter: stated.delimiter }),
    limits,
    batchSize,
    region,
    fileName,
    headerless,
    ...(fallback !== undefined && { fallbackEncoding: fallback }),
  })
}

/** @throws AppError not_csv, file_empty, … if the file has that problem, else encoding_unclear */
async function refuseUnclear(spooled: SpooledFile, options: ReadListOptions, file: string): Promise<void> {
  if (spooled.probed.kind !== 'open') return
  const readings = spooled.probed.readings.map(({ encoding }) => encoding)
  const csv = await openDetected(spooled, { ...options, fallbackEncoding: readings[0] }, file)
  await csv.close()
  throw new AppError('encoding_unclear', { file, readings })
}

async function openSheets(
  { path, folder, bytes, sha256 }: SpooledFile,
  { options, name, signal }: OpenListFileOptions,
): Promise<ListSource> {
  const { limits, batchSize, encoding } = options
  const { maxColumns, maxCellLength } = limits
  const workbook = await openWorkbook(path, { folder, fileName: name, maxColumns, maxCellLength, signal })
  const worksheets = workbook.sheets.filter(({ kind }) => kind === 'worksheet')
  return {
    lists: worksheets.map((sheet) =>
      sheetList(workbook, sheet, { limits, batchSize, bytes, fileName: name }),
    ),
    bytes,
    sha256,
    notes: encoding === undefined ? [] : [`The encoding ${encoding} was not used: the file is a workbook.`],
    readings: [],
    close: () => workbook.close(),
  }
}

/** Unpacks the one list of a zip archive beside it. Archives in archives are not opened. */
async function openZipped(spooled: SpooledFile, context: OpenListFileOptions): Promise<ListSource> {
  const { options, name, signal } = context
  const { region, fallbackEncoding: fallback } = options
  const { maxBytes } = options.limits
  const zipped = await openZippedFile(spooled.path, { maxBytes, fileName: name, signal })
  let inner: SpooledFile
  try {
    inner = await spoolFile(zipped.read(), {
      name,
      maxBytes,
      expectedBytes: zipped.bytes,
      signal,
      hints: { region, fallback },
    })
  } finally {
    await zipped.close()
  }
  try {
    const isWorkbook = zipped.kind === 'workbook'
    const source = await (isWorkbook ? openSheets(inner, context) : openText(inner, context))
    return {
      ...source,
      notes: [`Read “${zipped.name}” from the zip archive.`, ...source.notes],
      async close() {
        await source.close()
        await inner.remove()
      },
    }
  } catch (error) {
    await inner.remove()
    throw error
  }
}
