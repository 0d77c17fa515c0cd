/**
 * Which customers somebody means by a filter: counts and exports them.
 * A filter is plain data; what people type is read in commands/forms.
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
