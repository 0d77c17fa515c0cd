import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../../src/errors.ts'
import {
  type OpenWorkbookOptions,
  openWorkbook,
  type Sheet,
  type SheetNote,
  type SheetRow,
} from '../../../src/xlsx/index.ts'
import { type BuildZipOptions, buildZip, type ZipEntry } from './build-zip.ts'

export const OPTIONS = { maxColumns: 500, maxCellLength: 32_767, fileName: 'list.xlsx' } as const

/** Provides a temporary folder. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'xlsx-test-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
  }
}

export interface ReadWorkbook {
  readonly sheets: readonly Sheet[]
  /** The first visible worksheet. */
  readonly sheet: Sheet
  readonly rows: readonly SheetRow[]
  readonly notes: readonly SheetNote[]
  /** The cells of each row. */
  readonly cells: readonly (readonly string[])[]
}

export type Built = readonly ZipEntry[] | Buffer

/** Writes the workbook to disk, opens it, reads its first visible worksheet and closes it. */
export async function readWorkbook(
  built: Built,
  options: Partial<OpenWorkbookOptions> & BuildZipOptions = {},
): Promise<ReadWorkbook> {
  return await withFolder(async (folder) => {
    const path = join(folder, 'list.xlsx')
    writeFileSync(path, toBytes(built, options))
    const workbook = await openWorkbook(path, { ...OPTIONS, folder, ...options })
    try {
      const { sheets } = workbook
      const sheet = sheets.find(({ kind, visibility }) => kind === 'worksheet' && visibility === 'visible')
      if (!sheet) throw new Error('The workbook has no visible worksheet.')
      const reading = workbook.read(sheet)
      const rows: SheetRow[] = []
      for await (const batch of reading.batches()) rows.push(...batch)
      return { sheets, sheet, rows, notes: reading.notes, cells: rows.map(({ cells }) => cells) }
    } finally {
      await workbook.close()
    }
  })
}

export function toBytes(built: Built, options: BuildZipOptions = {}): Buffer {
  return Buffer.isBuffer(built) ? built : buildZip(built, options)
}

/** The error for the workbook. */
export async function readRefusal(
  built: Built,
  options: Partial<OpenWorkbookOptions> & BuildZipOptions = {},
): Promise<AppError> {
  try {
    await readWorkbook(built, options)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('The workbook was read, but a refusal was expected.')
}
