/**
 * The field catalogue: names, types, labels, synonyms, and a team's own fields.yml.
 * Also the types of a customer and of a row that is read.
 */
export { attributeName, ownAttribute } from './attribute-name.ts'
export type {
  ColumnMapping,
  DateCalendar,
  FieldDefinition,
  FieldType,
  FieldValue,
  FieldValues,
  HeaderMapping,
  IdentityReading,
  LabelColumn,
  ReadRow,
  RegionColumn,
  RowNote,
  RowNoteCode,
  WholeNumberStyle,
} from './customer.ts'
export { replaceFieldTable } from './describe-fields.ts'
export { DEFAULT_CATALOGUE, type FieldCatalogue, type HeaderMatch, synonymKey } from './field-catalogue.ts'
export { identityOf, isSameIdentity, moveIdentity, regionsOf } from './identity-reading.ts'
export { loadFields } from './load-fields.ts'
export { type HeaderWords, normaliseHeader } from './normalise-header.ts'
