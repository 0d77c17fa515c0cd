/** /customer: look up, history, a past day, records, search, forget. */

export { explainCustomer, runCustomer } from './customer.ts'
export { showValue, viewCustomer, viewRecords, viewSources } from './customer-card.ts'
export { FORGET_ACTIONS } from './customer-forget.ts'
export { viewHistory } from './customer-history.ts'
export { viewPastCustomer } from './customer-on-day.ts'
export { viewPeople } from './customer-search.ts'
export { findCustomersBy } from './look-up.ts'
