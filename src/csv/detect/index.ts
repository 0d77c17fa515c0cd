/** Finds the table in a text: format, separator, header, non-data lines. */
export { type DetectedTable, detectTable, readSeparatorLine } from './detect-table.ts'
export { findHeader } from './find-header.ts'
export { formatOfExtension } from './foreign-formats.ts'
export { joinHeader } from './header-groups.ts'
export { recogniseColumnsOfSpace, recogniseOddSeparator, recogniseWideSeparator } from './misfit.ts'
export { isBlankLine, NonDataLines } from './non-data-lines.ts'
export { recogniseFormat } from './recognise-format.ts'
export { SecondHeaders } from './second-headers.ts'
export { findSmallTables } from './small-tables.ts'
export {
  type CellMarks,
  findClosing,
  type LineMarks,
  recogniseForm,
  type TextForm,
  unquoteLine,
} from './text-form.ts'
