/**
 * The shape of stored rows and records: row ids, record keys, field paths, search words. Imports the models
 * but no other folder of uploads.
 */
export {
  asCustomerRow,
  type CustomerRow,
  customerPhoneOf,
  customerRowFilters,
  findCustomerRows,
  findPackedRows,
  type PackedRow,
  readCustomerRows,
  readPackedRow,
  unpackRow,
} from './customer-rows.ts'
export { foldPerson, isOtherPerson, PERSON_FIELDS, type PersonField } from './differing-persons.ts'
export {
  type FieldRules,
  flattenPaths,
  isSameValue,
  nestPaths,
  ruleIn,
  rulesOf,
  valueAt,
} from './field-path.ts'
export { createNetFold, foldChanges, type NetChanges, type NetFold } from './net-changes.ts'
export { addPhones, OTHER_PHONES, pathsShown, phoneAddedBy, withoutPhones } from './other-phones.ts'
export { createPhoneSet } from './phone-set.ts'
export {
  BOOKKEEPING,
  isSameRecordKeeping,
  recordKeepingFilter,
  recordKeepingOf,
  recordKeepingUpdate,
  rememberRecordKeeping,
} from './record-keeping.ts'
export { customerKey, keyIn, recordFilter, recordKey } from './record-key.ts'
export { readRecords } from './record-kind-in-force.ts'
export {
  LAST_LINE,
  lineOfRow,
  rowId,
  rowIdAtLine,
  rowsBehind,
  rowsBetween,
  rowsOf,
  type UploadKey,
} from './row-id.ts'
export {
  endingWord,
  foldIdentifier,
  foldWord,
  formerEndingWord,
  placeWord,
  searchWordsOf,
  searchWordsOfValues,
  sharedWordsOf,
  splitName,
} from './search-words.ts'
export { PROBLEM_WITHOUT_CELL, pathsChanged, pathsWithValues, stripRow } from './strip-row.ts'
export { isReachable, reachableFilter, type UploadReach } from './upload-reach.ts'
