/**
 * Filters of customers: counts and exports. A filter is plain data; commands/forms parses what people type.
 */
export {
  type CountTimes,
  type CustomerCount,
  countCustomers,
  findKeptCount,
  hidesSingles,
} from './count-customers.ts'
export {
  type CustomerFilter,
  type DayRange,
  readFilter,
  toCustomerQuery,
  writeFilter,
} from './customer-filter.ts'
export { exportCustomers } from './export-customers.ts'
