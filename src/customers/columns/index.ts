/**
 * Understands a header: the field of each column, and how its cells are written. Pure; works on a sample of
 * rows.
 */
export { type BareHeader, bareHeader } from './bare-header.ts'
export type { Column } from './classify-columns.ts'
export { phoneShare } from './column-evidence.ts'
export { FIELD_READERS, type FieldReader } from './field-readers.ts'
export { describeForeignPhones, type MapHeaderOptions, type MappedHeader, mapHeader } from './map-header.ts'
export { nameCell, quote } from './quote-column.ts'
export { createStyleReader, type StyleReader } from './style-reader.ts'
