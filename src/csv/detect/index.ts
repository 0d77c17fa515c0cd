/** Finds the table in a text: format, separator, header, non-data lines. */
export { type DetectedTable, detectTable, readSeparatorLine } from './detect-table.ts'
export { findHeader } from './find-header.ts'
export { formatOfExtension } from './foreign-formats.ts'
export { findSmallTables, joinHeader } from './lines-above-header.ts'
export { recogniseColumnsOfSpace, recogniseOddSeparator, recogniseWideSeparator } from './misfit.ts'
export { isBlankLine, NonDataLines } from './non-data-lines.ts'
export { recogniseFormat } from './recognise-format.ts'
export { SecondHeaders } from './second-headers.ts'
export {
  type CellMarks,
  findClosing,
  type LineMarks,
  recogniseForm,
  type TextForm,
  unquoteLine,
} from './text-form.ts'
