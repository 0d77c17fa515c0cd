import { AppError } from '../errors.ts'
import type { Archive } from './archive.ts'
import { damaged } from './bounds/index.ts'
import type { Relation, WorkbookPart } from './workbook-parts.ts'

export interface Sheet {
  readonly name: string
  /** Tab position from 1; hidden tabs count. */
  readonly position: number
  /** `veryHidden` sheets cannot be shown with Excel's menus. */
  readonly visibility: 'visible' | 'hidden' | 'veryHidden'
  /** True for the sheet that is shown when the workbook is opened. */
  readonly isActive: boolean
  /** Only worksheets have rows. */
  readonly kind: 'worksheet' | 'chartsheet' | 'other'
  /** Bytes of the sheet, packed and unpacked, as stated in the archive. */
  readonly packedBytes: number
  readonly unpackedBytes: number
}

/** @throws AppError workbook_damaged if the sheet's part or relation is missing */
export function describeSheet(
  archive: Archive,
  { sheets, activeTab }: WorkbookPart,
  at: number,
  relation: Relation | undefined,
): Sheet {
  const entry = sheets[at]
  if (!entry || !relation) throw damaged('one of its sheets is missing')
  const size = archive.sizeOf(relation.part)
  if (relation.type === 'worksheet' && !size) throw damaged('one of its sheets is missing')
  return {
    name: entry.name,
    position: at + 1,
    visibility: entry.visibility,
    isActive: at === activeTab,
    kind: relation.type === 'worksheet' || relation.type === 'chartsheet' ? relation.type : 'other',
    packedBytes: size?.packed ?? 0,
    unpackedBytes: size?.unpacked ?? 0,
  }
}

/** An error that lists the existing worksheets. */
export function noSheet(sheets: readonly Sheet[], wanted: string, fileName: string | undefined): AppError {
  const names = sheets.filter(isWorksheet).map(({ name }) => name)
  return new AppError('no_sheet', {
    wanted,
    sheets: names,
    ...(fileName !== undefined && { file: fileName }),
  })
}

const isWorksheet = ({ kind }: Sheet): boolean => kind === 'worksheet'
