/**
 * Filters of customers: counts and exports. A filter is plain data; commands/forms parses what people type.
 */
export { type CustomerCount, countMatchingCustomers, findKeptCount, hidesSingles } from './count-customers.ts'
export {
  type AmountCondition,
  type CustomerFilter,
  type DayRange,
  isFiltered,
  MAX_VALUES,
  readFilter,
  writeFilter,
} from './customer-filter.ts'
export { exportCustomers } from './export-customers.ts'
export { type FoundPlace, findPlace } from './known-places.ts'
