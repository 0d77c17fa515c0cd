/**
 * The field catalogue: names, types, labels, synonyms, and a team's own fields.yml. Also the types of a
 * customer and of a read row.
 */
export { attributeName, ownAttribute } from './attribute-name.ts'
export { describeRules, describeUnusedRules, findRules, type StatedRule } from './column-rules.ts'
export {
  type AssignedColumn,
  type ColumnMapping,
  type DateCalendar,
  FIELD_RULES,
  type FieldDefinition,
  type FieldRule,
  type FieldType,
  type FieldValue,
  type FieldValues,
  type HeaderMapping,
  type IdentityReading,
  type LabelColumn,
  type ReadRow,
  type RegionColumn,
  type RowNote,
  type RowNoteCode,
  type WholeNumberStyle,
} from './customer.ts'
export { replaceFieldTable } from './describe-fields.ts'
export { DEFAULT_CATALOGUE, type FieldCatalogue, type HeaderMatch, synonymKey } from './field-catalogue.ts'
export { identityOf, isSameIdentity, moveIdentity, regionsOf } from './identity-reading.ts'
export { loadFields } from './load-fields.ts'
export { type HeaderWords, normaliseHeader } from './normalise-header.ts'
export { readRuleWord, readTargetWord } from './read-assignment.ts'
export { refuseRow } from './refuse-row.ts'
