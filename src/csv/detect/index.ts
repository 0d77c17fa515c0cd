/**
 * Finds the table in a text: format, separator, header, lines that are no data.
 */
export { type DetectedTable, detectTable } from './detect-table.ts'
export { findHeader, joinHeader } from './find-header.ts'
export { formatOfExtension } from './foreign-formats.ts'
export { recogniseColumnsOfSpace } from './misfit.ts'
export { isBlankLine, NonDataLines } from './non-data-lines.ts'
export { recogniseFormat } from './recognise-format.ts'
export { SecondHeaders } from './second-headers.ts'
export { readSeparatorLine } from './separator-line.ts'
export { findSmallTables } from './small-tables.ts'
export { type CellMarks, recogniseForm, type TextForm } from './text-form.ts'
