/**
 * What each column of a file is: its words, its role, its cells, and how dates and amounts in it are written.
 * Works on a sample of rows. `mapping/` decides with this which column is which field.
 */
export { type BareHeader, bareHeader } from './bare-header.ts'
export {
  choosePhones,
  describePhones,
  type PhoneChoice,
  type PhoneQuestion,
  putFirst,
  takeGiven,
} from './choose-phones.ts'
export {
  type Column,
  type ColumnRole,
  classifyColumn,
  describeColumns,
  findOwnColumns,
} from './classify-columns.ts'
export { foreignPhones, hasPhone, phoneShare } from './column-evidence.ts'
export { findColumnStyles } from './column-styles.ts'
export { FIELD_READERS, type FieldReader } from './field-readers.ts'
export { findNamedColumns } from './find-named-columns.ts'
export { nameCell, quote, shorten } from './quote-column.ts'
export { findLabelColumns, findRegionColumns } from './region-columns.ts'
export { createStyleReader, type StyleReader } from './style-reader.ts'
