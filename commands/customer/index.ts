/** /customer: look up, history, a past day, records, search, forget. */

export { explainCustomer, runCustomer } from './customer.ts'
export { buildCustomerPage, buildRecordsPage, buildSourcesPage, showValue } from './customer-card.ts'
export { FORGET_ACTIONS } from './customer-forget.ts'
export { buildHistoryPage } from './customer-history.ts'
export { buildPastCustomerPage } from './customer-on-day.ts'
export { buildPeoplePage } from './customer-search.ts'
export { findCustomersBy } from './look-up.ts'
